"""Whether a mail says yes, in so many words: what costs money or opens a door never follows from a perhaps.

A yes is a mail in which there is nothing but a yes, thanks, a greeting and a name: "Ja, men …" is none. A no is what
begins with one; it costs nothing, so what stands behind it does not matter.
"""

import re
from enum import StrEnum

from mailgate.classify.words import fold


class Assent(StrEnum):
    """``UNCLEAR``: it begins like an answer, and says more. ``NONE``: no answer at all."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"
    NONE = "none"


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase for part in text.split(",") if (phrase := " ".join(fold(part).split())))


_YES = _phrases(
    "ja, japp, jajamensan, absolut, gärna, visst, ok, okej, okay, det går bra, kör, kör på, kör igång, sätt igång, "
    "yep, sure, agreed, go ahead, please go ahead, please do, juu, joo sopii, sopii, käy, "
    "ja, ja tack, ja gärna, ja det är ok, ja det går bra, ja kör, ja kör på, ja kör igång, jajamän, jag godkänner, "
    "ja jag godkänner, vi godkänner, ja vi godkänner, godkänt, godkänns, godkänner, ja godkänt, "
    "yes, yes please, yes thanks, yes thank you, yes go ahead, yes please go ahead, approved, i approve, we approve, "
    "yes i approve, yes we approve, yes approved, "
    "kyllä, kyllä kiitos, joo, kyllä sopii, hyväksyn, hyväksymme, hyväksytty, kyllä hyväksyn, kyllä hyväksymme"
)
_NO = _phrases(
    "nix, avslås, avböjs, jag godkänner inte, vi godkänner inte, nope, rejected, not approved, hylätään, hylkään, "
    "nej, nej tack, vi avböjer, jag avböjer, vi tackar nej, jag tackar nej, nej vi avböjer, "
    "no, no thanks, no thank you, we decline, i decline, declined, ei, ei kiitos, emme hyväksy, en hyväksy"
)
_AROUND = _phrases(
    "hej, hejsan, hallå, god morgon, tack, tack så mycket, tack på förhand, tack för hjälpen, stort tack, "
    "tackar, varsågod, mycket, god dag, med vänlig hälsning, med vänliga hälsningar, "
    "vänliga hälsningar, hälsningar, mvh, vh, mvh och tack, ha en bra dag, ha det bra, "
    "hi, hello, dear all, thanks, thank you, many thanks, thank you very much, please, regards, "
    "best regards, kind regards, best, br, "
    "hei, moi, terve, kiitos, kiitoksia, kiitos paljon, kiitos avusta, terveisin, ystävällisin terveisin, terv, t"
)
_GREETINGS = frozenset({"hej", "hejsan", "hello", "hi", "hei", "moi", "terve"})
_NAME_WORDS = 2
_LIKE_AN_ANSWER = re.compile(r"(?:ja|jo|yes|yep|ok|okej|okay|kylla|joo|sure|nej|no|nope|ei|godkan\w*|approved?)\b")
_SENTENCES = re.compile(r"[.!,;\n]+|\s[-\u2013\u2014]+\s|[:;]-?\)")
_LONGEST = 2_000


def assent(text: str, *, name: str = "") -> Assent:
    """What a mail says of the question that it answers. ``name``: of who wrote it, who may sign."""
    folded = [" ".join(part.split()).strip(" /*_>\"'”“-") for part in _SENTENCES.split(fold(text[:_LONGEST]))]
    parts = [part for part in folded if part and not _is_around(part, name)]
    if not parts:
        return Assent.NONE
    if parts[0] in _NO:
        return Assent.NO
    if len(text) <= _LONGEST and "?" not in text and all(part in _YES for part in parts):
        return Assent.YES
    return Assent.UNCLEAR if _LIKE_AN_ANSWER.match(parts[0]) else Assent.NONE


def _is_around(part: str, name: str) -> bool:
    """Courtesy, a greeting with a name behind it ("Hej Sven"), or their own name, perhaps behind a greeting."""
    own, said = set(fold(name).split()), part.split()
    bare = next((cut for cut in range(len(said), 0, -1) if " ".join(said[:cut]) in _AROUND), 0)
    rest = said[bare:]
    if bare and said[0] in _GREETINGS and len(rest) <= _NAME_WORDS:
        return not _LIKE_AN_ANSWER.match(" ".join(rest))
    return not rest or (bool(own) and set(rest) <= own)
