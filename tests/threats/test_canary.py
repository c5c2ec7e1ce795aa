"""T13, T32: marks are put where secrets and other people's words are, and everything that leaves is searched for them.

A real daemon with three customers takes and answers mail while things go wrong: a wrong password at the relay, a
mailbox that refuses its token, a mail that cannot be read, a database that somebody holds, a relay that answers with
an address.
A customer's words may be in mails to its own SuperUsers and to the team, and in what the command line shows; internal
words in mails to the team; secrets nowhere; and none of all that in the log, at any level.
"""

import io
import os
import re
import shlex
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

import pytest

from mailgate import cli
from tests.support.daemon import MailgateDaemon
from tests.support.dovecot import PASSWORD, USER, running_dovecot
from tests.support.envelopes import a_mail_text
from tests.support.smtp_sink import SinkRules, SmtpSink

pytestmark = [pytest.mark.journey, pytest.mark.servers]

PEOPLE = {"alfa": "ada@alfa.example", "beta": "bo@beta.example", "gamma": "cai@gamma.example"}
SVEN = "sven@desk.example"
INTERNAL = ("kanarieintern1", "kanarieintern2", "kanariehejdad")
SECRETS = {
    "relay": "kanarie-relay-9f3", "wrong": "kanarie-fel-7c1", "database": "kanarie-db-8e4", "imap": PASSWORD,
}  # fmt: skip
_CONFIG = """
[outgoing]
host = "127.0.0.1"
port = {relay}
tls = "none"
user = "mailgate"
password_file = "relay.password"
timeout_seconds = 5

[[imap]]
name = "support"
host = "127.0.0.1"
port = {imap}
ca_file = "{ca}"
user = "{user}"
password_file = "imap.password"
address = "support@example.com"

[[imap]]
name = "tokens"
host = "127.0.0.1"
port = {imap}
ca_file = "{ca}"
user = "{user}"
token_command = {command}
address = "konsult@example.com"
"""


def words_of(customer: str) -> str:
    """That only this customer ever wrote."""
    return f"kanarie{customer}ord"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """All that left the house, or stayed where others read it."""

    mails: list[tuple[str, str]]
    log: str
    shown: str
    database: bytes
    secrets: dict[str, str]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    folder = tmp_path_factory.mktemp("canary")
    rules = SinkRules(user=("mailgate", SECRETS["relay"]), auth_in_the_clear=True)
    with running_dovecot() as dovecot, SmtpSink(rules) as sink:
        token = dovecot.token(expires_in=-600)
        command = shlex.join([sys.executable, "-c", f"print('{token}')"])
        more = _CONFIG.format(
            relay=sink.port, imap=dovecot.tls_port, ca=dovecot.ca_file, user=USER, command=_quoted(command)
        )
        daemon = MailgateDaemon(folder, more=more)
        told = daemon.config_path.read_text("utf-8").replace('format = "json"', 'format = "json"\nlevel = "debug"')
        daemon.config_path.write_text(told, encoding="utf-8")
        (folder / "relay.password").write_text(SECRETS["wrong"], encoding="utf-8")
        (folder / "imap.password").write_text(PASSWORD, encoding="utf-8")
        for customer, address in PEOPLE.items():
            daemon.register(address, code=customer, domains=(f"{customer}.example",))
        with daemon:
            _play(daemon, sink, dovecot.deliver)
            shown = "".join(_asked(daemon))
        mails = [(mail.rcpt_to[0], _whole(message_from_bytes(mail.content))) for mail in sink.mails]
        kept = b"".join(path.read_bytes() for path in (folder / "data").rglob("*") if path.is_file())
        log = daemon.log_path.read_text("utf-8")
        secrets = SECRETS | {"token": token.rpartition(".")[2]}
        yield Left(mails=mails, log=log, shown=shown, database=kept, secrets=secrets)


def _quoted(text: str) -> str:
    return "'''" + text + "'''"


