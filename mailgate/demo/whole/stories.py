"""The stories: a question, a program error, a wish and an order, each from its first mail to its closing.

Every line that begins with ``#`` is a specialist's command, ``docs/mail-commands.md`` has them all.
"""

from mailgate.demo.cast import AINO, ANNA, EMMA, KARIN, MAJA, ORDERS, SVEN
from mailgate.demo.play import Play
from mailgate.demo.whole.people import KIM, PIA, ULLA
from mailgate.demo.whole.talk import Talk
from mailgate.domain.notice_kinds import NoticeKind as Kind
from mailgate.domain.ticket import Status, TicketType


def question(play: Play) -> Talk:
    """Answered, thanked for, and closed by the customer."""
    play.screen.scene(
        1,
        "A question",
        "Aino asks in Finnish. Maja takes the ticket and answers with one mail; Aino closes it herself.",
    )
    talk = Talk(play)
    talk.writes(
        AINO, "Miten korjaan varastosaldon?", "Hei!\n\nMiten korjaan varastosaldon inventaarion jälkeen?\n\nAino",
        opens=TicketType.QUESTION, brings=[(Kind.RECEIPT, AINO), (Kind.TEAM_NEW_TICKET, MAJA)],
    )  # fmt: skip
    talk.replies(
        MAJA, "#take\n\nHei Aino!\n\nValitse Varasto, Inventaario ja Hyväksy erot.\n\n#note She asked the same in May.",
        brings=[(Kind.ANSWER, AINO), (Kind.COMMANDS_ANSWERED, MAJA)], at=("answered", Status.OPEN),
    )  # fmt: skip
    talk.is_unknown_to(AINO, "the same in May")
    talk.replies(
        AINO, "Kiitos! Entä jos tuote puuttuu listasta?",
        brings=[(Kind.JOINED, AINO), (Kind.TEAM_FOLLOW_UP, MAJA)], at=("service_desk", Status.OPEN),
    )  # fmt: skip
    talk.replies(
        MAJA, "#resolve Lisää se painikkeella Uusi rivi.",
        brings=[(Kind.RESOLVED, AINO), (Kind.COMMANDS_ANSWERED, MAJA)], at=("service_desk", Status.RESOLVED),
    )  # fmt: skip
    talk.replies(
        AINO, "SULJE", brings=[(Kind.CLOSED, AINO), (Kind.TEAM_FOLLOW_UP, MAJA)], at=("service_desk", Status.CLOSED)
    )
    return talk


def program_error(play: Play) -> Talk:
    """With a level, support access, a way round, the product department, and verification."""
    play.screen.scene(
        2,
        "A program error",
        "Anna cannot invoice. Sven asks to look into her installation, finds a way round, and hands the error to the "
        "product department; Pia corrects it, Sven verifies.",
    )
    talk = Talk(play)
    talk.writes(
        ANNA, "Momsen blir fel på fakturorna",
        "Servicenivå: 2\nModul: Fakturering\n\nSedan uppdateringen räknas momsen fel.\n\nAnna",
        opens=TicketType.PROGRAM_ERROR, brings=[(Kind.RECEIPT, ANNA), (Kind.TEAM_NEW_TICKET, SVEN)],
    )  # fmt: skip
    talk.replies(
        SVEN, "#ta\n#inloggning Jag vill se era momskoder.",
        brings=[(Kind.HANDLING_STARTED, ANNA), (Kind.ACCESS_ASKED, ANNA), (Kind.COMMANDS_ANSWERED, SVEN)],
        at=("service_desk", Status.OPEN),
    )  # fmt: skip
    talk.replies(
        ANNA, "JA", under=Kind.ACCESS_ASKED,
        brings=[(Kind.ACCESS_CHANGED, ANNA), (Kind.ACCESS_CHANGED, SVEN)], at=("service_desk", Status.OPEN),
    )  # fmt: skip
    talk.replies(
        SVEN, "#kringgå Välj momskod 25 för hand på varje rad, så blir summan rätt.",
        brings=[(Kind.WORKAROUND, ANNA), (Kind.COMMANDS_ANSWERED, SVEN)], at=("service_desk", Status.OPEN),
    )  # fmt: skip
    talk.replies(
        ANNA, "ÅTERKALLA", under=Kind.ACCESS_CHANGED,
        brings=[(Kind.ACCESS_CHANGED, ANNA), (Kind.ACCESS_CHANGED, SVEN)], at=("service_desk", Status.OPEN),
    )  # fmt: skip
    talk.replies(
        SVEN, "#produkt Felet kommer av den nya momstabellen.",
        brings=[(Kind.MOVED, ANNA), (Kind.HANDED_ON, PIA), (Kind.COMMANDS_ANSWERED, SVEN)],
        at=("product_department", Status.OPEN),
    )  # fmt: skip
    talk.replies(
        PIA, "#support Rättat i version 24.3, som är ute nu.",
        brings=[(Kind.MOVED, ANNA), (Kind.HANDED_ON, SVEN), (Kind.COMMANDS_ANSWERED, PIA)],
        at=("verification", Status.OPEN),
    )  # fmt: skip
    talk.replies(
        SVEN, "#löst Jag har provat med er faktura: momsen är rätt.",
        brings=[(Kind.RESOLVED, ANNA), (Kind.COMMANDS_ANSWERED, SVEN)], at=("verification", Status.RESOLVED),
    )  # fmt: skip
    talk.replies(
        SVEN, "#stäng",
        brings=[(Kind.CLOSED, ANNA), (Kind.COMMANDS_ANSWERED, SVEN)], at=("verification", Status.CLOSED),
    )  # fmt: skip
    return talk


