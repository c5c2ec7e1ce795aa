"""What a specialist attaches to an answer reaches the customer under the desk's name; logos and notes' files do not."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from mailgate.desk.commands.files import MOST_BYTES
from mailgate.domain.mail import Address, Envelope, ParsedMail, SpooledMail
from mailgate.ingest.parse import parse
from mailgate.notify.passed_on import plain_name
from tests.support.envelopes import an_envelope
from tests.support.table import Table

SVEN, EVA = "sven@desk.example", "eva@kund.example"


def letter(table: Table, text: str, *, files: dict[str, bytes]) -> bytes:
    told = [entry.message_id for entry in table.desk.told() if entry.recipient == SVEN][-1]
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["Subject"] = f"Sven Sund <{SVEN}>", f"Re: [{table.ticket.number}]"
    mail["Message-ID"], mail["In-Reply-To"] = f"<{len(text)}@desk.example>", told
    mail.set_content(text)
    for name, content in files.items():
        kind = ("image", "png") if name.startswith("logo") else ("application", "pdf")
        cid = "<logo@desk.example>" if name.startswith("logo") else None
        mail.add_attachment(content, *kind, filename=name, cid=cid)
    return mail.as_bytes()


def replied(table: Table, text: str, **files: bytes) -> None:
    content = letter(table, text, files={name.replace("_", "."): octets for name, octets in files.items()})
    envelope: Envelope = an_envelope(content, received_at=table.desk.now, mail_from=SVEN)
    with table.desk.database.transaction() as uow:
        accepted = uow.spool.put(envelope)
    mail: ParsedMail = parse(content)
    assert mail.author == Address(spec=SVEN, name="Sven Sund")
    spooled = SpooledMail(mail_id=accepted.mail_id, envelope=envelope, attempts=1)
    assert table.desk.take(mail, spooled=spooled) is not None


def sent_files(table: Table) -> dict[str, bytes]:
    (entry,) = [one for one in table.mails() if one.recipient == EVA]
    mail = message_from_bytes(table.desk.sent_text(entry), _class=EmailMessage, policy=policy.default)
    return {str(part.get_filename()): part.get_content() for part in mail.iter_attachments()}


def test_files_go_along_with_the_answer(table: Table) -> None:
    table.opened()
    replied(table, "Se bilagan.", lathund_pdf=b"%PDF-1.4 \r\n\x00 alla tecken \xff")
    assert sent_files(table) == {"lathund.pdf": b"%PDF-1.4 \r\n\x00 alla tecken \xff"}


def test_a_logo_stays_with_us(table: Table) -> None:
    table.opened()
    replied(table, "Prova igen.", logo_png=b"\x89PNG")
    assert sent_files(table) == {}


def test_what_comes_with_a_note_stays_with_us(table: Table) -> None:
    table.opened()
    replied(table, "Prova igen.\n#note Se avtalet.", avtal_pdf=b"%PDF")
    assert sent_files(table) == {}


def test_what_is_too_large_is_not_sent_and_told(table: Table) -> None:
    table.opened()
    replied(table, "Se bilagan.", stor_pdf=b"x" * (MOST_BYTES + 1))
    assert [one.recipient for one in table.mails()] == [SVEN]
    said = table.text(table.mails()[0])
    assert "bilagorna är för många eller för stora" in said
    assert "Se bilagan." in said


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Lönelista (nov).pdf", "Lonelista (nov).pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ('a"\r\nBcc: x.pdf', "a___Bcc_ x.pdf"),
        ("日本.txt", "txt"),
        ("", "file"),
        ("x" * 300 + ".xlsx", "x" * 55 + ".xlsx"),
    ],
)
def test_names_are_plain(name: str, plain: str) -> None:
    assert plain_name(name) == plain
