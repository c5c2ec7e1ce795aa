"""Words are proposed that tell corrected mails apart, with what they would have changed; never names or quotes."""

from dataclasses import replace

import pytest

from mailgate.classify.learning import Lesson, Proposal, proposals
from mailgate.domain.ticket import TicketType
from mailgate.domain.verdict import Keyword, Policy
from tests.support.mails import a_mail, a_policy

ERROR, WISH, ORDER, QUESTION = TicketType.PROGRAM_ERROR, TicketType.WISH, TicketType.ORDER, TicketType.QUESTION


def _lessons(*texts: str, right: TicketType = ERROR, decided: TicketType = QUESTION) -> list[Lesson]:
    """Mails of two customers by turns."""
    return [
        Lesson(
            mail=a_mail(text, author=f"x{number}@kund.example", author_name="Xantippa Qvist"),
            rcpt_to=(),
            customer=f"K{number % 2}",
            decided=decided,
            right=right,
        )
        for number, text in enumerate(texts)
    ]


FLICKER = ("Bilden flimrar nu.", "Rutan flimrar jämt.", "Listan flimrar och så.", "Allt det där flimrar.")
QUIET = (
    "Bilden är fin.",
    "Rutan är gul.",
    "Listan är lång.",
    "Vad tycker ni om det?",
    "Var bor ni?",
    "Hejsan hoppsan.",
)


def _proposed(lessons: list[Lesson], policy: Policy | None = None, names: tuple[str, ...] = ()) -> dict[str, Proposal]:
    return {one.pattern: one for one in proposals(lessons, policy or a_policy(), names=names)}


def test_a_word_that_tells_corrected_mails_apart_is_proposed_with_what_it_would_have_changed() -> None:
    found = _proposed([*_lessons(*FLICKER), *_lessons(*QUIET, right=QUESTION)])
    assert found["flimrar"] == Proposal(
        type=ERROR, pattern="flimrar", weight=3, seen=4, elsewhere=0, mended=4, broken=0
    )


def test_what_would_become_wrong_is_counted() -> None:
    lessons = [*_lessons(*FLICKER), *_lessons(*QUIET, "Inget flimrar.", "Det flimrar.", right=QUESTION)]
    one = _proposed(lessons)["flimrar"]
    assert (one.seen, one.elsewhere, one.mended, one.broken) == (4, 1, 4, 1)


def test_it_is_spelt_as_people_spell_it() -> None:
    texts = ("Nu är det ångrötat.", "Den är ångrötad och ångrötat.", "Så ångrötat allt är.", "Så angrotat.")
    assert "ångrötat" in _proposed([*_lessons(*texts), *_lessons(*QUIET, right=QUESTION)])


@pytest.mark.parametrize(
    ("texts", "word"),
    [
        (("Nu säger Flimra hej.", "Så vill Flimra.", "Ja, flimra är bra.", "Och flimra är snäll."), "flimra"),
        (("Hej Xantippa.", "hej xantippa du", "Du xantippa.", "ja xantippa"), "xantippa"),
        (("Hej bosse.", "hej bosse du", "Du bosse.", "ja bosse"), "bosse"),
        (("Nu.\n> den flimrar", "Så.\n> den flimrar", "Ja.\n> den flimrar", "Jo.\n> den flimrar"), "flimrar"),
        (("Nu.\nMvh flimrar", "Så.\nMvh flimrar", "Ja.\nMvh flimrar", "Jo.\nMvh flimrar"), "flimrar"),
        (("Nu flimrar4.", "Så flimrar4.", "Ja flimrar4.", "Jo flimrar4."), "flimrar4"),
        (("Nu a@flimrar.se.", "Så a@flimrar.se.", "Ja a@flimrar.se.", "Jo a@flimrar.se."), "flimrar"),
        (("Nu FLIMRAR det.", "Så FLIMRAR det.", "Ja FLIMRAR.", "Jo FLIMRAR."), "flimrar"),
    ],
)
def test_no_name_no_quote_no_number_no_address_is_proposed(texts: tuple[str, ...], word: str) -> None:
    found = _proposed([*_lessons(*texts), *_lessons(*QUIET, right=QUESTION)], names=("Bosse Flink",))
    assert [pattern for pattern in found if word in pattern.split()] == []


def test_one_customers_word_is_not_proposed() -> None:
    lessons = [replace(one, customer="K1") for one in _lessons(*FLICKER)]
    assert _proposed([*lessons, *_lessons(*QUIET, right=QUESTION)]) == {}


def test_two_mails_are_too_few() -> None:
    assert _proposed([*_lessons(*FLICKER[:2]), *_lessons(*QUIET, right=QUESTION)]) == {}


def test_a_word_that_is_everywhere_tells_nothing() -> None:
    everywhere = tuple(f"{text} flimrar" for text in QUIET)
    assert _proposed([*_lessons(*FLICKER), *_lessons(*everywhere, right=QUESTION)]) == {}


def test_what_is_stated_teaches_nothing() -> None:
    stated = tuple(f"Typ: Fråga\n{text}" for text in FLICKER)
    assert _proposed([*_lessons(*stated), *_lessons(*QUIET, right=QUESTION)]) == {}


def test_what_the_keywords_tell_by_now_is_not_proposed_again() -> None:
    policy = a_policy()
    learnt = (*policy.type_keywords[ERROR], Keyword(pattern="flimrar", weight=4))
    policy = replace(policy, type_keywords={**policy.type_keywords, ERROR: learnt})
    assert _proposed([*_lessons(*FLICKER), *_lessons(*QUIET, right=QUESTION)], policy) == {}


def test_no_word_alone_makes_orders() -> None:
    """It costs money: what a keyword more would do is judged with the signs that an order needs."""
    assert _proposed([*_lessons(*FLICKER, right=ORDER), *_lessons(*QUIET, right=QUESTION)]) == {}


def test_without_mails_nothing_is_proposed() -> None:
    assert _proposed([]) == {}