def wish(play: Play) -> Talk:
    """By both councils; its sender is told at each."""
    play.screen.scene(
        3,
        "A wish",
        "Emma wishes for something, in English. It goes to the internal council, then to the external one, and is "
        "planned. She hears of each step, once.",
    )
    talk = Talk(play)
    talk.writes(
        EMMA, "Feature request: one invoice for a group booking",
        "Hello,\n\nIt would be great if we could put all rooms on one invoice.\n\nEmma",
        opens=TicketType.WISH, brings=[(Kind.RECEIPT, EMMA), (Kind.TEAM_NEW_TICKET, MAJA)],
    )  # fmt: skip
    talk.replies(
        MAJA, "#council internal",
        brings=[(Kind.MOVED, EMMA), (Kind.HANDED_ON, ULLA), (Kind.COMMANDS_ANSWERED, MAJA)],
        at=("internal_council", Status.OPEN),
    )  # fmt: skip
    talk.replies(
        ULLA, "#råd externt",
        brings=[(Kind.MOVED, EMMA), (Kind.HANDED_ON, ULLA), (Kind.COMMANDS_ANSWERED, ULLA)],
        at=("external_council", Status.OPEN),
    )  # fmt: skip
    talk.replies(
        ULLA, "#planerat We plan it for version 25.",
        brings=[(Kind.MOVED, EMMA), (Kind.HANDED_ON, PIA), (Kind.COMMANDS_ANSWERED, ULLA)],
        at=("planned", Status.OPEN),
    )  # fmt: skip
    talk.replies(
        PIA, "#löst It is in version 25, out today.\n#stäng",
        brings=[(Kind.RESOLVED, EMMA), (Kind.COMMANDS_ANSWERED, PIA)],
        at=("planned", Status.CLOSED),
    )  # fmt: skip
    return talk


def order(play: Play) -> Talk:
    """Estimated, refused to be billed before a yes, approved, done and billed."""
    play.screen.scene(
        4,
        "An order",
        "Karin writes to the consultants' address. Kim tells the price; nothing can be billed before Karin's yes.",
    )
    talk = Talk(play)
    talk.writes(
        KARIN, "Rapport över frånvaro", "Hej!\n\nVi vill ha en rapport över frånvaron.\n\nKarin", to=ORDERS,
        opens=TicketType.ORDER, brings=[(Kind.RECEIPT, KARIN), (Kind.TEAM_NEW_TICKET, SVEN)],
    )  # fmt: skip
    talk.replies(
        SVEN, "#konsult",
        brings=[(Kind.MOVED, KARIN), (Kind.HANDED_ON, KIM), (Kind.COMMANDS_ANSWERED, SVEN)],
        at=("estimation", Status.OPEN),
    )  # fmt: skip
    talk.replies(
        KIM, "#pris 4 h, 4 800 kr, En rapport över frånvaro per avdelning.",
        brings=[(Kind.ESTIMATE, KARIN), (Kind.COMMANDS_ANSWERED, KIM)], at=("approval", Status.WAITING),
    )  # fmt: skip
    talk.replies(
        KIM, "#fakturerat 4 h, 4 800 kr", brings=[(Kind.COMMANDS_ANSWERED, KIM)], at=("approval", Status.WAITING)
    )
    play.screen.happened("Kim could not bill it: there is no yes")
    talk.replies(
        KARIN, "JA", under=Kind.ESTIMATE,
        brings=[(Kind.ORDER_ANSWERED, KARIN), (Kind.HANDED_ON, KIM)], at=("work", Status.OPEN),
    )  # fmt: skip
    talk.replies(
        KIM, "#fakturerat 4 h, 4 800 kr, Rapporten ligger under Lön, Rapporter.",
        brings=[(Kind.BILLED, KARIN), (Kind.COMMANDS_ANSWERED, KIM)], at=("work", Status.CLOSED),
    )  # fmt: skip
    return talk
