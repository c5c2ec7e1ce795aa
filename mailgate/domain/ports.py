"""The few things that loops need of the world, as small protocols; ``app`` plugs the real ones in."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from mailgate.domain.fingerprint import Identity
from mailgate.domain.mail import Accepted, Envelope, ImapPosition
from mailgate.domain.outgoing import DeliveryOutcome, QueuedMail

Clock = Callable[[], datetime]
"""The present moment, aware, UTC."""


Ended = tuple[QueuedMail, DeliveryOutcome]
"""A mail that was claimed, and what came of it."""
Mark = Callable[[], bool]
"""Makes it durable that the final dot is about to go out; False where it must not. Raises on any trouble."""


class Spool(Protocol):
    """Where both doors put mail."""

    def put(self, envelope: Envelope, position: ImapPosition | None = None) -> Accepted:
        """Make a mail durable, and with it the IMAP cursor; returns only after the commit. Raises on any trouble."""
        ...

    def refuse(self, envelope: Envelope, position: ImapPosition, reason: str) -> None:
        """Put a mail that cannot be taken whole into quarantine, and with it the IMAP cursor, in one commit.

        ``content`` is what there is to show of it: the beginning of its header fields, or nothing. It is the same
        mail as another only if its position is the same. Raises on any trouble.
        """
        ...

    def last_uid(self, mailbox: str, folder: str, uidvalidity: int) -> int:
        """The highest UID put or refused from there; 0 if none, or if the folder has another UIDVALIDITY by now."""
        ...


class SharingSpool(Spool, Protocol):
    """A spool that takes several mails in one commit."""

    def put_all(self, mails: Sequence[tuple[Envelope, Identity]]) -> list[Accepted | Exception]:
        """Make these durable, each as if it came alone; what became of each, once they are. Never raises."""
        ...


class Transport(Protocol):
    """A way out. Used by one thread at a time."""

    def send(self, queued: QueuedMail, mark: Mark) -> DeliveryOutcome:
        """Try once. Never raises: what is not understood is ``Deferred``; where there is no way, ``Untried``.

        ``mark`` is called once the next server has all of the mail but its end, and the end is sent only if it says
        True; from there on what is not understood is ``Uncertain``. A way out that can tell whether it has a mail
        already, so that there can be no doubt, does not call it.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Outbox(Protocol):
    """Where mails wait to be sent."""

    def claim_due(self, now: datetime, limit: int) -> Sequence[QueuedMail]:
        """Take due mails, oldest first; durable before it returns."""
        ...

    def mark(self, queued: QueuedMail, now: datetime, *, ended: Sequence[Ended] = ()) -> bool:
        """Remember that its final dot is about to go out; durable before it returns. False: it is not ours to send.

        ``ended``: what is to be recorded in the same commit, or not at all if this raises.
        """
        ...

    def record(self, ended: Sequence[Ended], now: datetime) -> None:
        """Remember how it went; durable before it returns."""
        ...
