"""How much automatic mail went out, and how often somebody said the same: counts in spans of time, one row for each.

A row belongs to one span and begins anew with the next, so there are as many as there are addresses, not mails. What
the numbers mean is for ``domain.budgets`` and ``classify.repetition``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, Dialect, bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from mailgate.domain.budgets import Span
from mailgate.store.prepared import Prepared
from mailgate.store.rows import find
from mailgate.store.tables import TallyRow, metadata
from mailgate.store.tables.outgoing import WITHHELD

TABLE = metadata.tables["tally"]
SAID = "said"
"""The span of what somebody said: from the last time that they said it."""

_SAID = find(TallyRow, "scope", "span")
_WITHHOLD = Prepared(
    update(TABLE)
    .where(TABLE.c.scope == bindparam("of_scope"), TABLE.c.span == bindparam("of_span"))
    .values(withheld=TABLE.c.withheld + 1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """So many mails were withheld for one reason since the last time that it was told."""

    scope: str
    span: str
    count: int


class Tallies:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def used(self, scopes: Sequence[str], *, now: datetime) -> dict[tuple[str, Span], int]:
        """How many mails each scope has had in the spans that ``now`` falls into; what is missing had none."""
        rows = _used(len(scopes)).all(self._session, **_named(scopes))
        began = {span.value: span.began(now) for span in Span}
        return {(row.scope, Span(row.span)): row.used for row in rows if row.since == began.get(row.span)}

    def use(self, scopes: Sequence[str], *, now: datetime) -> None:
        """One mail more for each of them."""
        began = {f"began_{span}": span.began(now) for span in Span}
        _use(len(scopes)).all(self._session, **_named(scopes), **began)

    def said(self, scope: str, *, since: datetime) -> int:
        """How often it was said, if the last time is not longer ago."""
        row = _SAID.first(self._session, scope=scope, span=SAID)
        return row.used if row is not None and row.since >= since else 0

    def say(self, scope: str, *, since: datetime, now: datetime) -> None:
        """Once more, or for the first time since then."""
        _SAY.all(self._session, scope=scope, said_at=now, oldest=since)

    def withhold(self, scope: str, span: str) -> None:
        """A mail was withheld because of this count."""
        _WITHHOLD.run(self._session, of_scope=scope, of_span=span)

    def untold(self, *, told_before: datetime) -> list[Withheld]:
        """What was withheld and not told of, or not since then."""
        found = select(TABLE).where(WITHHELD, or_(TABLE.c.told_at.is_(None), TABLE.c.told_at < told_before))
        # In the order of the index that holds just these, so that it is read and not the table.
        rows = self._session.connection().execute(found.order_by(TABLE.c.told_at))
        return [Withheld(scope=row.scope, span=row.span, count=row.withheld) for row in rows]

    def last_told(self) -> datetime | None:
        """When anything withheld was last told of."""
        return self._session.connection().execute(select(func.max(TABLE.c.told_at))).scalar()

    def told(self, all_of_them: Sequence[Withheld], *, now: datetime) -> None:
        """They were told of."""
        for one in all_of_them:
            this = update(TABLE).where(TABLE.c.scope == one.scope, TABLE.c.span == one.span)
            self._session.connection().execute(this.values(withheld=0, told_at=now))

    def forget(self, *, before: datetime) -> int:
        """Let go of what was last counted before then; how many rows that were."""
        gone = delete(TABLE).where(TABLE.c.since < before, TABLE.c.withheld == 0)
        return int(self._session.connection().execute(gone).rowcount)


def _named(scopes: Sequence[str]) -> dict[str, str]:
    return {f"scope_{place}": scope for place, scope in enumerate(scopes)}


@cache
def _used(count: int) -> Prepared:
    these = or_(*(TABLE.c.scope == bindparam(f"scope_{place}") for place in range(count)))
    return Prepared(select(TABLE.c.scope, TABLE.c.span, TABLE.c.since, TABLE.c.used).where(these))


@cache
def _use(count: int) -> Prepared:
    rows: list[dict[str, Any]] = [
        {
            "scope": bindparam(f"scope_{place}"),
            "span": span.value,
            "since": bindparam(f"began_{span}"),
            "used": 1,
            "withheld": 0,
        }
        for place in range(count)
        for span in Span
    ]
    return Prepared(lambda dialect: _counted(dialect, rows))


def _counted(dialect: Dialect, rows: Any, *, oldest: Any = None) -> ClauseElement:
    words = postgresql if dialect.name == "postgresql" else sqlite
    new = words.insert(TABLE).values(rows)
    goes_on = TABLE.c.since >= (new.excluded.since if oldest is None else oldest)
    counted = {"used": case((goes_on, TABLE.c.used + 1), else_=1), "since": new.excluded.since}
    statement: ClauseElement = new.on_conflict_do_update(index_elements=["scope", "span"], set_=counted).returning(
        TABLE.c.used
    )
    return statement


_SAY = Prepared(
    lambda dialect: _counted(
        dialect,
        [{"scope": bindparam("scope"), "span": SAID, "since": bindparam("said_at"), "used": 1, "withheld": 0}],
        oldest=bindparam("oldest", type_=TABLE.c.since.type),
    )
)
