"""Scenes 1 to 5: what an ordinary day brings. Each shows a mail, what became of it, and checks both."""

from mailgate.demo.cast import ANNA, BUILDER, EMMA, ERIK, HAULIER, HOTEL, KARIN, MAJA, NILS, SVEN
from mailgate.demo.expect import expect, wait_for
from mailgate.demo.play import Opened, Play
from mailgate.domain.customer import Language
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.domain.ticket_number import check_digit
from mailgate.domain.verdict import Outcome


def program_error(play: Play) -> Opened:
    """A SuperUser's mail becomes a ticket, with receipt and news to the team."""
    play.screen.scene(
        1,
        "A mail becomes a ticket",
        "Anna is a SuperUser of Björks Bygg. She writes in Swedish: since yesterday's update the VAT on "
        "invoices is wrong, it is urgent, see the picture.",
    )
    letter = play.post.program_error()
    mail = play.ended(play.send(letter), Outcome.TICKET, "new-ticket")
    opened = play.opened(letter, mail, type_=TicketType.PROGRAM_ERROR, to=ANNA, of=BUILDER)
    expect("the service level", wanted=ServiceLevel.HAMPERED, found=opened.ticket.level)
    expect("the module", wanted="Fakturering", found=opened.ticket.module)
    expect("the attachments", wanted=["skärmbild.png"], found=play.stage.witness.attachments(mail.mail_id))
    play.screen.happened("the picture stays with the ticket")
    play.speaks(opened.receipt, Language.SWEDISH)
    play.show(opened.receipt, "receipt")
    to_team = play.stage.witness.answer(NoticeKind.TEAM_NEW_TICKET, to=SVEN, about=mail.mail_id)
    play.show(to_team, f"news to the team, {opened.ticket.team}", lines=16)
    return opened


def follow_up(play: Play, first: Opened) -> None:
    """A colleague's mail joins by a sloppy number; the same mail once more changes nothing."""
    serial = first.ticket.number.serial
    sloppy = f"mg {serial} {check_digit(serial)}"
    play.screen.scene(
        2,
        "A follow-up finds its ticket",
        f"Erik, the other SuperUser of Björks Bygg, types the number from memory: “{sloppy}”. "
        "His mail program then sends the same mail twice.",
    )
    letter = play.post.follow_up(sloppy)
    mail_id = play.send(letter)
    mail = play.ended(mail_id, Outcome.JOINED, "follow-up")
    expect("the ticket that it joined", wanted=first.number, found=str(play.ticket_of(mail).number))
    play.screen.happened(f"joined {first.number}")
    play.screen.why(f"rule {mail.rule}: {mail.evidence}")
    play.stage.hand_in(letter)
    witness = play.stage.witness
    expect("times that this mail came", wanted=2, found=witness.mail(mail_id).arrivals)
    expect(f"messages in {first.number}", wanted=2, found=witness.messages(first.ticket))
    play.screen.happened("came twice, is known as the same mail: still one message, one answer")
    play.show(witness.answer(NoticeKind.JOINED, to=ERIK, about=mail_id), "joined")
    expect("answers to the mail that came twice", wanted=1, found=len(witness.about(mail_id, NoticeKind.JOINED)))


def wish(play: Play) -> Opened:
    """Another language, another type, another team."""
    play.screen.scene(
        3,
        "A wish, in English",
        "Emma is a SuperUser of a hotel. Her language is English, so that is how she is answered.",
    )
    letter = play.post.wish()
    mail = play.ended(play.send(letter), Outcome.TICKET, "new-ticket")
    opened = play.opened(letter, mail, type_=TicketType.WISH, to=EMMA, of=HOTEL)
    play.speaks(opened.receipt, Language.ENGLISH)
    play.show(opened.receipt, "receipt")
    to_team = play.stage.witness.answer(NoticeKind.TEAM_NEW_TICKET, to=MAJA, about=mail.mail_id)
    play.screen.happened(f"a hotel belongs to the other team: {to_team.recipient} was told")
    return opened


def stranger(play: Play) -> Opened:
    """Not a SuperUser: held, told whom to ask, and released by a specialist."""
    play.screen.scene(
        4,
        "Somebody who may not write to support",
        "Nils works at Björks Bygg, but is no SuperUser. Nothing is thrown away: his mail is held, he is told "
        "whom to ask, and his company's SuperUsers get the gist.",
    )
    letter = play.post.from_a_colleague()
    mail_id = play.send(letter)
    held = play.ended(mail_id, Outcome.HELD, "stranger")
    witness = play.stage.witness
    play.screen.happened(f"held as mail {mail_id}")
    play.screen.why(f"rule {held.rule}: {held.evidence}")
    play.show(witness.answer(NoticeKind.STRANGER, to=NILS, about=mail_id), "whom to ask", lines=12)
    for superuser in (ANNA, ERIK):
        witness.answer(NoticeKind.HELD_GIST, to=superuser, about=mail_id)
    play.screen.happened("Anna and Erik got the gist")
    play.screen.tell("A specialist decides that it is a ticket all the same:")
    play.command("held", "release", str(mail_id))
    released = play.ended(mail_id, Outcome.TICKET, "released-mail")
    opened = play.opened(letter, released, type_=TicketType.QUESTION, to=ANNA, of=BUILDER)
    play.screen.happened(f"the receipt went to {opened.receipt.recipient}: SuperUsers speak for their company")
    return opened


def overdue(play: Play) -> Opened:
    """Held for a late payment, and released by itself once it is paid."""
    play.screen.scene(
        5,
        "A payment is late",
        "Lundgrens Åkeri has not paid. Karin's mail waits, and she is told why.",
    )
    letter = play.post.from_an_overdue_customer()
    mail_id = play.send(letter)
    held = play.ended(mail_id, Outcome.HELD, "overdue-customer")
    play.screen.happened(f"held as mail {mail_id}")
    play.screen.why(f"rule {held.rule}: {held.evidence}")
    witness = play.stage.witness
    play.show(witness.answer(NoticeKind.OVERDUE, to=KARIN, about=mail_id), "why it waits")
    play.screen.tell("The payment arrives. Nobody has to think of the mail:")
    play.command("register", "paid", HAULIER)
    wait_for("the held mail to be released by itself", lambda: witness.mail(mail_id).outcome != Outcome.HELD)
    released = play.ended(mail_id, Outcome.TICKET, "new-ticket")
    return play.opened(letter, released, type_=TicketType.PROGRAM_ERROR, to=KARIN, of=HAULIER)
