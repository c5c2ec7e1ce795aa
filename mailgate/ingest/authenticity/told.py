"""What a border server wrote into Authentication-Results (RFC 8601), and what that makes of the mail.

Only the topmost field that bears the pinned authserv-id counts; whatever else calls itself so was brought along. Its
server removes what comes in under its own name (§5). A field that cannot be read says nothing. What rests on a
signature alone counts for mail to our own addresses (``replays``).
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.ingest.authenticity.domains import aligned
from mailgate.ingest.authenticity.replays import is_to_us, may_be_written_on, was_added_to
from mailgate.ingest.author import author_of
from mailgate.ingest.header_scan import normalised, scan
from mailgate.ingest.limits import Unparsable

NAMELESS = "-"
"""The authserv-id of servers that write none, as Microsoft 365 does."""

_LONGEST = 8 * 1024
_MOST_RESULTS = 50
_METHOD = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,30})(?:\s*/\s*1)?\s*=\s*([A-Za-z]{1,20})(?=\s|$)")
_PROPERTY = re.compile(r"(?:^|(?<=\s))([A-Za-z][A-Za-z0-9-]{0,30}\.[A-Za-z0-9-]{1,30}|action)=([^\s;]{1,320})")
_NO_POLICY = re.compile(r"\bp\s*=\s*none\b", re.IGNORECASE)
_OUTSIDE = re.compile(r'[^"();\\]+|"(?:[^"\\]|\\.)*"|[(;]')
_IN_COMMENT = re.compile(r"(?:[^()\\]|\\.)+|[()]")
_ID = re.compile(r"([^\s;=\"()]{1,255})(?:\s+(\d+))?\s*(?=;|\Z)")

Ours = Collection[str]
"""The addresses that we take mail for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One method's outcome. ``properties``: "header.d" → its value; ``comments``: what stood in brackets."""

    method: str
    outcome: str
    properties: Mapping[str, str]
    comments: str


def examined_by(authserv_id: str, *, ours: Ours) -> Callable[[bytes], Authenticity | None]:
    """What is to be asked of each mail of a mailbox: nothing, where no server is named."""
    return lambda raw: told(raw, authserv_id, ours=ours) if authserv_id else None


def told(raw: bytes, authserv_id: str, *, ours: Ours) -> Authenticity:
    """What the server of that name says of a mail; where it says nothing of use, the mail is unproven."""
    try:
        block = scan(normalised(raw))
    except Unparsable:
        return _unproven("the header cannot be read")
    author, complaint = author_of(block)
    if author is None:
        return _unproven(complaint or "no author")
    results = topmost(block.values("authentication-results"), authserv_id)
    if results is None:
        return _unproven(f"{_shown(authserv_id)} says nothing")
    found = judged(results, author.domain, by=_shown(authserv_id))
    if found.proof is not Proof.PROVEN or _by_reverse_path(results, author.domain):
        return found
    if was_added_to(block) or may_be_written_on(block, author.domain):
        return _unproven(f"{found.evidence}, by a signature that binds less than one sees")
    return found if is_to_us(block, ours) else _unproven(f"{found.evidence}, in a mail that was not written to us")


def topmost(values: Iterable[str], authserv_id: str) -> tuple[Result, ...] | None:
    """The results of the first field of that server; None where there is none, or it cannot be read."""
    for value in values:
        pieces = _pieces(value[:_LONGEST])
        if authserv_id == NAMELESS:
            named = pieces is None or _ID.fullmatch(pieces[0][0].strip()) is not None
            return None if named else tuple(_results(pieces or []))
        after = _after_id(value, pieces or [], authserv_id)
        if after is not None:
            return tuple(_results(after)) if pieces is not None else None
    return None


