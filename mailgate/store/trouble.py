"""What a database that cannot be used raises, by a name of our own, so that others can say it kindly without SQL."""

from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

DATABASE_TROUBLE = (OperationalError, ArgumentError, NoSuchModuleError)
"""Not there, not reachable, locked for too long, no right to it, or its URL is none."""