def _play(daemon: MailgateDaemon, sink: SmtpSink, deliver: object) -> None:
    """Everybody writes, the team answers, and what can go wrong does."""
    assert callable(deliver)
    for number, (customer, address) in enumerate(PEOPLE.items()):
        body = f"{words_of(customer)}\r\n\r\nServicenivå: 2"
        mark = words_of(customer)
        content = a_mail_text(
            subject=f"Fel {mark}", sender=f"{mark} <{address}>", message_id=f"<{number}@x.example>", body=body
        )
        daemon.send(content, mail_from=address)
    deliver(a_mail_text(sender=PEOPLE["alfa"], message_id="<imap@x.example>", body=words_of("alfa")))
    _wait_for_log(daemon, "submission_sign_in_refused", "imap_fetched", "imap_trouble")
    (daemon.folder / "relay.password").write_text(SECRETS["relay"], encoding="utf-8")
    sink.answer("RCPT", f"450 4.2.0 <{PEOPLE['beta']}> {words_of('beta')} is busy")
    for awaited in (7, 8):  # one of them is put off by that answer
        for outbox_id in range(1, 9):
            _command(daemon, "outbox", "retry", str(outbox_id))
        sink.wait_for(awaited)
    _internal_words(daemon, sink)
    _poison(daemon)
    _while_the_database_is_held(daemon)
    daemon.wait_until(lambda: _is_quiet(daemon))


def _internal_words(daemon: MailgateDaemon, sink: SmtpSink) -> None:
    """In a note by mail, in one at the command line, and in a reply that nobody can prove."""
    by_number = {
        match[0]: mail
        for mail in map(lambda one: message_from_bytes(one.content), (m for m in sink.mails if m.rcpt_to == (SVEN,)))
        if (match := re.search(r"MG-\d{6}-\d", str(mail["Subject"])))
    }
    number, told = next(iter(by_number.items()))
    reply = f"In-Reply-To: {told['Message-ID']}"
    for place, (body, extra) in enumerate(((f"#note\r\n{INTERNAL[0]}", reply), (f"Hej, {INTERNAL[2]}", "X-A: b"))):
        content = a_mail_text(
            subject=f"Re: [{number}]", sender=SVEN, message_id=f"<s{place}@desk.example>", body=body, extra=extra
        )
        daemon.send(content, mail_from=SVEN)
    _command(daemon, "ticket", "note", number, "--by", SVEN, "--text", INTERNAL[1])
    _command(daemon, "ticket", "answer", number, "--by", SVEN, "--text", "Prova igen")


def _poison(daemon: MailgateDaemon) -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(80))
    head = f"From: {PEOPLE['alfa']}\r\nSubject: {words_of('alfa')}\r\nMessage-ID: <deep@x.example>\r\n".encode()
    daemon.send(head + deep + words_of("alfa").encode() + b"\r\n", mail_from=PEOPLE["alfa"])


