"""Scenes 6 to 10: what goes wrong around a support address. Each checks that nothing is lost, told twice or let in."""

from mailgate.demo.cast import AINO, EMMA, HAULIER, HOTEL, KARIN, SHOP
from mailgate.demo.expect import expect, wait_for
from mailgate.demo.mails import NESTED_DEEP
from mailgate.demo.play import Opened, Play
from mailgate.domain.customer import Language
from mailgate.domain.mail import Origin
from mailgate.domain.ticket import TicketType
from mailgate.domain.verdict import Outcome


def out_of_office(play: Play, wish: Opened) -> None:
    """A machine answers our receipt: it gets no answer."""
    play.screen.scene(
        6,
        "A machine answers",
        "Emma is away; her mail program answers the receipt. To answer that would start a loop.",
    )
    witness = play.stage.witness
    before = witness.messages(wish.ticket)
    letter = play.post.out_of_office(receipt_id=wish.receipt.message_id, receipt_subject=wish.receipt.subject)
    mail_id = play.send(letter)
    mail = play.ended(mail_id, Outcome.STORED, "automatic-mail")
    silent = [entry for entry in witness.queued() if entry.mail_id == mail_id]
    expect("answers to a machine", wanted=0, found=len(silent))
    expect(f"messages in {wish.number}", wanted=before, found=witness.messages(wish.ticket))
    play.screen.happened("stored, and nobody was told anything")
    play.screen.why(f"rule {mail.rule}: {mail.evidence}")


def foreign_number(play: Play, first: Opened) -> Opened:
    """A number grants nothing."""
    play.screen.scene(
        7,
        "Somebody else's ticket number",
        f"Emma has found {first.number} on a note. It is a ticket of Björks Bygg, and none of hers.",
    )
    witness = play.stage.witness
    before = witness.messages(first.ticket)
    letter = play.post.with_another_customers_number(first.number)
    mail = play.ended(play.send(letter), Outcome.TICKET, "new-ticket")
    opened = play.opened(letter, mail, type_=TicketType.QUESTION, to=EMMA, of=HOTEL)
    expect("whether she got in", wanted=False, found=opened.number == first.number)
    expect(f"messages in {first.number}", wanted=before, found=witness.messages(first.ticket))
    play.screen.happened(f"nothing was added to {first.number}, and nothing of it was told")
    play.show(opened.receipt, "receipt")
    return opened


def broken_mail(play: Play) -> None:
    """What cannot be read is kept whole, and stops nothing."""
    play.screen.scene(
        8,
        "A mail made to break things",
        f"A mail of {NESTED_DEEP} parts, each inside the one before. It is taken, since a refusal would lose it, and "
        "read in a child process with limits.",
    )
    letter = play.post.nested_too_deep()
    size = len(letter.content)
    play.screen.letter_like(
        "mail in, by SMTP", f"{size} bytes: multipart in multipart in multipart …, {NESTED_DEEP} levels deep"
    )
    mail_id = play.stage.send(letter)
    mail = play.ended(mail_id, Outcome.QUARANTINED, "unparsable")
    expect("whether its bytes are whole", wanted=True, found=play.stage.witness.content(mail_id) == letter.content)
    play.screen.happened(f"in quarantine, all {size} bytes of it, for somebody to look at")
    play.screen.why(f"rule {mail.rule}: {mail.evidence}")
    play.stage.daemon.check_alive()
    play.screen.happened(f"the daemon goes on (process {play.stage.daemon.pid})")
    expect("the mails in quarantine", wanted=[mail_id], found=play.listed("quarantine", "list", key="id"))


def fetched(play: Play, first: Opened) -> Opened:
    """The other door: IMAP. What came by SMTP before is known again."""
    play.screen.scene(
        9,
        "The other door: IMAP",
        "Two mails lie in a mailbox: a question in Finnish, and a copy of Anna's mail from scene 1.",
    )
    witness, stage = play.stage.witness, play.stage
    known = {mail.mail_id for mail in witness.mails()}
    letter = play.post.question_in_finnish()
    play.screen.mail_in(letter.content, way="IMAP")
    uids = [stage.deliver(letter.content), stage.deliver(play.post.delivered_copy(first.letter))]
    wait_for("both mails to be marked as read", lambda: all("\\Seen" in stage.imap.flags(uid) for uid in uids))
    new = [mail for mail in witness.mails() if mail.mail_id not in known]
    expect("new mails out of the mailbox", wanted=[Origin.IMAP.value], found=[mail.origin for mail in new])
    expect("times that Anna's mail came", wanted=2, found=witness.mail(first.mail_id).arrivals)
    play.screen.happened("both fetched, then marked as read on the server", "Anna's copy is known: no second ticket")
    mail = play.ended(new[0].mail_id, Outcome.TICKET, "new-ticket")
    opened = play.opened(letter, mail, type_=TicketType.QUESTION, to=AINO, of=SHOP)
    play.speaks(opened.receipt, Language.FINNISH)
    play.show(opened.receipt, "receipt")
    return opened


def killed(play: Play) -> Opened:
    """SIGKILL right after a 250: the mail is there, and is answered once."""
    play.screen.scene(
        10,
        "The power goes",
        "Karin orders a training at the consultants' address. At the moment of our 250, the daemon is killed.",
    )
    stage, witness = play.stage, play.stage.witness
    letter = play.post.order()
    known = {mail.mail_id for mail in witness.mails()}
    play.screen.mail_in(letter.content, way="SMTP")
    dead = stage.daemon.pid
    stage.hand_in_and_kill(letter)
    new = [mail for mail in witness.mails() if mail.mail_id not in known]
    expect("mails in the store after the kill", wanted=1, found=len(new))
    done = "not yet worked on" if new[0].outcome is None else "already settled"
    play.screen.happened(f"process {dead} died of SIGKILL; the mail is on the disk, {done}")
    stage.start_daemon()
    play.screen.happened(f"started again, as process {stage.daemon.pid}")
    mail = play.ended(new[0].mail_id, Outcome.TICKET, "new-ticket")
    opened = play.opened(letter, mail, type_=TicketType.ORDER, to=KARIN, of=HAULIER)
    stage.wait_until_sent()
    expect("receipts for the order", wanted=1, found=stage.receipts(mail.mail_id))
    play.screen.happened("exactly one ticket, exactly one receipt")
    play.show(opened.receipt, "receipt")
    return opened
