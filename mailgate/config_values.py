"""What keys of the configuration can hold that is more than text: checked when it is read, with words that help."""

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator

from mailgate.domain.a_labels import in_a_labels
from mailgate.domain.mail import canonical_address

_SCHEME = re.compile(r"[^:/@]*:/{0,3}")
_SECRET_IN_QUERY = re.compile(r"([?&][a-z_]*pass[a-z_]*=)[^&]*", re.IGNORECASE)


def without_password(url: str) -> str:
    """A database's URL as it may be shown; rather too much of it starred, for a mistyped one has a password, too."""
    before, at, after = url.rpartition("@")
    scheme = match[0] if at and (match := _SCHEME.match(before)) else ""
    user, colon, _ = before[len(scheme) :].partition(":")
    return _SECRET_IN_QUERY.sub(r"\1***", f"{scheme}{user}{':***' if colon else ''}{at}{after}")


def _address(text: str) -> str:
    canonical = canonical_address(in_a_labels(text))
    if canonical is None:
        raise ValueError(f"{text!r} is not a mail address; write it like support@example.com")
    return canonical


def _address_or_empty(text: str) -> str:
    return _address(text) if text else ""


def _listen_place(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if text and not (colon and host and port.isdigit() and int(port) < 65536):
        raise ValueError(f"{text!r} is not a place to listen; write it like 127.0.0.1:2525 or [::]:25")
    return text


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is no time zone; write one like Europe/Stockholm") from error
    return name


MailAddress = Annotated[str, AfterValidator(_address)]
OptionalMailAddress = Annotated[str, AfterValidator(_address_or_empty)]
ListenPlace = Annotated[str, AfterValidator(_listen_place)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Tls = Literal["implicit", "starttls", "none"]
