"""The floor: what a bare pipeline costs that does no more than it must. ``python -m bench.engine.floor FOLDER SINK``.

aiosmtpd takes the mail, the standard library parses it (compat32), one SQLite commit (WAL, synchronous=FULL) keeps it
and its number, an ``EmailMessage`` answers over one kept connection. No rules, no limits, no copies recognised, no
outbox: a crash loses answers. Prints its port; ends when standard input does.
"""

import asyncio
import email
import email.policy
import queue
import smtplib
import sqlite3
import sys
import threading
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

_TABLES = """
CREATE TABLE mail (id INTEGER PRIMARY KEY, sender TEXT, message_id TEXT, content BLOB);
CREATE TABLE ticket (id INTEGER PRIMARY KEY, mail_id INTEGER, subject TEXT, text TEXT);
CREATE INDEX mail_message_id ON mail (message_id);
"""


class Handler:
    """Parse, commit, answer; one mail after the other."""

    def __init__(self, folder: Path, answers: "queue.SimpleQueue[EmailMessage | None]") -> None:
        self._database = sqlite3.connect(folder / "floor.db", check_same_thread=False)
        self._database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _TABLES)
        self._answers = answers

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """aiosmtpd's name for a whole mail."""
        content = envelope.content
        assert isinstance(content, bytes)  # noqa: S101
        mail = email.message_from_bytes(content, policy=email.policy.compat32)
        text = b""
        for part in mail.walk():
            if part.get_content_type() == "text/plain":
                payload = part.get_payload(decode=True)
                text = payload if isinstance(payload, bytes) else b""
                break
        number = self._kept(envelope.mail_from or "", mail, content, text.decode("utf-8", "replace"))
        answer = EmailMessage()
        answer["From"], answer["To"] = "support@example.com", envelope.mail_from
        answer["Subject"] = f"[T-{number}] {mail['Subject']}"
        answer["Message-ID"], answer["In-Reply-To"] = f"<{number}@floor.example>", mail["Message-ID"]
        answer.set_content(f"Tack, ditt ärende har nummer {number}.\n")
        answer.add_alternative(f"<p>Tack, ditt ärende har nummer <b>{number}</b>.</p>", subtype="html")
        self._answers.put(answer)
        return "250 2.0.0 Ok"

    def _kept(self, sender: str, mail: email.message.Message, content: bytes, text: str) -> int:
        with self._database:
            first = self._database.execute(
                "INSERT INTO mail (sender, message_id, content) VALUES (?, ?, ?)",
                (sender, str(mail["Message-ID"]), content),
            )
            second = self._database.execute(
                "INSERT INTO ticket (mail_id, subject, text) VALUES (?, ?, ?)",
                (first.lastrowid, str(mail["Subject"]), text),
            )
        return second.lastrowid or 0


def main() -> None:
    """Serve until standard input ends."""
    folder, sink_port = Path(sys.argv[1]), int(sys.argv[2])
    answers: queue.SimpleQueue[EmailMessage | None] = queue.SimpleQueue()
    sender = threading.Thread(target=_send, args=(answers, sink_port))
    sender.start()
    try:
        asyncio.run(_serve(Handler(folder, answers)))
    finally:
        answers.put(None)
        sender.join()


async def _serve(handler: Handler) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, data_size_limit=50_000_000, loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def _send(answers: "queue.SimpleQueue[EmailMessage | None]", port: int) -> None:
    client = smtplib.SMTP("127.0.0.1", port)
    while (answer := answers.get()) is not None:
        client.send_message(answer)
    client.quit()


if __name__ == "__main__":
    main()
