"""Mails that claim to be Eva's and are not: written by hand in classes, each crossed with ways to vouch for it."""

from collections.abc import Iterator

from tests.identity.replies import forged_replies
from tests.identity.sample import BORDER, Sample, a_letter
from tests.support.signing import FIELDS, signed

# Each line is a whole From, or several; what one program reads as Eva, another reads as somebody else.
FROM_TRICKS: dict[str, bytes] = {
    "plain": b"From: Eva Ek <eva@kund.example>\r\n",
    "two fields": b"From: <x@evil.example>\r\nFrom: <eva@kund.example>\r\n",
    "two fields, turned": b"From: <eva@kund.example>\r\nFrom: <x@evil.example>\r\n",
    "two fields, other case": b"from: <x@evil.example>\r\nFROM: <eva@kund.example>\r\n",
    "space before colon": b"From : <eva@kund.example>\r\nFrom: <x@evil.example>\r\n",
    "tab before colon": b"From\t: <eva@kund.example>\r\nFrom: <x@evil.example>\r\n",
    "only space before colon": b"From : <x@evil.example>, <eva@kund.example>\r\n",
    "leading space": b" From: <eva@kund.example>\r\nFrom: <x@evil.example>\r\n",
    "two mailboxes": b"From: <eva@kund.example>, <x@evil.example>\r\n",
    "two mailboxes, turned": b"From: x@evil.example, eva@kund.example\r\n",
    "semicolon": b"From: <eva@kund.example>; <x@evil.example>\r\n",
    "no comma": b"From: <eva@kund.example> <x@evil.example>\r\n",
    "no comma, turned": b"From: <x@evil.example> <eva@kund.example>\r\n",
    "nested brackets": b"From: <<eva@kund.example>x@evil.example>\r\n",
    "group": b"From: Kund: eva@kund.example, x@evil.example;\r\n",
    "group of one": b"From: Kund: eva@kund.example;\r\n",
    "empty group": b"From: eva@kund.example:;\r\n",
    "route": b"From: <@evil.example:eva@kund.example>\r\n",
    "route of two": b"From: <@kund.example,@evil.example:eva@kund.example>\r\n",
    "comment before": b"From: (x@evil.example) eva@kund.example (x) <x@evil.example>\r\n",
    "comment within": b"From: eva(@evil.example)@kund.example\r\n",
    "comment in brackets": b"From: <eva@kund.example(x@evil.example)>\r\n",
    "comment in domain": b"From: <eva@kund(.evil).example>\r\n",
    "open comment": b"From: <eva@kund.example> (x <x@evil.example>\r\n",
    "encoded address": b"From: =?utf-8?q?eva=40kund.example?=\r\n",
    "encoded in brackets": b"From: <=?utf-8?q?eva=40kund.example?=>\r\n",
    "encoded local part": b"From: <=?utf-8?b?ZXZh?=@kund.example>\r\n",
    "encoded domain": b"From: <eva@=?utf-8?q?kund.example?=>\r\n",
    "encoded whole": b"From: =?utf-8?b?RXZhIDxldmFAa3VuZC5leGFtcGxlPg==?=\r\n",
    "encoded newline": b"From: =?utf-8?q?Eva=0D=0AFrom:_eva=40kund.example?= <x@evil.example>\r\n",
    "encoded nul": b"From: =?utf-8?q?eva=40kund.example=00?= <x@evil.example>\r\n",
    "encoded nul in address": b"From: <=?utf-8?b?ZXZhQGt1bmQuZXhhbXBsZQA=?=x@evil.example>\r\n",
    "nul in address": b"From: <eva@kund.example\x00@evil.example>\r\n",
    "nul behind name": b"From\x00: <eva@kund.example>\r\nFrom: <x@evil.example>\r\n",
    "nul before address": b"From: \x00<eva@kund.example>\r\n",
    "control signs": b"From: \x01Eva\x1b <eva@kund.example>\r\n",
    "bare CR": b"From: <x@evil.example>\rFrom: <eva@kund.example>\r\n",
    "bare LF": b"From: <x@evil.example>\nFrom: <eva@kund.example>\r\n",
    "CR in a value": b"From: <eva@kund.example>\r <x@evil.example>\r\n",
    "folded address": b"From: <eva@kund\r\n .example>\r\n",
    "folded at the at": b"From: <eva\r\n @kund.example>\r\n",
    "folded second": b"From: <x@evil.example>,\r\n <eva@kund.example>\r\n",
    "line of blanks": b"From: <x@evil.example>\r\n \t\r\nFrom: <eva@kund.example>\r\n",
    "quoted local part": b'From: <"eva"@kund.example>\r\n',
    "quoted with at": b'From: <"eva@kund.example"@evil.example>\r\n',
    "quoted second": b'From: "eva@kund.example, x" <x@evil.example>\r\n',
    "backslash": b"From: <ev\\a@kund.example>\r\n",
    "two ats": b"From: <eva@kund.example@evil.example>\r\n",
    "percent": b"From: <eva%kund.example@evil.example>\r\n",
    "bang": b"From: <kund.example!eva@evil.example>\r\n",
    "trailing dot": b"From: <eva@kund.example.>\r\n",
    "double dot": b"From: <eva@kund..example>\r\n",
    "domain literal": b"From: <eva@[192.0.2.1]>\r\n",
    "space in the address": b"From: <eva @ kund.example>\r\n",
    "cyrillic": "From: <eva@kund.exаmple>\r\n".encode(),
    "cyrillic local part": "From: <evа@kund.example>\r\n".encode(),
    "punycode": b"From: <eva@xn--knd-0ra.example>\r\n",
    "full width": "From: <eva＠kund.example>\r\n".encode(),
    "zero width": "From: <eva@kund\u200b.example>\r\n".encode(),
    "bidi": "From: <\u202eeva@kund.example>\r\n".encode(),
    "look-alike": b"From: <eva@kund-example.example>\r\n",
    "digit for letter": b"From: <eva@kunb.example>\r\n",
    "subdomain": b"From: <eva@kund.example.evil.example>\r\n",
    "name is the address": b'From: "eva@kund.example" <x@evil.example>\r\n',
    "reply-to": b"From: <x@evil.example>\r\nReply-To: eva@kund.example\r\n",
    "sender": b"From: <x@evil.example>\r\nSender: eva@kund.example\r\n",
    "resent": b"From: <x@evil.example>\r\nResent-From: eva@kund.example\r\n",
    "x-original-from": b"From: <x@evil.example>\r\nX-Original-From: eva@kund.example\r\n",
    "empty": b"From:\r\n",
    "none": b"",
    "no colon": b"From <eva@kund.example>\r\n",
    "8-bit name of field": "Fröm: <x@evil.example>\r\nFrom: <eva@kund.example>\r\n".encode(),
    "very long": b"From: " + b"x" * 5000 + b" <eva@kund.example>\r\n",
    "no brackets behind a name": b"From: Eva eva@kund.example\r\n",
    "empty place before": b"From: ,<eva@kund.example>,<x@evil.example>\r\n",
    "empty places between": b"From: <x@evil.example>,,,<eva@kund.example>\r\n",
    "empty brackets": b"From: <>, <eva@kund.example>\r\n",
    "empty brackets before": b"From: <> <eva@kund.example>\r\n",
    "quoted at": b"From: <eva\\@kund.example@evil.example>\r\n",
    "quoted line end": b'From: "x\\\r\n" <eva@kund.example>, <x@evil.example>\r\n',
    "open quote": b'From: "Eva <eva@kund.example>, <x@evil.example>\r\n',
    "comments in one another": b"From: (a(b)c <x@evil.example>) <eva@kund.example> (d\r\n",
    "comment with a second": b"From: <eva@kund.example> (and) <x@evil.example>\r\n",
    "far to the right": b"From: eva@kund.example" + b" " * 300 + b"<x@evil.example>\r\n",
    "unicode line separator": "From: <x@evil.example>\u2028From: <eva@kund.example>\r\n".encode(),
    "next line sign": b"From: <x@evil.example>\x85From: <eva@kund.example>\r\n",
    "vertical tab": b"From: <x@evil.example>\x0bFrom: <eva@kund.example>\r\n",
    "form feed": b"From: <x@evil.example>\x0cFrom: <eva@kund.example>\r\n",
    "no-break space before colon": b"From\xa0: <eva@kund.example>\r\nFrom: <x@evil.example>\r\n",
    "zero width in name of field": "Fr\u200bom: <eva@kund.example>\r\nFrom: <x@evil.example>\r\n".encode(),
    "mbox line": b">From: <eva@kund.example>\r\nFrom: <x@evil.example>\r\n",
    "folded name of field": b"From\r\n : <eva@kund.example>\r\nFrom: <x@evil.example>\r\n",
    "folded first line": b"From:\r\n \r\n <eva@kund.example>, <x@evil.example>\r\n",
    "a mail in the mail": b"From: <x@evil.example>\r\nContent-Type: message/rfc822\r\n\r\nFrom: <eva@kund.example>\r\n",
    "group in a group": b"From: A:B:eva@kund.example;,x@evil.example;\r\n",
    "encoded comma": b"From: =?utf-8?q?eva=40kund.example=2C?= <x@evil.example>\r\n",
    "encoded brackets": b"From: =?utf-8?q?=3Ceva=40kund.example=3E?= <x@evil.example>\r\n",
    "encoded bidi": b"From: =?utf-8?b?4oCuZWxwbWF4ZS5kbnVrQGF2ZQ==?= <x@evil.example>\r\n",
    "encoded in utf-7": b"From: =?utf-7?q?eva+AEA-kund.example?= <x@evil.example>\r\n",
    "encoded twice": b"From: =?utf-8?q?=3D=3Futf-8=3Fq=3Feva=3D40kund.example=3F=3D?= <x@evil.example>\r\n",
    "dotless letter": "From: <eva@kund.examрle>\r\n".encode(),
    "combining sign": "From: <eva@kund\u0301.example>\r\n".encode(),
    "ideographic full stop": "From: <eva@kund。example>\r\n".encode(),
    "hard hyphen": "From: <eva@kund\u2011.example>\r\n".encode(),
    "upper case with a Turkish i": "From: <EVA@KUND.EXAMPLE\u0130>\r\n".encode(),
    "plus-address": b"From: <eva+x@kund.example>\r\n",
    "at-domain only": b"From: <@kund.example>\r\n",
    "uri": b"From: <mailto:eva@kund.example>\r\n",
    "angle brackets round the name": b"From: <eva@kund.example> x@evil.example\r\n",
}


