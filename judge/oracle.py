"""Compares what was promised with what came of it. Pure: values in, findings out.

A finding is a promise that was broken, with what shows it. Doubt that is listed is none: SMTP cannot give exactly once,
so the oracle allows a second copy only of a mail that was listed as uncertain, once for each time that it was, and
allows it to be listed only where a kill really fell between its mark and its record.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from judge.database import DatabaseFile, KeptMail, Outgoing
from judge.told import Sent
from judge.world import Taken

TO_SUPERUSER = {False: "receipt", True: "joined"}
LISTED = frozenset({"parked", "uncertain"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One broken promise."""

    promise: str
    about: str


class Marks:
    """Mails of ours that a kill caught between their mark and their record: each mark once, whatever comes later."""

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}

    def look(self, database: DatabaseFile) -> None:
        """After a kill, before the next start does something about it."""
        for row in database.outgoing(unsent=True):
            if row.marked_at is not None:
                self._seen.setdefault(row.message_id, set()).add(row.marked_at)

    def count(self, message_id: str) -> int:
        """How often that mail was caught so."""
        return len(self._seen.get(message_id, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known at the end of a trial. ``marked``: what kills left in doubt; None where answers were lost in
    other ways than by kills, too.
    """

    sent: Sequence[Sent]
    taken: Sequence[Taken]
    mails: Sequence[KeptMail]
    outgoing: Sequence[Outgoing]
    tickets_of: Mapping[str, Sequence[int]]
    messages_of: Mapping[int, int]
    is_sound: bool = True
    marked: Marks | None = None


def gathered(
    database: DatabaseFile, sent: Iterable[Sent], taken: Sequence[Taken], *, marked: Marks | None = None
) -> Evidence:
    """Read off a world that has come to rest."""
    return Evidence(
        sent=list(sent), taken=taken, mails=database.mails(), outgoing=database.outgoing(),
        tickets_of=database.tickets_of(), messages_of=database.messages_of(), is_sound=database.is_sound(),
        marked=marked,
    )  # fmt: skip


def findings(evidence: Evidence) -> list[Finding]:
    """Every promise that was broken."""
    return [
        *_lost_or_doubled_mails(evidence),
        *_lost_or_doubled_tickets(evidence),
        *_untold(evidence),
        *_told_twice(evidence),
        *_doubts(evidence),
        *(() if evidence.is_sound else (Finding(promise="database is sound", about="integrity_check"),)),
    ]


def _lost_or_doubled_mails(evidence: Evidence) -> Iterator[Finding]:
    rows = Counter(mail.token for mail in evidence.mails)
    for sent in evidence.sent:
        if sent.is_ours_to_keep and not rows[sent.token]:
            yield Finding(promise="no mail is lost", about=f"{sent.token} by {sent.door}")
        if sent.is_refused and not sent.is_ours_to_keep:
            yield Finding(promise="no good mail is refused", about=f"{sent.token}: {sent.answers[-1][1]}")
    for token, count in rows.items():
        if count > 1:
            yield Finding(promise="a mail is one mail", about=f"{token}: {count} rows")


def _lost_or_doubled_tickets(evidence: Evidence) -> Iterator[Finding]:
    answers = {sent.token: sent.answers_ticket for sent in evidence.sent}
    for mail in evidence.mails:
        about = f"{mail.token}: mail {mail.mail_id} {mail.state} {mail.outcome}"
        if mail.state != "settled" or mail.ticket_id is None or evidence.messages_of.get(mail.mail_id) != 1:
            yield Finding(promise="each mail comes to its ticket, once", about=about)
        expected = 0 if answers.get(mail.token) else 1
        if len(evidence.tickets_of.get(mail.token, ())) != expected:
            yield Finding(promise="each mail opens one ticket", about=f"{about} {evidence.tickets_of.get(mail.token)}")


def _untold(evidence: Evidence) -> Iterator[Finding]:
    """Who wrote has a receipt, the team has word, and what is on record as sent was taken."""
    answers = {sent.token: sent.answers_ticket for sent in evidence.sent}
    told = {(row.mail_id, row.kind) for row in evidence.outgoing}
    team = {row.mail_id for row in evidence.outgoing if row.kind.startswith("team_")}
    for mail in evidence.mails:
        kind = TO_SUPERUSER[answers.get(mail.token, False)]
        if (mail.mail_id, kind) not in told or mail.mail_id not in team:
            yield Finding(promise="each mail is answered", about=f"{mail.token}: no {kind}, or no word to the team")
    arrived = {one.message_id for one in evidence.taken}
    for row in evidence.outgoing:
        if row.state == "sent" and row.message_id not in arrived:
            yield Finding(promise="what is sent was taken", about=f"{row.kind} {row.message_id}")
        if row.state not in ("sent", *LISTED):
            yield Finding(promise="each answer goes out", about=f"{row.kind} {row.message_id} is {row.state}")


def _told_twice(evidence: Evidence) -> Iterator[Finding]:
    doubts = {row.message_id: row.doubts for row in evidence.outgoing}
    for message_id, copies in Counter(one.message_id for one in evidence.taken).items():
        if message_id not in doubts:
            yield Finding(promise="what goes out is on record", about=message_id)
        elif copies > 1 + doubts[message_id]:
            yield Finding(
                promise="nothing is said twice silently",
                about=f"{message_id}: {copies} copies, listed as uncertain {doubts[message_id]} times",
            )
    kinds = Counter((row.mail_id, row.kind, row.recipient) for row in evidence.outgoing if row.mail_id is not None)
    for (mail_id, kind, _recipient), count in kinds.items():
        if count > 1:
            yield Finding(promise="the same thing is told once", about=f"mail {mail_id}: {count} × {kind}")


def _doubts(evidence: Evidence) -> Iterator[Finding]:
    """Listed is what was in doubt, and no more."""
    for row in evidence.outgoing if evidence.marked is not None else ():
        kills = evidence.marked.count(row.message_id) if evidence.marked is not None else 0
        about = f"{row.kind} {row.message_id}: {row.doubts} doubts, {kills} kills in doubt"
        if row.doubts > kills:
            yield Finding(promise="only true doubt is listed", about=about)
        if row.doubts < kills:
            yield Finding(promise="every doubt is listed", about=about)
