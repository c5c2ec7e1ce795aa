import contextlib
import io
import json
import logging
from collections.abc import Iterator

import dkim
import pytest
import structlog

from mailgate.logs import configure_logs
from tests.support.signing import a_key

OURS = "mailgate.own"


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.mark.parametrize("form", ["json", "console"])
def test_what_would_act_on_the_readers_terminal_is_written_out(form: str) -> None:
    stream = io.StringIO()
    configure_logs(level="debug", form=form, stream=stream)
    structlog.get_logger(OURS).info("odd", helo="x\x1b[2J\x9b1m\u202ey", deep={"list": ["\x07\u2028", "rad\nrad"]})
    (line,) = stream.getvalue().splitlines()
    assert not set("\x1b\x9b\u202e\x07\u2028") & set(line)


def test_an_exception_is_on_the_line_of_its_event_and_names_no_values() -> None:
    stream = io.StringIO()
    configure_logs(level="debug", form="json", stream=stream)
    try:
        _signs_in("hunter2")
    except RuntimeError:
        structlog.get_logger(OURS).exception("trouble")
    (line,) = stream.getvalue().splitlines()
    event = json.loads(line)
    assert event["event"] == "trouble"
    assert "hunter2" not in line
    assert "eva@kund.example" not in line
    assert "\x1b" not in event["exception"][0]["exc_value"]


def test_swedish_stays_readable() -> None:
    stream = io.StringIO()
    configure_logs(level="info", form="json", stream=stream)
    structlog.get_logger(OURS).info("said", team="Hållbart & Gott – åäö")
    assert "Hållbart & Gott – åäö" in stream.getvalue()


def _signs_in(password: str) -> None:
    raise RuntimeError(f"{len(password)} signs\r\n\x1b[2J{{'event': 'forged'}} eva@kund.example")


def test_libraries_are_heard_only_where_they_warn_and_dkimpy_which_quotes_mails_never() -> None:
    stream = io.StringIO()
    configure_logs(level="debug", form="json", stream=stream)
    for name in ("imapclient.imaplib", "mail.log", "dkimpy", "sqlalchemy.engine", "asyncio", "anything.new"):
        logging.getLogger(name).debug("Hemligt")
        logging.getLogger(name).info("Hemligt")
    head = b"DKIM-Signature: v=1; a=Hemligt; d=x; s=x; h=from; bh=Hemligt; b=!Hemligt\r\n"
    spoilt = head + b"From: a@b.example\r\n\r\nHemligt\r\n"
    dkim.DKIM(spoilt).sign(b"s1", b"kund.example", a_key()[0], include_headers=[b"from"])
    with contextlib.suppress(dkim.DKIMException):
        dkim.verify(spoilt)
    structlog.get_logger(OURS).debug("heard")
    assert "Hemligt" not in stream.getvalue()
    assert '"heard"' in stream.getvalue()