def _while_the_database_is_held(daemon: MailgateDaemon) -> None:
    with closing(sqlite3.connect(daemon.folder / "data" / "mailgate.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        content = a_mail_text(sender=PEOPLE["gamma"], message_id="<held@x.example>", body=words_of("gamma"))
        waiting = threading.Thread(target=daemon.send, args=(content,), kwargs={"mail_from": PEOPLE["gamma"]})
        waiting.start()
        waiting.join(2 if not os.environ.get("MAILGATE_LONG_TESTS") else 15)
        other.execute("ROLLBACK")
    waiting.join(30)


def _wait_for_log(daemon: MailgateDaemon, *events: str) -> None:
    for event in events:
        daemon.wait_until(lambda event=event: event in daemon.log_path.read_text("utf-8"))


def _is_quiet(daemon: MailgateDaemon) -> bool:
    with daemon.look() as uow:
        sums = uow.mails.sums()
    return "received" not in sums and sum(sums.values()) >= 8


def _command(daemon: MailgateDaemon, *arguments: str) -> str:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with redirect_stdout(out), redirect_stderr(out):
        cli.run(["--config", str(daemon.config_path), *arguments])
    return out.detach().getvalue().decode()  # type: ignore[attr-defined,no-any-return]


def _asked(daemon: MailgateDaemon) -> Iterator[str]:
    """Everything that the command line tells, and how it complains."""
    for line in (
        "ticket list",
        "mail list",
        "held list",
        "outbox list",
        "quarantine list",
        "register list",
        "mail count",
    ):
        yield _command(daemon, *line.split())
        yield _command(daemon, *line.split(), "--json")
    with daemon.look() as uow:
        numbers = [str(ticket.number) for ticket in uow.tickets.newest()]
        mails = [str(each.mail_id) for each in uow.mails.summaries()]
    for number in numbers:
        yield _command(daemon, "ticket", "show", number, "--full")
        yield _command(daemon, "explain", number)
    for mail_id in mails:
        yield _command(daemon, "mail", "show", mail_id)
    for form in ("text", "csv", "html"):
        yield _command(daemon, "report", "--format", form)
    yield _command(daemon, "config", "check")
    yield from _complaints(daemon)


def _complaints(daemon: MailgateDaemon) -> Iterator[str]:
    whole = daemon.config_path.read_text("utf-8")
    url = f'[storage]\ndatabase = "postgresql+psycopg://mailgate:{SECRETS["database"]}@127.0.0.1:1/mailgate"\n'
    wrong = daemon.folder / "wrong.toml"
    for spoilt in (url + whole, url.replace("://", ":/"), whole.replace("password_file", "pasword"), url + "=" + whole):
        wrong.write_text(spoilt, encoding="utf-8")
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with redirect_stdout(out), redirect_stderr(out):
            cli.run(["--config", str(wrong), "config", "check"])
            cli.run(["--config", str(wrong), "ticket", "list"])
        yield out.detach().getvalue().decode()  # type: ignore[attr-defined]


def _whole(mail: Message) -> str:
    """Its headers as they are read, and each part decoded."""
    heads = [f"{name}: {value}" for part in mail.walk() for name, value in part.items()]
    bodies = [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
    return "\n".join([*heads, *(body.decode("utf-8", "replace") for body in bodies if isinstance(body, bytes))])


def test_the_run_had_what_it_is_about(left: Left) -> None:
    to_team = "".join(text for address, text in left.mails if address == SVEN)
    for customer, address in PEOPLE.items():
        assert words_of(customer) in to_team
        assert [text for to, text in left.mails if to == address]
    assert INTERNAL[0] in left.shown
    assert INTERNAL[1] in left.shown
    assert INTERNAL[2] in left.shown
    assert "quarantine" in left.shown
    events = re.findall(r'"event": "([a-z_]+)"', left.log)
    assert {"imap_trouble", "imap_fetched", "mail_settled"} <= set(events)
    assert '"level": "debug"' in left.log


def test_a_customers_words_reach_its_own_people_and_the_team_and_nobody_else(left: Left) -> None:
    for customer, address in PEOPLE.items():
        readers = {to for to, text in left.mails if words_of(customer) in text}
        assert readers <= {address, SVEN}, customer


def test_internal_words_reach_the_team_only(left: Left) -> None:
    for mark in INTERNAL:
        assert {to for to, text in left.mails if mark in text} <= {SVEN}, mark


def test_the_log_holds_nobodys_words_at_any_level(left: Left) -> None:
    for mark in (*map(words_of, PEOPLE), *INTERNAL, *PEOPLE.values(), SVEN):
        lines = [line for line in left.log.splitlines() if mark in line]
        assert lines == [], mark


def test_a_secret_is_nowhere(left: Left) -> None:
    for name, secret in left.secrets.items():
        assert secret not in left.log, name
        assert secret not in left.shown, name
        assert not [text for _, text in left.mails if secret in text], name
        assert secret.encode() not in left.database, name
