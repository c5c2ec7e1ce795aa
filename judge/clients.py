"""Clients of the daemon: they hand over mail by SMTP as RFC 5321 §4.5.4.1 asks, or put it into the mailbox.

What was not answered with 250 is sent again, with the same bytes. Some clients are rude: they hang up right after the
final dot, or send again what was taken long ago, because they lost the answer.
"""

import random
import re
import smtplib
import threading
import time
from contextlib import suppress
from typing import Any

from imapclient import IMAPClient

from judge.told import Sent, Told, mail
from judge.world import SUPERUSERS, World
from tests.support.dovecot import Dovecot

_OUTSTANDING = 20
_NUMBER = re.compile(r"\[(MG-\d+-\d)\].*(T\d{6})")
NO_ANSWER = 0


def send(port: int, sent: Sent, content: bytes, *, sender: str, hang_up: bool = False, seconds: float = 20.0) -> int:
    """Try once; the reply's code, or ``NO_ANSWER``. The try is noted in ``sent``."""
    code = NO_ANSWER
    with suppress(OSError, smtplib.SMTPException):
        with smtplib.SMTP("127.0.0.1", port, timeout=seconds, local_hostname="client.example") as client:
            code = _transaction(client, content, sender=sender, hang_up=hang_up)
            sent.answers.append((time.monotonic(), code))
            with suppress(OSError, smtplib.SMTPException):
                client.quit()
        return code
    sent.answers.append((time.monotonic(), NO_ANSWER))
    return NO_ANSWER


def _transaction(client: smtplib.SMTP, content: bytes, *, sender: str, hang_up: bool) -> int:
    client.ehlo()
    for code, _ in (client.mail(sender), client.rcpt("support@example.com"), client.docmd("DATA")):
        if code >= 400:
            return code
    lines = re.sub(rb"(?m)^\.", b"..", content)
    client.send(lines + b"\r\n.\r\n")
    if hang_up:
        client.close()
        return NO_ANSWER
    return client.getreply()[0]


class Load:
    """Mixed load on a world until ``close``: three SMTP clients, and one that fills the mailbox if there is one.

    At neither door do more than ``_OUTSTANDING`` mails wait for their receipt: the daemon is busy, and not buried.
    """

    def __init__(self, world: World, *, clients: int = 3) -> None:
        self._world = world
        self._stop, self._give_up = threading.Event(), threading.Event()
        self._numbers: list[str] = []
        self._receipted: set[str] = set()
        self._threads = [threading.Thread(target=self._client, args=(number,)) for number in range(clients)]
        self._threads += [threading.Thread(target=self._watch)]
        if world.dovecot is not None:
            self._threads += [threading.Thread(target=self._depositor, args=(world.dovecot,))]
        for thread in self._threads:
            thread.start()

    def close(self, *, seconds: float = 30.0) -> None:
        """Each client finishes the mail that it has begun, if the daemon lets it."""
        self._stop.set()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._give_up.set()
        for thread in self._threads:
            thread.join()

    def _watch(self) -> None:
        """Reads receipts, as people do: only so does anybody learn a ticket's number."""
        seen = 0
        while not self._stop.wait(0.05):
            taken = self._world.taken()
            for one in taken[seen:]:
                if one.to in SUPERUSERS and (found := _NUMBER.search(one.subject)):
                    self._receipted.add(found[2])
                    if one.to != SUPERUSERS[2]:  # whose tickets are another customer's
                        self._numbers.append(found[1])
            seen = len(taken)

    def _may_go_on(self, door: str) -> bool:
        while not self._stop.wait(0.005):
            if len(self._world.told.kept(door) - self._receipted) < _OUTSTANDING:
                return True
        return False

    def _client(self, number: int) -> None:
        dice = random.Random(f"{self._world.seed}/client/{number}")  # noqa: S311 - what to send
        old: list[tuple[Sent, bytes, str]] = []
        while self._may_go_on("smtp"):
            sender = SUPERUSERS[number % 2]
            self._hand_over(old, dice, sender)
            if old and dice.random() < 0.1:
                sent, content, sender = dice.choice(old)
                send(self._world.port, sent, content, sender=sender)  # once more, though it was taken

    def _hand_over(self, old: list[tuple[Sent, bytes, str]], dice: random.Random, sender: str) -> None:
        answers = dice.random() < 0.3 and bool(self._numbers)
        number = dice.choice(self._numbers[-200:]) if answers else ""
        sent = self._world.told.begin("smtp", answers_ticket=answers)
        content = mail(sent, sender=sender, number=number, filling=_filling(dice))
        hang_up = dice.random() < 0.05
        while not (sent.is_ours_to_keep or sent.is_refused or self._give_up.is_set()):
            code = send(self._world.port, sent, content, sender=sender, hang_up=hang_up)
            hang_up = False
            if code == NO_ANSWER or code >= 400:
                time.sleep(0.02)
        old.append((sent, content, sender))

    def _depositor(self, dovecot: Dovecot) -> None:
        dice = random.Random(f"{self._world.seed}/mailbox")  # noqa: S311 - what to send
        with dovecot.client() as mailbox:
            while self._may_go_on("imap"):
                deposit(mailbox, self._world.told, filling=_filling(dice))
                self._stop.wait(dice.random() * 0.15)


def deposit(mailbox: Any, told: Told, *, filling: str = "") -> Sent:
    """Put a mail of the third SuperUser into the mailbox."""
    sent = told.begin("imap")
    answer = mailbox.append("INBOX", mail(sent, sender=SUPERUSERS[2], filling=filling))
    sent.uid = int(re.search(rb"APPENDUID \d+ (\d+)", answer)[1])  # type: ignore[index]
    sent.answers.append((time.monotonic(), 250))
    return sent


def seen_uids(mailbox: IMAPClient, above: int) -> set[int]:
    """UIDs past ``above`` of the mails that are marked as read: we say so of mails that are safe with us."""
    mailbox.select_folder("INBOX", readonly=True)
    return {uid for uid in mailbox.search(["UID", f"{above + 1}:*", "SEEN"]) if uid > above}


def _filling(dice: random.Random) -> str:
    """Most mails are short, some are long."""
    lines = dice.choice((2, 5, 20, 20, 100, 600))
    return "\r\n".join(f"rad {line} {dice.getrandbits(128):032x}" for line in range(lines))
