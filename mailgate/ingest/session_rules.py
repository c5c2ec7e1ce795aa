"""What a session is told by the listener that it belongs to."""

import ssl
from dataclasses import dataclass

from mailgate.config_smtp import LimitsConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRules:
    """What holds for every session at one place of listening."""

    hostname: str
    max_mail_bytes: int
    starttls: ssl.SSLContext | None
    require_starttls: bool
    limits: LimitsConfig
