"""Replies with tokens: the key of the suite's desk, what it signed, and what others made of that.

Olle's house says nothing of who may write in its name, and what comes here comes from somebody else's server: so the
token is all that could prove it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from mailgate.domain.reply_token import Keyring, ReplyKey, sign
from mailgate.reply_keys import KEY_FILE
from tests.identity.sample import EVA, Sample, a_letter

OLLE = "olle@utan.example"
INSTANCE = "mailgate.example.com"
_TODAY = datetime.now(UTC).date()
_OLD = ReplyKey(secret=b"o" * 32, since=_TODAY - timedelta(days=200))
_NEW = ReplyKey(secret=b"n" * 32, since=_TODAY - timedelta(days=30))
_STRANGE = ReplyKey(secret=b"?" * 32, since=_TODAY - timedelta(days=200))
_FROM = b"From: Olle <olle@utan.example>\r\n"


def put_keys(folder: Path) -> None:
    """The desk's keys, which these replies were signed with."""
    folder.mkdir(mode=0o700)
    lines = "".join(f"{key.since.isoformat()} {key.secret.hex()}\n" for key in (_OLD, _NEW))
    (folder / KEY_FILE).write_text(lines)
    (folder / KEY_FILE).chmod(0o600)


def _id(
    *,
    key: ReplyKey = _NEW,
    about: str = "overview",
    claims: str = "",
    recipient: str = OLLE,
    instance: str = INSTANCE,
    on: date = _TODAY,
    nonce: str = "n",
) -> str:
    """A Message-ID of a mail to Olle. ``claims``: what it says to be about, where it was made for something else."""
    token = sign(Keyring(keys=(key,)), about=about, recipient=recipient, instance=instance, on=on, nonce=nonce)
    return f"<{claims or about}.{token}@{instance}>"


def _reply(name: str, *lines: str, body: str = "Hej!", from_line: bytes = _FROM, author: str = OLLE) -> Sample:
    above = "".join(f"{line}\r\n" for line in lines).encode()
    content = a_letter(from_line, above=above, body=f"{body}\r\n".encode())
    return Sample(name=f"token: {name}", content=content, author=author)


def honest_replies() -> Iterator[Sample]:
    """As mail programs and servers on the way leave it."""
    sound = _id()
    yield _reply("in reply to", f"In-Reply-To: {sound}")
    yield _reply("references too", f"In-Reply-To: {sound}", f"References: <a@b.example> {sound}")
    yield _reply("references alone", f"References: <a@b.example> {sound}")
    yield _reply("folded", f"In-Reply-To:\r\n {sound}")
    yield _reply("several parents", f"In-Reply-To: <a@b.example> {sound}")
    yield _reply("case of the domain", f"In-Reply-To: {sound.replace('mailgate.example.com', 'Mailgate.Example.COM')}")
    yield _reply("case of all of it", f"In-Reply-To: {sound.lower()}")
    yield _reply("on its last day", f"In-Reply-To: {_id(on=_TODAY - timedelta(days=89))}")
    yield _reply("of the old key", f"In-Reply-To: {_id(key=_OLD, on=_TODAY - timedelta(days=31))}")
    address = f"support+{_id().strip('<>').partition('@')[0]}@example.com"
    yield _reply("in the address", f"Cc: {address}")
    yield _reply("beside an expired one", f"In-Reply-To: {_id(on=_TODAY - timedelta(days=99))} {sound}")


def forged_replies() -> Iterator[Sample]:
    """Tokens that are no proof, and proof that is not where it belongs."""
    sound = _id()
    bare = sound.strip("<>")
    local, _, domain = bare.partition("@")
    about, _, token = local.rpartition(".")
    yield _reply("none")
    yield _reply("expired", f"In-Reply-To: {_id(on=_TODAY - timedelta(days=92))}")
    yield _reply("long expired", f"In-Reply-To: {_id(key=_OLD, on=_TODAY - timedelta(days=180))}")
    yield _reply("foreign: Eva's", f"In-Reply-To: {_id(recipient='eva@kund.example')}")
    yield _reply("foreign: a colleague's", f"In-Reply-To: {_id(recipient='olof@utan.example')}")
    yield _reply("foreign: a plus-address", f"In-Reply-To: {_id(recipient='olle+x@utan.example')}")
    yield _reply("key that is not ours", f"In-Reply-To: {_id(key=_STRANGE)}")
    yield _reply("stolen old key", f"In-Reply-To: {_id(key=_OLD, on=_TODAY - timedelta(days=3))}")
    yield _reply("other house", f"In-Reply-To: {_id(instance='mailgate.evil.example')}")
    yield _reply("made for a ticket", f"In-Reply-To: {_id(about='MG-100001-5', claims='overview')}")
    yield _reply("made for an act", f"In-Reply-To: {_id(about='MG-100001-5.act-1', claims='overview')}")
    yield _reply("made for something else", f"In-Reply-To: {_id(about='digest', claims='overview')}")
    for place in range(0, len(token), 3):
        other = "a" if token[place] != "a" else "b"
        mangled = f"<{about}.{token[:place]}{other}{token[place + 1 :]}@{domain}>"
        yield _reply(f"mangled at {place}", f"In-Reply-To: {mangled}")
    for name, mangled in (
        ("cut", f"<{local[:-1]}@{domain}>"), ("longer", f"<{local}a@{domain}>"),
        ("all a", f"<{about}.{'a' * 32}@{domain}>"),
        ("turned", f"<{about}.{token[::-1]}@{domain}>"), ("without about", f"<.{token}@{domain}>"),
        ("two abouts", f"<{about}.{about}.{token}@{domain}>"), ("padded", f"<{about}.{token}======@{domain}>"),
        ("other domain", f"<{local}@evil.example>"), ("sub-domain", f"<{local}@x.{domain}>"),
        ("quoted", f'<"{local}"@{domain}>'), ("the team's root", f"<MG-100001-5.team@{domain}>"),
        ("an id of old", f"<overview.0123456789abcdef0123@{domain}>"),
    ):  # fmt: skip
        yield _reply(name, f"In-Reply-To: {mangled}")
    yield _reply("not the last of the references", f"References: {sound} <a@b.example>")
    yield _reply("in another field", f"X-In-Reply-To: {sound}", f"Reply-To: <{bare}>", f"Sender: <{bare}>")
    yield _reply("in the text", body=f"In-Reply-To: {sound}")
    yield _reply("in somebody's address", f"Cc: support+{local}@evil.example")
    yield _reply("in a name", f'Cc: "support+{local}@example.com" <x@evil.example>')
    yield _reply("encoded", f"In-Reply-To: =?utf-8?q?{sound.replace('<', '=3C').replace('>', '=3E')}?=")
    disowned = f"In-Reply-To: {_id(recipient='eva@kund.example')}"
    evas = _reply("sound, and her house disowns it", disowned, from_line=f"From: <{EVA}>\r\n".encode(), author=EVA)
    yield replace(evas, found=b"dkim=none; dmarc=fail (p=reject dis=none) header.from=kund.example")
    lookalike = b"From: <olle@utan.examp1e>\r\n"
    yield _reply("a lookalike's", f"In-Reply-To: {sound}", from_line=lookalike, author="olle@utan.examp1e")
    yield _reply("two senders", f"In-Reply-To: {sound}", from_line=_FROM + b"From: <x@evil.example>\r\n")
