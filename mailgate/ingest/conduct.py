"""How one SMTP client behaves: its faults, its mails, and what it says without sending any."""

import structlog

from mailgate.config_smtp import LimitsConfig
from mailgate.ingest import replies

log = structlog.get_logger()

PAUSE_SECONDS = 1.0
"""So long a client waits for an answer that is no news to it."""

_LOGGED_FAULTS = 3
_FORGIVEN_FAULTS = 5
# Between two mails, beside those for recipients: each command costs us a little.
_COMMANDS = 100
_SLOWED = frozenset((replies.TOO_MUCH_MAIL, replies.TOO_MUCH_FROM_SENDER))


class Conduct:
    """Counts for one connection."""

    def __init__(self, limits: LimitsConfig) -> None:
        self._limits = limits
        self._mails = 0
        self._faults = 0
        self._commands = 0

    @property
    def only_talks(self) -> bool:
        """Many commands, and no mail."""
        return self._commands > _COMMANDS + 2 * self._limits.recipients

    def tries_patience(self, reply: str) -> bool:
        """Whether it has to wait for this reply: asking for the same again and again shall not be worth while."""
        return reply in _SLOWED or (reply.startswith("5") and self._faults > _FORGIVEN_FAULTS)

    def begins_another_mail(self) -> int:
        """The number of the mail that it begins, from 1."""
        self._mails += 1
        return self._mails

    def has_sent_a_mail(self) -> None:
        """It may talk again."""
        self._commands = 0

    def counted(self, reply: str) -> str:
        """What is to be said in place of this reply: the same, or that it is enough."""
        self._commands += reply[3:4] != "-"  # of a reply in several lines the last one counts
        if reply[:1] not in "45" or reply in replies.TOLD_ONCE:
            return reply
        self._faults += reply.startswith("5")
        if self._faults <= _LOGGED_FAULTS:
            log.info("smtp_refused", code=int(reply[:3]))
        return replies.TOO_MANY_FAULTS if self._faults > self._limits.faults else reply
