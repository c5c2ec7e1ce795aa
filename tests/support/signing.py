"""Signed mails of kund.example, and the zone in which its keys and policies stand."""

import base64
import subprocess
from functools import cache

import dkim

from tests.support.dns_stub import Zone, txt

SELECTOR = "s1"
FIELDS = ("from", "to", "subject", "message-id")


@cache
def a_key() -> tuple[bytes, str]:
    """A private key (PEM), and the public one as a key record has it."""
    private = subprocess.run(["openssl", "genrsa", "-traditional", "1024"], capture_output=True, check=True).stdout
    public = subprocess.run(
        ["openssl", "rsa", "-pubout", "-outform", "DER"], input=private, capture_output=True, check=True
    ).stdout
    return private, base64.b64encode(public).decode()


def signed(
    content: bytes,
    *,
    domain: str = "kund.example",
    selector: str = SELECTOR,
    fields: tuple[str, ...] = FIELDS,
    algorithm: bytes = b"rsa-sha256",
    length: bool = False,
) -> bytes:
    """The mail with a signature above it."""
    signature = dkim.sign(
        content,
        selector.encode(),
        domain.encode(),
        a_key()[0],
        include_headers=[name.encode() for name in fields],
        signature_algorithm=algorithm,
        length=length,
        canonicalize=(b"relaxed", b"relaxed"),
    )
    return bytes(signature) + content


def a_zone(**more: tuple[str, ...]) -> Zone:
    """kund.example: SPF for 192.0.2.1, DMARC reject, keys s1 (good) and some that may not be used; and other houses.

    ``more``: further TXT records.
    """
    key = f"v=DKIM1; p={a_key()[1]}"
    texts = {
        "kund.example": txt("v=spf1 ip4:192.0.2.1 -all"),
        "_dmarc.kund.example": txt("v=DMARC1; p=reject"),
        "s1._domainkey.kund.example": txt(key),
        "s1._domainkey.post.kund.example": txt(key),
        "sha1._domainkey.kund.example": txt(f"h=sha1; {key}".replace("h=sha1; v=DKIM1", "v=DKIM1; h=sha1")),
        "web._domainkey.kund.example": txt(f"{key}; s=tlsrpt"),
        "test._domainkey.kund.example": txt(f"{key}; t=y"),
        "gone._domainkey.kund.example": txt("v=DKIM1; p="),
        "evil.example": txt("v=spf1 +all"),
        "_dmarc.evil.example": txt("v=DMARC1; p=reject"),
        "s1._domainkey.evil.example": txt(key),
        "s1._domainkey.kund.example.evil.example": txt(key),
        "lax.example": txt("v=spf1 ip4:192.0.2.1 -all"),
        "_dmarc.lax.example": txt("v=DMARC1; p=none"),
        "s1._domainkey.lax.example": txt(key),
        "_dmarc.strict.example": txt("v=DMARC1; p=reject; adkim=s; aspf=s"),
        "s1._domainkey.strict.example": txt(key),
        "s1._domainkey.post.strict.example": txt(key),
        **more,
    }
    return {(name, "TXT"): records for name, records in texts.items()}
