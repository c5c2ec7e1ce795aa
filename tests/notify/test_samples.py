from dataclasses import fields

import pytest

from mailgate.domain.customer import Language
from mailgate.domain.notice_kinds import GOES_OUT, NoticeKind
from mailgate.notify.samples import SAMPLES, sample_notice
from mailgate.notify.samples.story import STORIES


def test_every_kind_of_mail_has_a_sample_and_says_when_it_goes_out() -> None:
    """A new kind: a line in ``GOES_OUT``, and a sample in ``mailgate/notify/samples``."""
    assert set(SAMPLES) == set(NoticeKind)
    assert list(GOES_OUT) == list(NoticeKind), "in the order in which they are declared"


def test_what_is_said_of_an_occasion_fits_into_a_line() -> None:
    for occasion in GOES_OUT.values():
        assert 10 < len(occasion.when) <= 72
        assert "\n" not in occasion.when


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", NoticeKind)
def test_a_sample_is_of_its_kind_and_language_and_always_the_same(kind: NoticeKind, language: Language) -> None:
    notice = sample_notice(kind, language)
    assert (notice.kind, notice.to.language) == (kind, language)
    assert notice == sample_notice(kind, language)


def test_the_story_is_told_in_other_words_in_each_language() -> None:
    for field in fields(STORIES[Language.SWEDISH]):
        if not field.name.startswith(("specialist", "team")):
            assert len({str(getattr(story, field.name)) for story in STORIES.values()}) == len(Language), field.name
