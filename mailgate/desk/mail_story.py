"""One received mail told as a story that a head of support understands. Pure: out of a ``MailHistory``, into lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from mailgate.desk import story_words as words
from mailgate.desk.mail_history import MailHistory
from mailgate.domain.mail import Origin
from mailgate.domain.trace import Trace
from mailgate.domain.verdict import Outcome
from mailgate.store.holds import HELD, REJECTED
from mailgate.store.traces import KeptTrace

_BEFORE_TRACES = "It was decided before Mailgate kept traces: only what became of it, and by which rule, is known."
_PAYMENT = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading, and what is told below it."""

    title: str
    lines: tuple[str, ...]


def mail_story(history: MailHistory, *, zone: tzinfo) -> tuple[Part, ...]:
    """The parts that have anything to tell, in the order in which it happened."""
    told = (
        ("In short", _in_short(history)),
        ("How it came", _came(history, zone)),
        ("Who wrote it", _author(history)),
        ("What it was taken for", _taken_for(history)),
        ("What became of it, and why", _decisions(history, zone)),
        ("Which ticket", _candidates(history)),
        ("Who was told because of it", _told(history, zone)),
        ("What happened then", _since(history, zone)),
        ("Which rules looked at it", _looks(history)),
    )
    parts = (Part(title=title, lines=tuple(lines)) for title, lines in told)
    return tuple(part for part in parts if part.lines)


def _in_short(history: MailHistory) -> Iterator[str]:
    one, last = history.summary, history.last
    number = str(history.ticket.number) if history.ticket is not None else None
    cause = last.trace.decided.cause if last is not None else None
    became = words.outcome(one.outcome or "", rule=one.rule or "", ticket=number, cause=cause)
    why = f": {words.RULES.get(one.rule, f'by the rule {one.rule}')}" if one.rule else ""
    yield f"{became[0].upper()}{became[1:]}{why}."


def _came(history: MailHistory, zone: tzinfo) -> Iterator[str]:
    one = history.summary
    yield f"{words.moment(one.received_at, zone)}, {_door(one.origin, one.peer)}, for {', '.join(one.rcpt_to)}."
    if one.origin == Origin.SMTP:
        yield f"The envelope names {one.mail_from or '<> (nobody, as machines do)'} as its sender."
    for again in history.arrivals[1:]:
        at, door = words.moment(again.received_at, zone), _door(again.origin, again.peer)
        yield f"{at}, {door}: the same mail once more. It is one mail, and nothing was done twice."
    if one.state == "received" and one.attempts > 1:
        yield f"It was worked on {one.attempts} times, and is not done with."


def _door(origin: str, peer: str) -> str:
    if origin == Origin.SMTP:
        return f"by SMTP from {peer}"
    return f"fetched by IMAP from {peer.removeprefix('imap:')}"


def _author(history: MailHistory) -> Iterator[str]:
    one, last = history.summary, history.last
    if one.author_address is None:
        yield "No author is known: its From has none, more than one, or one that mail programs read in different ways."
        return
    yield f"{one.author_name or ''} <{one.author_address}>: {_standing(history)}.".strip()
    if last is not None and last.trace.known.author:
        yield f"When it was decided: {last.trace.known.author}."
    yield words.proof(one.authenticity)


def _standing(history: MailHistory) -> str:
    customer = history.customer
    if history.superuser is not None and customer is not None:
        late = f", with a payment late since {customer.overdue_since}" if customer.overdue_since else ""
        also = "; a specialist, too" if history.specialist is not None else ""
        return f"now a SuperUser of {customer.name} ({customer.code}){late}{also}"
    if history.specialist is not None:
        return f"now a specialist of {history.specialist.team}"
    return "now nobody in the register"


def _taken_for(history: MailHistory) -> Iterator[str]:
    last = history.last
    if last is not None and last.trace.kind[0]:
        kind, sign = last.trace.kind
        yield f"{words.KINDS.get(kind, kind).capitalize()}{f'. The sign: {sign}' if sign else ''}."
    detail = _classified(history)
    for what in ("type", "level", "module"):
        if detail.get(what):
            seen = "; ".join(str(found) for about, found in detail.get("evidence") or () if about == what)
            yield f"{what.capitalize()} {str(detail[what]).replace('_', ' ')}: {seen or _NO_EVIDENCE[what]}."


def _classified(history: MailHistory) -> Mapping[str, Any]:
    """Type, level and module that it opened a ticket with, and what spoke for them."""
    if (last := history.last) is not None and last.trace.decided.outcome == Outcome.TICKET:
        decided = last.trace.decided
        return {"type": decided.type, "level": decided.level, "module": decided.module, "evidence": last.trace.seen}
    return next((event.detail for event in history.events if event.kind == "opened"), {})


_NO_EVIDENCE = {"type": "nothing speaks for another", "level": "the standard level", "module": "?"}


