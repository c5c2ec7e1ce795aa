"""Patterns match whole folded words, in a row, and not behind a negation."""

import pytest

from mailgate.classify.lexicon import weigh
from mailgate.classify.words import BREAK, fold, marked_words_of, words_of
from mailgate.domain.verdict import Keyword


def _seen(pattern: str, text: str, *, negatable: bool = True) -> bool:
    table = {"x": (Keyword(pattern=pattern, weight=1),)}
    return bool(weigh(table, subject=(), body=marked_words_of(text), negatable=negatable))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("fel", "Ett FEL!"),
        ("lön", "LON"),
        ("lon", "lön"),
        ("lön", "lo\u0308n"),
        ("fel", "ｆｅｌ"),
        ("fel", "f\u00ade\u200bl"),
        ("beställ*", "beställningarna"),
        ("beställ*", "beställ"),
        ("*fel", "systemfel"),
        ("*fel", "fel"),
        ("*krasch*", "appkraschar"),
        ("går inte att starta", "Den går inte\natt starta"),
        ("e-faktur*", "E-fakturan"),
        ("e-faktur*", "e faktura"),
        ("can't log in", "I can’t log in"),
        ("står helt still*", "allt står helt stilla"),
        ("ei toimi", "se ei toimi"),
        ("påminn* avgift*", "påminnelsens avgifter"),
        ("* fel", "ett fel"),
        ("gav *fel", "det gav ett fel och gav systemfel"),
        ("gav *krasch*", "det gav appkrascher"),
        ("licens~", "licenserna"),
        ("licens~", "licens"),
        ("*fel~", "skrivarfelen"),
        ("programfel~", "programfelet"),
        ("beställa~", "beställde"),
        ("tilaus~", "tilauksen"),
        ("lisenssi~", "lisenssejä"),
        ("virhe~", "virheitä"),
        ("lakko~", "lakon"),
        ("boka|köpa .. kurs", "boka in oss på er kurs"),
        ("^hur", "Hej, hur går det"),
        ("^hur ?", "Hur gör man, om man vill?"),
        ("kurs ?", "Finns en kurs i lager?"),
        ("?", "Verkligen?"),
        ("felmeddelande*", "felmedelandet"),
        ("felmeddelande*", "felmeddealndet"),
        ("felmeddelande*", "felmmeddelande"),
        ("felmeddelande*", "felmeddelamde"),
        ("lönekörning", "loenekoerning"),
    ],
)
def test_a_pattern_is_seen(pattern: str, text: str) -> None:
    assert _seen(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("fel", "felet"),
        ("fel", "tofflorfel"),
        ("beställ*", "nybeställd"),
        ("*fel", "felet"),
        ("*krasch*", "kras"),
        ("går inte att starta", "går inte. Att starta"),
        ("går inte att starta", "går inte att"),
        ("går inte", "går\n\ninte"),
        ("blev fel", "blev, fel"),
        ("*", "allt möjligt"),
        ("", "allt möjligt"),
        ("längre*", "läng"),
        ("gav *fel", "gav felet"),
        ("gav *krasch*", "gav en krasch"),
    ],
)
def test_a_pattern_is_not_seen(pattern: str, text: str) -> None:
    assert not _seen(pattern, text)


@pytest.mark.parametrize(
    "text",
    ["inget fel", "inte ett fel", "Inga\nfel", "ej fel", "utan fel", "inte något fel", "no fel", "not a fel",
     "ei mitään fel", "ei ole fel", "isn't a fel"],
)  # fmt: skip
def test_a_negated_keyword_does_not_count(text: str) -> None:
    assert not _seen("fel", text)
    assert _seen("fel", text, negatable=False)
    assert _seen("fel", f"{text}. Men här är ett fel")


@pytest.mark.parametrize("text", ["går inte, fel", "inte bra fel", "nej. Inte! Fel", "en fel", "fel inte"])
def test_a_negation_reaches_only_what_it_negates(text: str) -> None:
    assert _seen("fel", text)


@pytest.mark.parametrize("text", ["vill inte beställa kurs", "vill beställa ingen kurs", "vill ej alls beställa kurs"])
def test_a_negation_within_a_pattern_undoes_it(text: str) -> None:
    assert not _seen("vill .. beställa .. kurs", text)
    assert _seen("vill .. beställa .. kurs", "vill gärna beställa en kurs")


def test_a_misspelt_keyword_counts_half() -> None:
    table = {"a": (Keyword(pattern="felmeddelande*", weight=5),)}
    seen = weigh(table, subject=(), body=words_of("felmedelande"), negatable=True)
    assert [str(one) for one in seen["a"]] == ["keyword: felmeddelande* (2, misspelt)"]
    both = weigh(table, subject=(), body=words_of("felmedelande felmeddelande"), negatable=True)
    assert [one.points for one in both["a"]] == [5]


def test_a_pattern_that_is_a_negation_is_not_negated() -> None:
    assert _seen("fungerar inte", "det inte fungerar inte")


def test_a_keyword_counts_once_and_twice_in_the_subject() -> None:
    table = {"a": (Keyword(pattern="fel", weight=3),), "b": (Keyword(pattern="lön", weight=2),)}
    seen = weigh(table, subject=words_of("fel fel"), body=words_of("fel lön lön"), negatable=True)
    assert {outcome: [one.points for one in there] for outcome, there in seen.items()} == {"a": [6], "b": [2]}
    assert [str(one) for there in seen.values() for one in there] == ["keyword in subject: fel (6)", "keyword: lön (2)"]


def test_nothing_seen_is_nothing_found() -> None:
    assert weigh({"a": (Keyword(pattern="fel", weight=3),), "b": ()}, subject=(), body=(), negatable=True) == {}


def test_words_are_folded_and_cut_at_clauses() -> None:
    assert words_of("Don’t: ÄR_det\n\nslut") == ("dont", BREAK, "ar", "det", BREAK, "slut")
    assert fold("Løn Æ ß") == "lon a ss"
