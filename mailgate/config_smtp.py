"""The tables ``[smtp]`` and ``[limits]``: where the SMTP door is, and how much comes through it at most."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from mailgate.config_section import Section
from mailgate.config_values import ListenPlace


def _network(text: str) -> str:
    try:
        ip_network(text, strict=False)
    except ValueError as error:
        raise ValueError(f"{text!r} is no network; write it like 192.0.2.25, 192.0.2.0/24 or 2001:db8::/48") from error
    return text


NetworkText = Annotated[str, AfterValidator(_network)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]


class SmtpConfig(Section):
    listen: ListenPlace = "127.0.0.1:2525"
    listen_tls: ListenPlace = ""
    hostname: str = ""
    certificate: str = ""
    key: str = ""
    require_tls: bool = False
    max_mail_bytes: int = Field(default=26_214_400, ge=65_536, le=157_286_400)
    bare_line_ends: Literal["refuse", "normalise"] = "refuse"
    drain_seconds: float = Field(default=8, ge=0, le=300)

    @model_validator(mode="after")
    def _tls_needs_a_certificate(self) -> Self:
        if bool(self.certificate) != bool(self.key):
            raise ValueError("certificate and key go together: give both, or neither")
        if (self.listen_tls or self.require_tls) and not self.certificate:
            raise ValueError("listen_tls and require_tls need a certificate and a key")
        return self


class LimitsConfig(Section):
    """A client is an IPv4 address, or an IPv6 network of 64 bits. Rates: 0 for none."""

    relays: tuple[NetworkText, ...] = ("127.0.0.0/8", "::1")
    connections: int = Field(default=500, ge=1)
    connections_per_client: int = Field(default=50, ge=1)
    connections_per_minute_per_client: int = Field(default=120, ge=0)
    mails_per_second_per_client: float = Field(default=5, ge=0)
    mails_per_minute_per_client: int = Field(default=120, ge=0)
    mails_per_minute_per_sender: int = Field(default=60, ge=0)
    mails_per_connection: int = Field(default=100, ge=1)
    mails_at_once_per_client: int = Field(default=4, ge=1)
    recipients: int = Field(default=100, ge=1)
    faults: int = Field(default=20, ge=1)
    in_flight_mib: int = Field(default=256, ge=1)
    free_disk_mib: int = Field(default=100, ge=0)
    command_seconds: Seconds = 300
    data_seconds: Seconds = 900
    slowest_bytes_per_second: int = Field(default=1024, ge=0)
    session_seconds: Seconds = 1800

    @property
    def relay_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """What ``relays`` names."""
        return tuple(ip_network(text, strict=False) for text in self.relays)