def _decisions(history: MailHistory, zone: tzinfo) -> Iterator[str]:
    one = history.summary
    number = str(history.ticket.number) if history.ticket is not None else None
    for kept in history.decisions:
        decided = kept.trace.decided
        became = words.outcome(decided.outcome, rule=decided.rule, ticket=decided.ticket or number, cause=decided.cause)
        why = words.rule(decided.rule, decided.evidence)
        yield f"{words.moment(kept.at, zone)}: {became}, because {why}. Configuration {kept.version or 'unknown'}."
        for about, what in kept.trace.notes:
            yield f"{about.capitalize()}: {what}."
    if not history.decisions and one.outcome is not None:
        became = words.outcome(one.outcome, rule=one.rule or "", ticket=number)
        why = words.rule(one.rule or "", one.evidence or "")
        yield f"{words.moment(one.settled_at, zone)}: {became}, because {why}."
    if not history.decisions and one.outcome not in (None, Outcome.QUARANTINED):
        yield _BEFORE_TRACES
    if one.outcome is None:
        yield "It waits to be worked on."


def _candidates(history: MailHistory) -> Iterator[str]:
    if history.last is None or history.last.trace.decided.outcome == Outcome.STORED:
        return
    found = history.last.trace.candidates
    for one in found:
        taken = "taken" if one.taken else "not taken"
        which = one.ticket or _NAMELESS.get(one.by, "A number")
        yield f"{which}, by the {_BY.get(one.by, one.by)}: {taken}; {one.why}."
    if not found:
        yield "It names no ticket, by number or by thread."


_NAMELESS = {"token": "No ticket"}
_BY = {"number": "number in its subject", "thread": "thread that it is in", "token": "reply address or Message-ID"}


def _told(history: MailHistory, zone: tzinfo) -> Iterator[str]:
    for entry in history.sent:
        yield f"{words.notice(entry.kind)} to {entry.recipient}: {words.sending(entry, zone)}."
    if history.summary.unanswered:
        yield f"Not sent: {history.summary.unanswered}. The head of service is told of such."
    if (last := history.last) is not None:
        answered = last.trace.decided.answered
        yield f"Its sender {'may have an' if answered else 'gets no'} automatic answer: {last.trace.answer}."
    elif not history.sent and history.summary.outcome is not None:
        yield "Nobody was told anything."


def _since(history: MailHistory, zone: tzinfo) -> Iterator[str]:
    held = history.held
    if held is not None and held.state == HELD:
        yield f"It is held since {words.moment(held.held_at, zone)}, and waits (mailgate held)."
    elif held is not None:
        did = "rejected: no ticket" if held.state == REJECTED else "let through"
        by = "by itself, for the payment came" if held.decided_by == _PAYMENT else f"by {held.decided_by}"
        yield f"{words.moment(held.decided_at, zone)}: {did}, {by}."
    for event in history.events:
        if event.kind not in ("opened", "joined"):
            yield f"{words.moment(event.at, zone)}: {words.event(event.kind, event.detail)}."
    for back in history.returned:
        said = f"{back.action} {back.status or ''}".strip()
        yield f"{words.moment(back.at, zone)}: mail {back.by_mail} says of our mail {back.outbox_id}: {said}."
    if history.later and history.ticket is not None:
        count = len(history.later)
        yield f"{count} more thing{'s' if count > 1 else ''} happened in {history.ticket.number}: explain that number."


def _looks(history: MailHistory) -> Iterator[str]:
    if history.last is None:
        return
    yield from looks_told(history.last.trace)


def looks_told(trace: Trace) -> Iterator[str]:
    """Each rule in its order, with what it saw; the last one is the one that settled it."""
    width = max(len(look.rule) for look in trace.looks)
    for look in trace.looks:
        yield f"{look.rule:<{width}}  {f'{look.said}. ' if look.said else ''}{look.saw}".rstrip()


def trace_record(kept: KeptTrace) -> dict[str, object]:
    """A decision as programs read it."""
    trace = kept.trace
    decided = trace.decided
    return {
        "at": kept.at,
        "configuration": kept.version,
        "outcome": decided.outcome,
        "rule": decided.rule,
        "evidence": decided.evidence,
        "type": decided.type,
        "level": decided.level,
        "module": decided.module,
        "team": decided.team,
        "joined": decided.ticket,
        "answered": decided.answered,
        "answer": trace.answer,
        "kind": {"kind": trace.kind[0], "sign": trace.kind[1]},
        "authenticity": {"proof": trace.proof[0], "evidence": trace.proof[1]} if trace.proof else None,
        "author": trace.known.author,
        "said_before": trace.known.said_before,
        "seen": [{"about": about, "what": what} for about, what in trace.seen],
        "candidates": [
            {"ticket": one.ticket or None, "by": one.by, "taken": one.taken, "why": one.why} for one in trace.candidates
        ],
        "rules": [{"rule": look.rule, "saw": look.saw, "said": look.said or None} for look in trace.looks],
        "notes": [{"about": about, "what": what} for about, what in trace.notes],
    }
