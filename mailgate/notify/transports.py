"""Which way out the configuration means."""

import socket
from collections.abc import Callable
from dataclasses import dataclass

from mailgate.config import Config
from mailgate.config_file import secret
from mailgate.domain.ports import Transport
from mailgate.notify.maildir_transport import MaildirTransport
from mailgate.notify.smtp_transport import SmtpTransport


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysOut:
    """How to make one, and how many of them may be used at once."""

    connect: Callable[[], Transport]
    connections: int


def ways_out(config: Config) -> WaysOut:
    """To the configured server, or into the Maildir. Raises ``ConfigError`` for a password that is missing."""
    outgoing = config.outgoing
    if not outgoing.host:
        # One after the other, so that they lie there in the order they were written.
        return WaysOut(connect=lambda: MaildirTransport(config.data_folder / "outgoing"), connections=1)

    def password() -> str:
        return secret(env=outgoing.password_env, file=outgoing.password_file, home=config.home)

    if outgoing.user:
        password()  # one that is missing stops the start, not the first mail

    def connect() -> Transport:
        return SmtpTransport(
            outgoing,
            home=config.home,
            password=password if outgoing.user else None,
            local_hostname=config.smtp.hostname or socket.gethostname(),
        )

    return WaysOut(connect=connect, connections=outgoing.connections)
