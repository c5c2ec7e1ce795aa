"""The four ways: the places that a ticket of each type passes, who holds it there, and what brings it on.

Which ways there are is configuration (``config_ways``); ``faults`` says what is wrong with one, ``drawn`` shows it.
A ticket whose place is on no way of its type (the configuration was changed) stands at the beginning of its way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mailgate.domain.moves import ALONG_THE_WAY, CustomerMove, Holder, Move, Station, Step
from mailgate.domain.ticket import Stage, Ticket, TicketType

LEADING: frozenset[Step] = ALONG_THE_WAY | {Move.ANSWER, *CustomerMove}
"""The steps that can bring a ticket to another place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The places of one type, the first of them where its tickets begin."""

    type: TicketType
    stations: tuple[Station, ...]

    @property
    def start(self) -> Station:
        return self.stations[0]

    def station(self, stage: Stage) -> Station:
        """The place of that name, or the beginning."""
        return next((one for one in self.stations if one.stage == stage), self.start)


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of all types."""

    by_type: Mapping[TicketType, Way]

    def way(self, kind: TicketType) -> Way:
        return self.by_type[kind]

    def station(self, ticket: Ticket) -> Station:
        """Where a ticket stands."""
        return self.by_type[ticket.type].station(ticket.stage)

    def next_stage(self, ticket: Ticket, step: Step) -> Stage:
        """Where a step brings a ticket: on, or nowhere else."""
        at = self.station(ticket)
        return at.leads.get(step, at.stage)


def faults(way: Way) -> Iterator[str]:
    """What is wrong with a way, in words for whoever wrote it; nothing if it can be gone."""
    known = {one.stage for one in way.stations}
    for one in way.stations:
        yield from (
            f"{one.stage}: {step} leads to {stage!r}, which is no stage here; there are: {', '.join(sorted(known))}"
            for step, stage in one.leads.items()
            if stage not in known
        )
        yield from _misfits(way, one)
    reached = set(_reached(way, way.start.stage))
    yield from (f"{stage}: no move leads there" for stage in known - reached)
    ending = {one.stage for one in way.stations if one.ends}
    yield from (
        f"{stage}: from there a ticket can never be closed"
        for stage in reached & known
        if not ending & set(_reached(way, stage))
    )
    unasked = set(_reached(way, way.start.stage, without=CustomerMove.APPROVE))
    yield from (
        f"{one.stage}: billed would be legal there before the customer has approved anything"
        for one in way.stations
        if Move.BILLED in one.ends and one.stage in unasked
    )


def _misfits(way: Way, one: Station) -> Iterator[str]:
    """Steps that do not fit the place."""
    deciding = {CustomerMove.APPROVE, CustomerMove.REFUSE}
    if one.holder is not Holder.CUSTOMER and deciding & one.leads.keys():
        yield f"{one.stage}: only the customer can approve or refuse, so the customer must hold it"
    if one.holder is Holder.CUSTOMER and not deciding <= one.leads.keys():
        yield f"{one.stage}: the customer holds it, so approve and refuse must lead somewhere"
    asked = one.leads.get(Move.ESTIMATE)
    if asked is not None and way.station(asked).holder is not Holder.CUSTOMER:
        yield f"{one.stage}: estimate must lead to a stage that the customer holds, who is asked"


def _reached(way: Way, start: Stage, *, without: Step | None = None) -> Iterator[Stage]:
    """The places that can be come to from one, itself among them."""
    seen, waiting = {start}, [start]
    while waiting:
        stage = waiting.pop()
        yield stage
        on = (to for one in way.stations if one.stage == stage for step, to in one.leads.items() if step != without)
        for to in on:
            if to not in seen:
                seen.add(to)
                waiting.append(to)


def drawn(way: Way) -> str:
    """A picture of it in plain text: each place with who holds it, and below it where its moves lead."""
    lines = []
    for one in way.stations:
        lines.append(f"[{_words(one.stage)}]  held by: {_words(one.holder)}")
        by_stage: dict[Stage, list[str]] = {}
        for step, stage in one.leads.items():
            by_stage.setdefault(stage, []).append(_words(step))
        arrows = [(", ".join(steps), f"[{_words(stage)}]") for stage, steps in by_stage.items()]
        if one.ends:
            arrows.append((", ".join(sorted(map(_words, one.ends))), "(closed)"))
        width = max((len(steps) for steps, _ in arrows), default=0)
        for place, (steps, to) in enumerate(arrows, start=1):
            corner = "└" if place == len(arrows) else "├"
            lines.append(f"  {corner}── {steps} {'─' * (width - len(steps))}──▶ {to}")
    return "\n".join(lines)


def _words(name: str) -> str:
    return name.replace("_", " ")
