"""Keeps how a mail's verdict came about, in the transaction that carries it out."""

from dataclasses import replace

from mailgate.desk.case import Case


def keep_trace(case: Case) -> None:
    """One row for each decision: a held mail that is released is decided again, and has two."""
    if case.trace is None:
        return
    trace = replace(case.trace, notes=tuple(case.notes)) if case.notes else case.trace
    version = case.house.version
    case.uow.traces.keep_version(version, now=case.now)
    case.uow.traces.add(case.spooled.mail_id, trace, version=version.key, now=case.now)
