"""Mails of registered people, in the forms that their programs write, each by every way in which they can be proven."""

from collections.abc import Iterator
from itertools import product

from tests.identity.replies import honest_replies
from tests.identity.sample import Sample, a_letter
from tests.support.signing import FIELDS, signed

# {a}: the address. As Outlook, Gmail, Apple Mail, Thunderbird, telephones, webmail and business systems write it.
FORMS: tuple[bytes, ...] = tuple(
    form.encode()
    for form in (
        "{a}", "<{a}>", "Eva Ek <{a}>", '"Eva Ek" <{a}>', '"Ek, Eva" <{a}>', '"Ek, Eva (Kund AB)" <{a}>',
        "=?utf-8?q?Eva_=C3=85kerstr=C3=B6m?= <{a}>", "=?UTF-8?B?RXZhIMOFa2Vyc3Ryw7Zt?= <{a}>",
        "=?iso-8859-1?Q?Eva_=C5kerstr=F6m?= <{a}>", "=?Windows-1252?Q?Eva_=C5kerstr=F6m?= <{a}>",
        '"=?utf-8?q?Eva_=C3=85k?=" <{a}>', "=?utf-8?q?Eva?= =?utf-8?q?_=C3=85k?= <{a}>",
        "=?utf-8?q?Eva?=\r\n =?utf-8?q?_=C3=85k?=\r\n <{a}>", "Eva Ek\r\n <{a}>", '"Eva Ek"\r\n\t<{a}>',
        "Eva Åkerström <{a}>", '"Eva Åkerström" <{a}>', "Eva E. Ek <{a}>", "Eva Ek/Kund AB <{a}>",
        '"Eva Ek | Kund AB" <{a}>', "Eva Ek - Kund <{a}>", "Eva O'Ek <{a}>", '"Eva \\"Evis\\" Ek" <{a}>',
        '"{a}" <{a}>', "'Eva Ek' <{a}>", "{a} (Eva Ek)", "Eva Ek  <{a}>", "Eva<{a}>", "EVA EK <{a}>",
        '"Eva Ek (Kund AB)" <{a}>', "Eva & Co <{a}>", "Eva Ek 🙂 <{a}>", '"eva.ek" <{a}>', "=?utf-8?q??= <{a}>",
        '"" <{a}>', '"Kund AB via Eva" <{a}>',
    )
)  # fmt: skip

_BY_PATH = "spf=pass smtp.mailfrom={a}; dkim=none; dmarc=pass header.from={d}"
_BY_KEY = "dkim=pass header.d={d} header.s=s1; spf=none; dmarc=pass (p=none) header.from={d}"

_ARRIVALS = (
    b"spf=pass smtp.mailfrom=kund.example; dkim=pass header.d=kund.example; dmarc=pass header.from=kund.example",
    b"dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=kund.example;\r\n spf=pass (mx: domain of eva@kund.example"
    b" designates 192.0.2.1 as permitted sender) smtp.mailfrom=eva@kund.example",
    b"dkim=pass (2048-bit key; unprotected) header.d=kund.example header.i=@kund.example header.b=AbC; spf=none",
)


def honest() -> Iterator[Sample]:
    """All of them."""
    for form, cased in product(FORMS, (b"eva@kund.example", b"Eva@Kund.Example")):
        lines = b"From: " + form.replace(b"{a}", cased) + b"\r\n"
        content = signed(a_letter(lines))
        yield Sample(name=f"dkim: {form!r}", content=content, mail_from="eva@kund.example", found=_found(_BY_KEY))
    for form in FORMS:
        yield from _by_ways(form)
    yield from honest_replies()


def _found(form: str, address: str = "eva@kund.example") -> bytes:
    return form.format(a=address, d=address.partition("@")[2]).encode()


def _by_ways(form: bytes) -> Iterator[Sample]:
    def lines(address: str) -> bytes:
        return b"From: " + form.replace(b"{a}", address.encode()) + b"\r\n"

    eva, olle, lisa = "eva@kund.example", "olle@utan.example", "lisa@lax.example"
    path, key = _found(_BY_PATH, olle), _found(_BY_KEY)
    yield Sample(name="spf alone", content=a_letter(lines(olle)), mail_from=olle, author=olle, found=path)
    verp = "b+1=2@utan.example"
    yield Sample(name="spf, verp", content=a_letter(lines(olle)), mail_from=verp, author=olle, found=path)
    forwarded = signed(a_letter(lines(eva), above=b"X-Mailer: Apple Mail (2.3654)\r\n"))
    yield Sample(name="dkim, forwarded", content=forwarded, mail_from="srs0=x@vidare.example", found=key)
    house = signed(a_letter(lines(eva)), domain="post.kund.example", fields=(*FIELDS, "date", "mime-version"))
    yield Sample(name="dkim of a subdomain", content=house, mail_from="bounce@lista.example", found=key)
    both = signed(signed(a_letter(lines(lisa)), domain="lax.example"), domain="evil.example")
    yield Sample(name="policy none, two signatures", content=both, author=lisa, found=_found(_BY_KEY, lisa))
    beside = signed(a_letter(lines(eva)))
    young = beside[: beside.index(b"\r\nDate")].replace(b"rsa-sha256", b"ed25519-sha256").replace(b"s=s1", b"s=young")
    two = young + b"\r\n" + beside
    yield Sample(name="rsa beside ed25519", content=two, mail_from="x@vidare.example", found=key)
    for said in _ARRIVALS:
        above = b"Authentication-Results: mx.desk.example;\r\n " + said + b"\r\n"
        yield Sample(name="border", content=a_letter(lines(eva), above=above), behind_border=True)