# Nobody can read another in these than Eva: where her house vouches for them, they are hers. (A NUL lasts only until
# the first mailbox, which makes it another sign.)
_PLAIN = {"plain", "8-bit name of field", "nul before address"}
_DISOWNED = b"dkim=fail header.d=kund.example; dmarc=fail (p=reject dis=none) header.from=kund.example"
_SIGNED = b"dkim=pass header.d=kund.example; spf=pass smtp.mailfrom=evil.example; dmarc=pass header.from=kund.example"


def forged() -> Iterator[Sample]:
    """All of them."""
    yield from _by_from()
    yield from _by_signature()
    yield from _by_alignment()
    yield from _by_replay()
    yield from _by_results()
    yield from forged_replies()


def _by_from() -> Iterator[Sample]:
    """Each From, with nobody's word, and with the good word of two houses that are the forger's."""
    for name, lines in FROM_TRICKS.items():
        yield Sample(name=f"from: {name}", content=a_letter(lines))
        for house in ("evil.example", "kund.example.evil.example"):
            found = b"dkim=pass header.d=%s; dmarc=pass header.from=%s" % (house.encode(), house.encode())
            signed_there = _signed(a_letter(lines), domain=house)
            yield Sample(name=f"from: {name}, signed by {house}", content=signed_there, found=found)


