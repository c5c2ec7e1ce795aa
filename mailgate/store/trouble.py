"""What a database that cannot be used raises, by a name of our own, so that others can say it kindly without SQL."""

from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, IntegrityError, NoSuchModuleError, ProgrammingError

DATABASE_TROUBLE = (DatabaseError, ArgumentError, NoSuchModuleError)
"""Not there, not reachable, locked for too long, no database at all, no right to it, or its URL is none."""
_DEADLOCK = "40P01"  # PostgreSQL, Appendix A: deadlock_detected
DATABASE_MISUSE = (DataError, IntegrityError, ProgrammingError)
"""Those among them that are mistakes of ours, to be shown whole."""


def is_deadlock(error: BaseException) -> bool:
    """Whether PostgreSQL ended this one of two transactions that waited for each other: done again, it goes well."""
    return isinstance(error, DatabaseError) and getattr(error.orig, "sqlstate", None) == _DEADLOCK
