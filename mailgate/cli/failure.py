"""How a command ends when it cannot do what it was asked: one line for each thing that is wrong, and an exit code."""

NOT_DONE = 1
"""Not found, or refused."""
MISUSED = 2
"""Wrongly asked, or wrongly configured."""


class Failure(Exception):  # noqa: N818 - of the command, not of the program
    """Ends the command; ``str()`` is for the person who gave it."""

    def __init__(self, text: str, *, code: int = NOT_DONE) -> None:
        super().__init__(text)
        self.code = code
