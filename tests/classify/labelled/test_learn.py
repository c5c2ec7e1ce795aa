"""The shipped leanings are what our labelled mails teach, and tell mails that they were not learnt from."""

import tomllib

from mailgate.shipped import leanings_file
from tests.classify.labelled.learn import Lesson, cross_validated, learn, lessons, written


def test_the_shipped_file_is_what_is_learnt_now() -> None:
    shipped = tomllib.loads(leanings_file().read_text(encoding="utf-8"))
    now = tomllib.loads(written(learn(lessons())))
    assert shipped.keys() == now.keys()
    off = [abs(one - other) for sign in now for one, other in zip(now[sign], shipped[sign], strict=True)]
    assert max(off) < 0.15  # another processor may round otherwise


def test_nothing_is_learnt_from_mails_that_measure() -> None:
    assert {one.source.split("/")[0] for one in lessons()} == {"", "tuned", "blind_a"}


def test_what_stands_in_one_lesson_only_is_not_learnt() -> None:
    material = [Lesson(("both", "once"), 0, "a"), Lesson(("both",), 1, "b")]
    assert learn(material).keys() == {"both"}


def test_files_are_told_by_what_the_others_taught() -> None:
    alike = [Lesson((kind,), at, source) for source in "abc" for at, kind in enumerate(("asks", "fails"))]
    assert cross_validated(alike) == {(0, 0): 3, (1, 1): 3}
    assert cross_validated([*alike, Lesson(("asks",), 1, "d")])[1, 0] == 1