def _signed(content: bytes, **how: object) -> bytes:
    """Signed, if dkimpy can read it so far."""
    try:
        return signed(content, **how)  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001  a header that it cannot read gets no signature; the trick stays
        return b"X-Unsigned: yes\r\n" + content


def _by_signature() -> Iterator[Sample]:
    """Eva's own signatures, on something that she has not written, or such as bind nothing.

    Those of the second kind pass at many servers.
    """
    plain = FROM_TRICKS["plain"]
    for turn in range(3):
        body = b"Hej %d!\r\n" % turn
        good, long, other = (signed(a_letter(plain, body=body)) for _ in range(3))
        broken = (
            ("text changed", good.replace(b"Hej", b"Betala")),
            ("text appended", long + b"Betala hit.\r\n"),
            ("subject changed", other.replace(b"Subject: ", b"Subject: Betala ")),
            ("sha1", signed(a_letter(plain, body=body), algorithm=b"rsa-sha1")),
        )
        yield from (Sample(name=name, content=content, found=_DISOWNED) for name, content in broken)
        partly, written_on = (signed(a_letter(plain, body=body), length=True) for _ in range(2))
        yield Sample(name="l=", content=partly, found=_SIGNED)
        yield Sample(name="l=, appended", content=written_on + b"Betala hit.\r\n", found=_SIGNED)
        for selector in ("sha1", "web", "test", "gone", "none", "s1.evil"):
            odd = signed(a_letter(plain, body=body), selector=selector)
            yield Sample(name=f"key {selector}", content=odd, found=_DISOWNED)
        for field in (b"From: <x@evil.example>", b"Subject: Betala", b"To: x@evil.example", b"Date: Tue, 1 Dec 2026"):
            good = signed(a_letter(plain, body=body))
            yield Sample(name=f"once more above: {field!r}", content=field + b"\r\n" + good, found=_SIGNED)
        for old, new in (
            (b"s=s1", b"s=s1;l=0"),
            (b"d=kund.example", b"d=kund.example;d=kund.example"),
            (b"bh=", b"bh=x"),
            (b"d=kund.example", b"d=kund.example\x00.evil.example"),
            (b"d=kund.example", b"d=kund.example(.evil.example"),
            (b"d=kund.example", b"d=example"),
            (b"s=s1", b"s=s1._domainkey.evil.example.\x00"),
            (b"s=s1", b"s=s1; x=1"),
            (b"c=relaxed/relaxed", b"c=none/none"),
            (b"q=dns/txt", b"q=none"),
            (b"v=1", b"v=2"),
            (b"a=rsa-sha256", b"a=ed25519-sha256"),
            (b"h=", b"h=x-none:"),
        ):
            good = signed(a_letter(plain, body=body))
            assert old in good
            yield Sample(name=f"tag {new!r}", content=good.replace(old, new, 1), found=_DISOWNED)
        without = signed(a_letter(plain, body=body), fields=FIELDS)
        yield Sample(
            name="from not signed",
            content=without.replace(b"h=from :", b"h=", 1).replace(b"h=from:", b"h=", 1),
            found=_DISOWNED,
        )


