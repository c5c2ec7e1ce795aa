"""Reply tokens: what in a mail of ours proves that whoever replies to it has read it.

A token stands in the Message-ID (``<ABOUT.TOKEN@instance>``), and in the reply address where there is one. It is bound
to what the mail is about, to its one recipient, and to its day. It proves nothing but that its bearer saw that mail, so
it counts only where From is that recipient: threads are quoted and forwarded. Keys are kept by ``reply_keys``.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

_EPOCH = date(2020, 1, 1)
_ID_BYTES, _DAY_BYTES, _NONCE_BYTES, _MAC_BYTES = 2, 2, 4, 12
_HEAD_BYTES = _ID_BYTES + _DAY_BYTES + _NONCE_BYTES
_LENGTH = (_HEAD_BYTES + _MAC_BYTES) * 8 // 5
_ABOUT = r"[A-Za-z0-9_]+(?:-[A-Za-z0-9]+)*(?:\.act-[0-9]{1,18})?"
# Base32 in lower case: servers and programs on the way change the case of local parts, and only of letters.
_BODY = re.compile(rf"({_ABOUT})\.([A-Za-z2-7]{{{_LENGTH}}})", re.ASCII)
_ACT = ".act-"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyKey:
    """``since``: the first day on which it signed. What it signs with stands in no ``repr``."""

    secret: bytes = field(repr=False)
    since: date

    @property
    def key_id(self) -> bytes:
        """Names it without telling anything of it."""
        return hashlib.sha256(b"mailgate reply key\0" + self.secret).digest()[:_ID_BYTES]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """``keys``: oldest first; the last one signs. ``proves_for``: how long a token is proof."""

    keys: tuple[ReplyKey, ...]
    proves_for: timedelta = timedelta(days=90)

    def with_id(self, key_id: bytes) -> Iterable[tuple[ReplyKey, date | None]]:
        """The keys of that name, each with the last day on which it may have signed; None: it still does."""
        ends = [key.since for key in self.keys[1:]]
        for key, end in zip(self.keys, [*ends, None], strict=True):
            if hmac.compare_digest(key.key_id, key_id):
                yield key, end


class TokenState(StrEnum):
    """What a token is worth, whatever it is about."""

    VALID = "valid"
    OTHER_RECIPIENT = "other recipient"
    EXPIRED = "expired"
    BAD_SIGNATURE = "bad signature"
    UNKNOWN_KEY = "unknown key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A token as found. ``about``: a ticket's number or a kind of notice; ``.act-N`` behind it for an act."""

    about: str
    body: bytes = field(repr=False)

    @property
    def number(self) -> str:
        """The ticket's number; empty if it is about none."""
        number = self.about.partition(_ACT)[0]
        return number.upper() if "-" in number else ""

    def message_id(self, instance: str) -> str:
        """Of the mail that it was made for, as it stands in the outbox."""
        about = self.number + self.about[len(self.number) :]
        return f"<{about}.{base64.b32encode(self.body).decode('ascii').lower()}@{instance}>"

    @property
    def act(self) -> int | None:
        """The act that it asks to confirm, if it does."""
        _, found, act = self.about.partition(_ACT)
        return int(act) if found else None

    @property
    def key_id(self) -> bytes:
        return self.body[:_ID_BYTES]

    @property
    def issued_on(self) -> date:
        return _EPOCH + timedelta(days=int.from_bytes(self.body[_ID_BYTES : _ID_BYTES + _DAY_BYTES]))


def about_act(number: str, act: int) -> str:
    """What the mail is about that asks to confirm an act on a ticket."""
    return f"{number}{_ACT}{act}"


def sign(keyring: Keyring, *, about: str, recipient: str, instance: str, on: date, nonce: str) -> str:
    """The token of one mail. ``nonce``: what no other mail has; the rest could be the same for two of one day."""
    key = keyring.keys[-1]
    day = max(0, (on - _EPOCH).days).to_bytes(_DAY_BYTES)
    head = key.key_id + day + hashlib.sha256(nonce.encode()).digest()[:_NONCE_BYTES]
    mac = _mac(key, head, about=about, recipient=recipient, instance=instance)
    return base64.b32encode(head + mac).decode("ascii").lower()


def seal_in(text: str) -> Seal | None:
    """What stands before the @ of a Message-ID or behind the plus of an address, if it has the form of a token."""
    match = _BODY.fullmatch(text)
    return Seal(about=match[1].lower(), body=base64.b32decode(match[2].upper())) if match is not None else None


def seal_of(message_id: str, instance: str) -> Seal | None:
    """The token of a Message-ID of this installation."""
    local, _, domain = message_id.strip("<>").rpartition("@")
    return seal_in(local) if domain.lower() == instance.lower() else None


def state_of(seal: Seal, keyring: Keyring, *, recipients: Iterable[str], instance: str, today: date) -> TokenState:
    """What a token is worth if it was sent to one of these; ``BAD_SIGNATURE`` if to none of them."""
    keys = list(keyring.with_id(seal.key_id))
    if not keys:
        return TokenState.UNKNOWN_KEY
    told = list(recipients)
    signed = [end for key, end in keys if any(_is_signed(seal, key, recipient, instance) for recipient in told)]
    # Whoever got hold of a key after it was replaced can sign no day that it was not in use on.
    if not any(end is None or seal.issued_on <= end for end in signed):
        return TokenState.BAD_SIGNATURE
    return TokenState.EXPIRED if seal.issued_on + keyring.proves_for < today else TokenState.VALID


def _is_signed(seal: Seal, key: ReplyKey, recipient: str, instance: str) -> bool:
    head, mac = seal.body[:_HEAD_BYTES], seal.body[_HEAD_BYTES:]
    return hmac.compare_digest(_mac(key, head, about=seal.about, recipient=recipient, instance=instance), mac)


def _mac(key: ReplyKey, head: bytes, *, about: str, recipient: str, instance: str) -> bytes:
    """96 bits of HMAC-SHA-256. RFC 2104 §5 asks for 80 at least; 128 would not fit into a local part of 64 signs."""
    bound = "\0".join(("mailgate reply", instance, about, recipient)).lower().encode()
    return hmac.digest(key.secret, head + bound, "sha256")[:_MAC_BYTES]