def judged(results: Iterable[Result], author_domain: str, *, by: str) -> Authenticity:
    """DMARC's own word first; without one, an aligned signature or reverse-path speaks for the author."""
    by_method = list(results)
    verdicts = [each for each in by_method if each.method == "dmarc"]
    if len(verdicts) > 1:
        return _unproven(f"{by}: more than one word on DMARC")
    if verdicts and verdicts[0].outcome in {"pass", "fail", "temperror"}:
        return _by_dmarc(verdicts[0], author_domain, by=by)
    for each in by_method:
        if each.outcome == "pass" and any(aligned(domain, author_domain) for domain in _vouching(each)):
            return Authenticity(proof=Proof.PROVEN, evidence=f"{by}: {each.method}=pass, aligned")
    return _unproven(f"{by}: nothing that vouches for the author's domain")


def _by_reverse_path(results: Iterable[Result], author: str) -> bool:
    passed = (each for each in results if each.method == "spf" and each.outcome == "pass")
    return any(aligned(domain, author) for each in passed for domain in _vouching(each))


def _by_dmarc(result: Result, author_domain: str, *, by: str) -> Authenticity:
    about = result.properties.get("header.from", author_domain).lower().rstrip(".")
    said = f"{by}: dmarc={result.outcome}"
    if about != author_domain:
        return _unproven(f"{said}, of another domain")
    if result.outcome == "pass":
        return Authenticity(proof=Proof.PROVEN, evidence=said)
    asks_nothing = _NO_POLICY.search(result.comments) or result.properties.get("action", "").lower() == "none"
    if result.outcome == "fail" and not asks_nothing:
        return Authenticity(proof=Proof.FORGED, evidence=said)
    return _unproven(said)


def _vouching(result: Result) -> Iterator[str]:
    """The domains that a passed check stands for."""
    names = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}.get(result.method, ())
    # header.i stands in for header.d only where that is missing: who signs is d=.
    found = [result.properties[name] for name in names if name in result.properties][:1]
    return (value.rpartition("@")[2] for value in found)


def _after_id(value: str, pieces: list[tuple[str, str]], authserv_id: str) -> list[tuple[str, str]] | None:
    """What follows the name; None where it is another's. A broken field of that name ends the search, and is empty."""
    match = _ID.match(value.lstrip())
    if match is None or match[1].lower() != authserv_id.lower():
        return None
    return pieces[1:] if (match[2] or "1") == "1" else []


def _results(pieces: list[tuple[str, str]]) -> Iterator[Result]:
    for text, comments in pieces[:_MOST_RESULTS]:
        bare = text.strip()
        match = _METHOD.match(bare)
        found = [(name.lower(), value) for name, value in _PROPERTY.findall(bare[match.end() :])] if match else []
        # One property twice: one of them was brought along in something that the server quoted.
        if match and len(dict(found)) == len(found):
            yield Result(method=match[1].lower(), outcome=match[2].lower(), properties=dict(found), comments=comments)


@dataclass(slots=True, kw_only=True)
class _Piece:
    """What stands between two semicolons."""

    said: str = ""
    beside: str = ""


def _pieces(value: str) -> list[tuple[str, str]] | None:
    """Each piece's words and its comments (RFC 5322 §3.2.2); None where brackets or quotes are left open.

    A quoted string, or a comment glued to a word, becomes a question mark: no value that counts has one, and what a
    sender smuggled into the server's words ends there.
    """
    pieces, depth, place = [_Piece()], 0, 0
    while place < len(value):
        match = (_IN_COMMENT if depth else _OUTSIDE).match(value, place)
        if match is None:
            return None
        sign, place, here = match[0], match.end(), pieces[-1]
        if sign in "()":
            depth += 1 if sign == "(" else -1
            here.said += "?" if depth == 1 and sign == "(" and here.said[-1:].strip() else " "
        elif sign == ";" and not depth:
            pieces.append(_Piece())
        elif depth:
            here.beside += sign
        else:
            here.said += "?" if sign[0] == '"' else sign
    return None if depth else [(each.said, each.beside) for each in pieces]


def _shown(authserv_id: str) -> str:
    return "the border server" if authserv_id == NAMELESS else authserv_id


def _unproven(evidence: str) -> Authenticity:
    return Authenticity(proof=Proof.UNPROVEN, evidence=evidence)
