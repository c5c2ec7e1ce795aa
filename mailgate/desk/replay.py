"""Decides kept mails again, and tells what would now be different. Nothing is changed.

Facts are as they were: tickets and held mails that were there when the mail was decided, what its author had said by
then, whether a payment was late. People are as the register has them now. Mails from before traces were kept are
compared as far as their rows and tickets tell.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mailgate.classify.trace import decide_and_say_why
from mailgate.desk.decided_then import corrected, decided_then, done_with_as_it_was, events_from, moment, paid_then
from mailgate.desk.gather import gather_facts
from mailgate.domain.differences import Aspect, Difference, differences
from mailgate.domain.mail import MailId, ParsedMail
from mailgate.domain.reply_token import Keyring
from mailgate.domain.trace import Decided, Trace
from mailgate.domain.verdict import Policy
from mailgate.store.database import Database
from mailgate.store.kept_mails import KeptMail, batches, kept
from mailgate.store.past import Births, past
from mailgate.store.traces import KeptTrace
from mailgate.store.unit_of_work import UnitOfWork

_AHEAD = 4
Reading = ParsedMail | Exception
"""A mail as it was read, or why it cannot be."""


class Reader(Protocol):
    """Reads some mails at once. Called by several threads."""

    def __call__(self, raws: Sequence[bytes], /) -> Sequence[Reading]:
        """Each of them, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A mail that would now be decided in another way.

    ``by_config``: whether the other configuration makes the difference; None where none was given. ``seen``: what
    speaks for the new decision. ``done_with``: people were done with its ticket, and had nothing to correct.
    """

    mail_id: MailId
    received_at: datetime
    author: str
    subject: str
    old: Decided
    new: Decided
    seen: tuple[tuple[str, str], ...]
    changes: tuple[Difference, ...]
    by_config: bool | None
    traced: bool
    done_with: bool


@dataclass(slots=True)
class Sums:
    """``mails``: how many were decided again; ``unreadable``: how many could not be; ``untraced``: without a trace."""

    mails: int = 0
    unreadable: int = 0
    untraced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What was received from ``start`` on, and before ``end``."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """``policy``: the desk's own; ``other``: one to try instead. ``keyring``: what replies are proven with."""

    policy: Policy
    keyring: Keyring
    other: Policy | None = None


def replay(database: Database, read: Reader, span: Span, rules: Rules, *, sums: Sums) -> Iterator[Replayed]:
    """Those that differ, in the order in which they came."""
    births = Births()
    for mails, readings in _read_ahead(database, read, span):
        with database.reading() as uow:
            again = _Again(uow, births, rules)
            traces = uow.traces.of_mails([one.spooled.mail_id for one in mails])
            for one, mail in zip(mails, readings, strict=True):
                if not isinstance(mail, ParsedMail):
                    sums.unreadable += 1
                    continue
                sums.mails += 1
                trace = traces.get(one.spooled.mail_id)
                sums.untraced += trace is None
                if (found := again.compared(one, mail, trace)) is not None:
                    yield found


def _read_ahead(database: Database, read: Reader, span: Span) -> Iterator[tuple[list[KeptMail], list[Reading]]]:
    """A few mails at a time; the next are read while these are decided, and never more than a few of such."""

    def load(mail_ids: Sequence[MailId]) -> tuple[list[KeptMail], list[Reading]]:
        with database.reading() as uow:
            mails = kept(uow, mail_ids)
        return mails, list(read([one.spooled.envelope.content for one in mails]))

    waiting: deque[Future[tuple[list[KeptMail], list[Reading]]]] = deque()
    with ThreadPoolExecutor(max_workers=_AHEAD) as threads:
        for mail_ids in batches(database, start=span.start, end=span.end):
            waiting.append(threads.submit(load, mail_ids))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class _Again:
    """Decides mails again, within one reading."""

    def __init__(self, uow: UnitOfWork, births: Births, rules: Rules) -> None:
        self._uow = uow
        self._births = births
        self._rules = rules

    def compared(self, one: KeptMail, mail: ParsedMail, trace: KeptTrace | None) -> Replayed | None:
        """None if all would be as it was."""
        events = events_from(self._uow, one.summary)
        old = trace.trace.decided if trace is not None else decided_then(self._uow, one.summary, events)
        by_people = corrected(events)
        now, seen = self._decided(one, mail, trace, self._rules.other or self._rules.policy)
        changes = differences(old, now, corrected=by_people, answers_known=trace is not None)
        if not changes:
            return None
        by_config = None
        if self._rules.other is not None:
            by_own = self._decided(one, mail, trace, self._rules.policy)[0]
            by_config = bool(differences(by_own, now, corrected={}))
        summary = one.summary
        return Replayed(
            mail_id=summary.mail_id,
            received_at=summary.received_at,
            author=summary.author_address or "",
            subject=summary.subject or "",
            old=old,
            new=now,
            seen=seen,
            changes=changes,
            by_config=by_config,
            traced=trace is not None,
            done_with=done_with_as_it_was(self._uow, summary, events),
        )

    def _decided(
        self, one: KeptMail, mail: ParsedMail, trace: KeptTrace | None, policy: Policy
    ) -> tuple[Decided, tuple[tuple[str, str], ...]]:
        at = moment(one.summary, trace)
        view = past(self._uow, moment=at, births=self._births)
        facts = gather_facts(view, one.spooled, mail, policy=policy, keyring=self._rules.keyring, now=at.at)
        facts = paid_then(facts, one.summary, trace)
        _, again = decide_and_say_why(mail, facts, policy)
        return again.decided, _spoke(again)


def _spoke(trace: Trace) -> tuple[tuple[str, str], ...]:
    return (("rule", f"{trace.decided.rule} {trace.decided.evidence}".strip()), *trace.seen)


def counted(found: Iterable[Replayed]) -> tuple[Counter[Aspect], Counter[bool]]:
    """How often each aspect differs; and how often a person's correction speaks for the new (True) and against it."""
    aspects: Counter[Aspect] = Counter()
    right: Counter[bool] = Counter()
    for one in found:
        aspects.update(change.aspect for change in one.changes)
        right.update(change.right for change in one.changes if change.right is not None)
    return aspects, right
