"""All words of a mail count a little; keywords and signs keep their say."""

from dataclasses import replace

from mailgate.classify.evidence import classify
from mailgate.classify.leanings import lean, signs_in
from mailgate.classify.words import marked_words_of
from mailgate.domain.ticket import TicketType
from tests.support.mails import a_mail, a_policy, annas_facts

_ASKS = "Hej! Undrar en sak om semestern, hur den räknas för den som slutar i mars? Finns det en rapport för det?"


def test_words_that_begin_alike_are_one_and_the_subject_counts_once_more() -> None:
    signs = signs_in(marked_words_of("Licenserna"), marked_words_of("Licenser, tack."))
    assert {"licen", "subject licen", "tack", "(any mail)", "(short)"} == signs


def test_a_question_is_told_by_its_form() -> None:
    signs = signs_in((), marked_words_of("Hur gör man? Tack."))
    assert {"(a question)", "(begins with a question)", "(mostly questions)"} <= signs
    assert "(begins with a question)" not in signs_in((), marked_words_of("Hej. Hur gör man? Tack."))


def test_points_add_up_and_the_words_that_do_most_are_shown() -> None:
    words = [f"ord{letter}" for letter in "abcdefghijkl"]
    leanings = {word: (0.0, 0.5, 0.0, -0.5) for word in words} | {"orda": (0.0, 2.0, 0.0, 0.0)}
    leaned = lean(leanings, subject=(), body=tuple(words))
    assert leaned.points == dict(zip(TicketType, (0, 8, 0, -6), strict=True))
    assert leaned.shown(TicketType.PROGRAM_ERROR) == ("words lean to it: orda, ordb, ordc (8)",)
    assert leaned.shown(TicketType.ORDER) == ()


def test_few_words_lean_nowhere() -> None:
    assert lean({"orda": (0.0, 9.0, 0.0, 0.0)}, subject=(), body=("orda",)).points == {}


def test_words_alone_make_no_order() -> None:
    heavy = dict.fromkeys(signs_in((), marked_words_of(_ASKS)), (0.0, 0.0, 0.0, 9.0))
    found = classify(a_mail(_ASKS), annas_facts(), replace(a_policy(), leanings=heavy))
    assert found.type is not TicketType.ORDER
    assert any("too thin: order needs" in seen for _, seen in found.evidence)


def test_what_words_say_is_shown_beside_the_keywords_and_can_be_switched_off() -> None:
    with_them = classify(a_mail(_ASKS), annas_facts(), a_policy()).evidence
    without = classify(a_mail(_ASKS), annas_facts(), replace(a_policy(), leanings={})).evidence
    assert any(seen.startswith("words lean to it: ") for _, seen in with_them)
    assert not any(seen.startswith("words lean to it: ") for _, seen in without)


def test_the_order_in_which_words_are_added_up_is_the_same_in_each_process() -> None:
    words = tuple(f"ord{letter}" for letter in "fablhcekjigd")
    leaned = lean(dict.fromkeys(words, (0.1, 0.1, 0.1, 0.1)), subject=(), body=words)
    assert [sign for sign, _ in leaned.seen] == sorted(words), "a set's order hangs on the process"
