"""What the clients were told: each mail that somebody handed over, and each answer that came, with its time.

A mail is known by its token, the left side of its Message-ID. Times are the machine's monotonic clock, in seconds.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

DOMAIN = "kund.example"


@dataclass(slots=True, kw_only=True)
class Sent:
    """A mail of a client's. ``answers``: (time, reply code) at the end of each try; 0 where no answer came."""

    token: str
    door: str
    answers_ticket: bool
    uid: int = 0
    answers: list[tuple[float, int]] = field(default_factory=list)

    @property
    def is_ours_to_keep(self) -> bool:
        """Whether a 250 came, or it lies in the mailbox."""
        return any(200 <= code < 300 for _, code in self.answers)

    @property
    def is_refused(self) -> bool:
        """Whether it was refused for good, though nothing is wrong with it."""
        return any(code >= 500 for _, code in self.answers)


class Told:
    """All that clients know. Any number of threads may write to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: dict[str, Sent] = {}

    def begin(self, door: str, *, answers_ticket: bool = False) -> Sent:
        """A new mail, before its first try."""
        with self._lock:
            sent = Sent(token=f"T{len(self._sent):06d}", door=door, answers_ticket=answers_ticket)
            self._sent[sent.token] = sent
            return sent

    def all(self) -> list[Sent]:
        with self._lock:
            return list(self._sent.values())

    def kept(self, door: str = "") -> set[str]:
        """Tokens of the mails that clients believe to be safe with us; of one door, or of all."""
        return {sent.token for sent in self.all() if sent.is_ours_to_keep and door in ("", sent.door)}

    def by_uid(self, uids: Iterable[int]) -> set[str]:
        """Tokens of mails in the mailbox."""
        wanted = set(uids)
        return {sent.token for sent in self.all() if sent.uid in wanted and sent.door == "imap"}


def mail(sent: Sent, *, sender: str, number: str = "", filling: str = "") -> bytes:
    """Its bytes, the same at each try. ``number``: of the ticket that it answers."""
    subject = f"Re: [{number}] {sent.token}" if number else f"Fel i programmet {sent.token}"
    head = [
        f"From: {sender}",
        "To: support@example.com",
        f"Subject: {subject}",
        f"Message-ID: <{sent.token}@{DOMAIN}>",
        "Date: Mon, 02 Nov 2026 09:00:00 +0100",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
    ]
    return "\r\n".join([*head, "", f"Hej! {sent.token}", filling, ""]).encode()