def _by_alignment() -> Iterator[Sample]:
    """A good signature or reverse-path of a house that only looks like Eva's."""
    houses = (
        "evil.example", "kund.example.evil.example", "evilkund.example", "kund-example.example", "example",
        "xkund.example", "kund.example.", "kund.examp1e",
    )  # fmt: skip
    for house in houses:
        plain = a_letter(FROM_TRICKS["plain"])
        # With the dot at its end it is Eva's own house, whose key nobody else has.
        found = _DISOWNED if house == "kund.example." else b"dkim=pass header.d=%s; dmarc=none" % house.encode()
        yield Sample(name=f"d={house}", content=_signed(plain, domain=house), found=found)
    for mail_from in (
        "eva@evil.example", "eva@kund.example.evil.example", "eva@kund.example", "eva@post.kund.example", "",
        '"eva@kund.example"@evil.example', "kund.example@evil.example",
        "@kund.example:x@evil.example", "@evil.example:eva@kund.example", "x@evil.example(@kund.example)",
        "<eva@kund.example>@evil.example", "eva@kund.example@evil.example", "eva%kund.example@evil.example",
        "eva@kund.example\\@evil.example", "x@evil.example,eva@kund.example", "eva@[127.0.0.1]",
    ):  # fmt: skip
        found = (
            _DISOWNED + b"; spf=pass smtp.mailfrom=" + mail_from.encode().replace(b"@kund.example", b"@evil.example")
        )
        letter = a_letter(FROM_TRICKS["plain"])
        yield Sample(name=f"reverse-path {mail_from}", content=letter, mail_from=mail_from, found=found)


