"""A sample of every kind of mail, for whoever changes a template and wants to see it, and for tests of all of them.

Each module has ``SAMPLES``: for each of its kinds a function from the story of a language to a content. A new kind
brings its own, in one of them or in a module of its own that is named here.
"""

from collections.abc import Callable, Mapping

from mailgate.domain.customer import Language
from mailgate.domain.notice_kinds import GOES_OUT, Audience, NoticeKind
from mailgate.domain.outgoing import Notice, NoticeContent, Recipient
from mailgate.notify.samples import clock, commands, confirm, mails, moves, sending, team, ways
from mailgate.notify.samples.story import SAMPLE_TIME, STORIES, Story

__all__ = ["SAMPLES", "SAMPLE_TIME", "sample_notice"]

SAMPLES: Mapping[NoticeKind, Callable[[Story], NoticeContent]] = {
    **mails.SAMPLES,
    **team.SAMPLES,
    **commands.SAMPLES,
    **confirm.SAMPLES,
    **moves.SAMPLES,
    **clock.SAMPLES,
    **sending.SAMPLES,
    **ways.SAMPLES,
}

_CUSTOMERS = (Audience.SUPERUSER, Audience.SENDER)


def sample_notice(kind: NoticeKind, language: Language) -> Notice:
    """What the desk would tell of that kind in that language: always the same."""
    story = STORIES[language]
    content = SAMPLES[kind](story)
    return Notice(
        key=f"sample:{kind}",
        to=_reader(kind, story),
        content=content,
        number=getattr(content, "number", None),
    )


def _reader(kind: NoticeKind, story: Story) -> Recipient:
    if GOES_OUT[kind].to in _CUSTOMERS:
        return Recipient(address=story.superuser_address, name=story.superuser, language=story.language)
    return Recipient(address=story.specialist_address, name=story.specialist, language=story.language)
