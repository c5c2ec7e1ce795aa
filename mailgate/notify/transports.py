"""Which way out the configuration means."""

import socket

from mailgate.config import Config
from mailgate.config_file import secret
from mailgate.domain.ports import Transport
from mailgate.notify.maildir_transport import MaildirTransport
from mailgate.notify.smtp_transport import SmtpTransport


def transport_of(config: Config) -> Transport:
    """To the configured server, or into the Maildir. Raises ``ConfigError`` for a password that is missing."""
    outgoing = config.outgoing
    if not outgoing.host:
        return MaildirTransport(config.data_folder / "outgoing")

    def password() -> str:
        return secret(env=outgoing.password_env, file=outgoing.password_file, home=config.home)

    if outgoing.user:
        password()  # one that is missing stops the start, not the first mail
    return SmtpTransport(
        outgoing,
        home=config.home,
        password=password if outgoing.user else None,
        local_hostname=config.smtp.hostname or socket.gethostname(),
    )