def _by_replay() -> Iterator[Sample]:
    """What Eva truly wrote, to somebody else."""
    for to in (
        b"x@evil.example",
        b"support@example.org",
        b'"support@example.com" <x@evil.example>',
        b"kund@lista.example",
    ):
        letter, another = (a_letter(FROM_TRICKS["plain"], to=to) for _ in range(2))
        yield Sample(name=f"replayed, written to {to!r}", content=signed(letter), found=_SIGNED)
        unsigned_to = signed(another, fields=("from", "subject"))
        yield Sample(name=f"replayed, To not signed, {to!r}", content=unsigned_to, found=_SIGNED)
        for added in (b"To: support@example.com", b"Cc: support@example.com", b"X-To: support@example.com"):
            again = added + b"\r\n" + signed(a_letter(FROM_TRICKS["plain"], to=to))
            yield Sample(name=f"replayed, {added!r}", content=again, found=_SIGNED)


def _by_results() -> Iterator[Sample]:
    """Through our border server, which says what it found; what else says so was brought along."""
    found = (
        b"dmarc=fail (p=reject dis=none) header.from=kund.example", b"none", b"dmarc=none header.from=kund.example",
        b"dmarc=fail (p=none) header.from=kund.example", b"spf=pass smtp.mailfrom=evil.example; dkim=none",
        b'spf=pass smtp.mailfrom="eva@kund.example"@evil.example', b"dmarc=temperror header.from=kund.example",
        b"dkim=pass header.d=kund.example(.evil.example", b"dkim=pass header.d=evil.example header.i=@kund.example",
        b"spf=none (of a) smtp.mailfrom=eva@kund.example (b) smtp.mailfrom=x@evil.example",
        b"spf=pass smtp.mailfrom=kund.example(.evil.example", b"spf=pass smtp.mailfrom=\"kund.example\".evil.example",
        b"spf=pass smtp.mailfrom=x@evil.example; x=\"; dmarc=pass header.from=kund.example\"",
        b"dmarc=pass header.from=kund.example.evil.example",
        b"dmarc=pass header.from=evil.example header.from=kund.example",
    )  # fmt: skip
    brought = (
        b"", BORDER + b"dmarc=pass header.from=kund.example\r\n",
        b"authentication-results: MX.DESK.EXAMPLE 1; dkim=pass header.d=kund.example\r\n",
        b"Authentication-Results: evil.example; dmarc=pass header.from=kund.example\r\n",
        b"Authentication-Results: dmarc=pass header.from=kund.example\r\n",
        b"ARC-Authentication-Results: i=1; mx.desk.example; dmarc=pass header.from=kund.example\r\n",
        b"Authentication-Results : mx.desk.example; dmarc=pass header.from=kund.example\r\n",
        b"X-Authentication-Results: mx.desk.example; dmarc=pass header.from=kund.example\r\n",
        b"Authentication-Results:\r\n mx.desk.example;\r\n dmarc=pass header.from=kund.example\r\n",
    )  # fmt: skip
    for said in found:
        for below in brought:
            above = BORDER + said + b"\r\n" + below
            content = a_letter(FROM_TRICKS["plain"], above=above)
            yield Sample(name=f"border: {said!r} above {below!r}", content=content, behind_border=True)
    for name, lines in list(FROM_TRICKS.items())[1:]:
        above = BORDER + b"dmarc=pass header.from=evil.example\r\n"
        yield Sample(name=f"border: from {name}", content=a_letter(lines, above=above), behind_border=True)
    # A server that reads another one out of such a From than we do, or that takes Sender for who wrote it.
    for name in set(FROM_TRICKS) - _PLAIN:
        above = BORDER + b"dmarc=pass header.from=kund.example\r\n"
        content = a_letter(FROM_TRICKS[name], above=above)
        yield Sample(name=f"fooled border: from {name}", content=content, behind_border=True)
