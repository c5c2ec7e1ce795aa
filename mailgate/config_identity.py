"""The table ``[identity]``: who checks whether a sender is who they say, and what follows from it."""

import ipaddress
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from mailgate.config_section import Section


def _nameserver(text: str) -> str:
    host, _, port = text.rpartition(":")
    try:
        ipaddress.ip_address(host.strip("[]"))
        int(port).to_bytes(2)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is no name server; write it like 127.0.0.1:53 or [::1]:53") from error
    return text


AuthservId = Annotated[str, Field(pattern=r"^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|-)?$")]


class IdentityConfig(Section):
    """``smtp``: nobody checks what comes by SMTP, the border server does, or we do."""

    smtp: Literal["off", "border", "check"] = "off"
    authserv_id: AuthservId = ""
    unproven: Literal["flag", "hold"] = "flag"
    strict_customers: tuple[str, ...] = ()
    trust_specialists: tuple[str, ...] = ()
    confirm_unchecked: bool = True
    reply_addresses: Literal["off", "plus"] = "off"
    reply_proves_days: int = Field(default=90, ge=1, le=3650)
    nameservers: tuple[Annotated[str, AfterValidator(_nameserver)], ...] = ()
    dns_seconds: float = Field(default=8, gt=0, le=60)

    @model_validator(mode="after")
    def _the_border_has_a_name(self) -> Self:
        if (self.smtp == "border") != bool(self.authserv_id):
            raise ValueError('authserv_id names the border server for smtp = "border", and belongs to nothing else')
        return self
