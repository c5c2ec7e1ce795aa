"""Commands by mail: what a row of their table says (``command_table``), and what was read out of a mail.

Reading is for ``classify.commands``, carrying out for ``desk.commands``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mailgate.domain.customer import Language


class Role(StrEnum):
    """Whose command it is."""

    SPECIALIST = "specialist"
    SUPERUSER = "superuser"


class CommandName(StrEnum):
    """One word for each; those of specialists are the words of ``mailgate ticket``."""

    NOTE = "note"
    TAKE = "take"
    GIVE = "give"
    TEAM = "team"
    TYPE = "type"
    LEVEL = "level"
    MODULE = "module"
    ANSWER = "answer"
    ASK = "ask"
    WORKAROUND = "workaround"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    DESK = "desk"
    PRODUCT = "product"
    COUNCIL = "council"
    PLANNED = "planned"
    DECLINED = "declined"
    CONSULTANT = "consultant"
    ESTIMATE = "estimate"
    BILLED = "billed"
    ACCESS = "access"
    MERGE = "merge"
    LINK = "link"
    CC = "cc"
    RELEASE = "release"
    REJECT = "reject"
    HELP = "help"
    STATUS = "status"
    OVERVIEW_OFF = "overview_off"


DECIDE_ON_HELD = frozenset({CommandName.RELEASE, CommandName.REJECT})
"""They are about held mail, and so need no ticket."""


class Grammar(StrEnum):
    """What stands behind the command on its line. ``TEXT``: the beginning of the words below it, or nothing."""

    NONE = "none"
    TEXT = "text"
    LEVEL = "level"
    TYPE = "type"
    TEAM = "team"
    PERSON = "person"
    MODULE = "module"
    ADDRESS = "address"
    NUMBER = "number"
    COUNCIL = "council"
    AMOUNT = "amount"


class Below(StrEnum):
    """What the words below the commands are: the desk's ``ANSWER``, this command's ``OWN``, or ``INTERNAL``."""

    ANSWER = "answer"
    OWN = "own"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A row of the table. ``binding``: it commits somebody, so a SuperUser must prove to be who they say they are.

    ``may_lack``: the argument may be left out. ``speaks``: it cannot be given without words to the customer.
    """

    name: CommandName
    role: Role
    spellings: Mapping[Language, tuple[str, ...]]
    argument: Grammar = Grammar.NONE
    below: Below = Below.ANSWER
    binding: bool = False
    may_lack: bool = False
    speaks: bool = False

    @property
    def everywhere(self) -> tuple[str, ...]:
        """All its spellings: a Swede may write English."""
        return tuple(dict.fromkeys(each for listed in self.spellings.values() for each in listed))


class Trouble(StrEnum):
    """Why a line that looks like a command is none: its word, its argument, or its place."""

    UNKNOWN = "unknown"
    LACKS_ARGUMENT = "lacks_argument"
    TAKES_NO_ARGUMENT = "takes_no_argument"
    BELOW_TEXT = "below_text"
    TWO_TEXTS = "two_texts"
    NO_SUCH_VALUE = "no_such_value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command that was understood. ``argument``: as written; ``text``: the words that are its own."""

    command: Command
    line: str
    argument: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """A line that looks like a command and is none. ``nearest``: what may have been meant."""

    line: str
    trouble: Trouble
    nearest: Command | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """What the top of a mail asks for, in its order. ``text``: the rest, which is for the customer, or the customer's.

    What is internal is in the text of the command that makes it so, and never in ``text``.
    """

    asked: tuple[Asked, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.asked or self.unclear)


NO_INSTRUCTIONS = Instructions()
