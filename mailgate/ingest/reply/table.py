"""How the tables of words are written down: in rows that a person can read and add to."""


def words(row: str) -> frozenset[str]:
    """Words, parted by spaces."""
    return frozenset(row.split())


def phrases(row: str) -> tuple[str, ...]:
    """Phrases, parted by bars."""
    return tuple(phrase.strip() for phrase in row.split("|"))
