"""What is known about a mail (``Facts``), what the house wants (``Policy``), and what follows (``Verdict``).

``desk.gather`` gathers the facts, ``classify.decide`` turns them into a verdict, ``desk.settle`` settles it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from mailgate.domain.authenticity import Authenticity
from mailgate.domain.classification import Classification, Leanings
from mailgate.domain.commands import NO_INSTRUCTIONS, Instructions
from mailgate.domain.customer import Customer, CustomerId, Language, Specialist, SuperUser, SuperUserId
from mailgate.domain.kind import Kind
from mailgate.domain.looked_up import Release, SentMail, TokenFound
from mailgate.domain.mail import MailId
from mailgate.domain.pending import Confirmation, Pending
from mailgate.domain.report import DeliveryAction
from mailgate.domain.ticket import MessageAuthor, ServiceLevel, TicketId, TicketRef, TicketType
from mailgate.domain.ticket_number import TicketNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why: the rule's name, and what it saw. Ids and dates, never the mail's own words.

    ``repeats``: how often the same was said before, where the mail is left unanswered for that.
    """

    rule: str
    evidence: str = ""
    repeats: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that ``decide`` may look at beside the mail itself; looked up beforehand, so no rule asks a database.

    ``superuser`` and ``customer``: who the Author is, if registered. ``domain_customer``: the one customer whose domain
    the Author's address is in, for a stranger. ``numbered``: the tickets whose numbers stand in the subject, in that
    order. ``threaded``: the ticket whose thread the mail is in. ``unknown_number``: the subject has a number that is no
    ticket's; ``broken_number``: one whose check digit is wrong. ``tokens``: what reply tokens it bears.
    ``pending``: the act that it replies to the question about.
    ``stranger_answered``: this address has had the stranger's answer within the last week.
    ``kind``: what kind of mail it is, if that was told already.
    ``came_back``: the mail of ours that a bounce is about, if it is about one.
    ``said_before``: how often of late the author wrote the same words.
    ``release``: set when a held mail comes back because a specialist let it.
    ``authenticity``: whether it is truly from its Author; None where nobody checked.
    ``looks_like``: the customer whose domain the stranger's domain could be mistaken for.
    ``trusted_door``: it came by a way on which specialists are taken at their word.
    ``gist_of``: the held mail of a colleague whose gist this mail replies to, while it is no ticket yet.
    ``closed_long``: those of the tickets that a reply opens no more.
    ``goes_on``: what the subject names and was merged, and where it goes on.
    """

    superuser: SuperUser | None = None
    customer: Customer | None = None
    specialist: Specialist | None = None
    domain_customer: Customer | None = None
    numbered: tuple[TicketRef, ...] = ()
    threaded: TicketRef | None = None
    unknown_number: bool = False
    broken_number: bool = False
    tokens: tuple[TokenFound, ...] = ()
    pending: Pending | None = None
    stranger_answered: bool = False
    release: Release | None = None
    said_before: int = 0
    rcpt_to: tuple[str, ...] = ()
    null_reverse_path: bool = False
    kind: Kind | None = None
    came_back: SentMail | None = None
    authenticity: Authenticity | None = None
    looks_like: Customer | None = None
    trusted_door: bool = False
    gist_of: MailId | None = None
    closed_long: frozenset[TicketId] = frozenset()
    goes_on: Mapping[TicketNumber, TicketNumber] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """A word that speaks for an outcome. ``pattern``: folded words, ``*`` at either end of a word for any letters."""

    pattern: str
    weight: int
    shown: str = ""  # as the configuration has it, with the names of families


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the configuration says, as far as the rules need it."""

    own_addresses: frozenset[str]
    order_addresses: frozenset[str]
    instance: str
    number_prefix: str
    teams: Mapping[str, str]
    """industry, folded to lower case → name of the team"""
    default_team: str
    type_keywords: Mapping[TicketType, tuple[Keyword, ...]]
    level_keywords: Mapping[ServiceLevel, tuple[Keyword, ...]]
    module_keywords: Mapping[str, tuple[Keyword, ...]]
    type_signs: Mapping[TicketType, Mapping[str, tuple[Keyword, ...]]] = field(default_factory=dict)
    """of the types that need them: kind of sign → what is one; each kind must be there"""
    level_signs: Mapping[ServiceLevel, Mapping[str, tuple[Keyword, ...]]] = field(default_factory=dict)
    leanings: Leanings = field(default_factory=dict)
    default_language: Language = Language.SWEDISH
    prove_all: bool = False
    """no mail counts as a registered person's without proof"""
    prove_customers: frozenset[str] = frozenset()
    """codes of the customers for whose SuperUsers that is so"""
    trusted_doors: frozenset[str] = frozenset()
    """the doors on which specialists are taken at their word: ``smtp``, names of IMAP mailboxes"""
    team_lists: frozenset[str] = frozenset()
    """addresses that reach specialists of a team or of another holder, and nobody else"""
    confirm_unchecked: bool = True
    """whether what binds has to be confirmed where nobody checks who wrote it, too"""
    reopen_days: int = 14
    """so long after it was closed a SuperUser's reply opens a ticket again"""
    answers_repetitions: bool = False
    """whether who says the same again and again is answered each time"""


class HoldCause(StrEnum):
    """Why a mail waits for somebody's decision."""

    STRANGER = "stranger"
    OVERDUE = "overdue"
    UNREADABLE_AUTHOR = "unreadable_author"
    SPECIALIST_WITHOUT_TICKET = "specialist_without_ticket"
    FORGED = "forged"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket:
    """A new ticket. ``number_unknown``: the subject names a ticket that is not the sender's, or none at all.

    ``silent``: no receipt, for the mail bears a server's mark that forbids automatic answers (RFC 3834 §2).
    ``released``: it was held until somebody let it through.
    ``follows``: it goes on with this one, which was closed too long ago to be opened again.
    """

    reason: Reason
    customer: Customer
    superuser: SuperUser
    author: MessageAuthor
    classification: Classification
    team: str
    untrained: bool
    number_unknown: bool
    silent: bool = False
    released: bool = False
    follows: TicketRef | None = None
    instructions: Instructions = NO_INSTRUCTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinTicket:
    """One more message in a ticket. ``superuser`` is who wrote it, unless a specialist did.

    ``silent``, ``released``: as above. ``withheld``: it may not be the specialist's at all, so the customer is not told
    what it says. ``confirms``: it is a yes or a no to a pending act, and nothing else.
    """

    reason: Reason
    ticket: TicketRef
    author: MessageAuthor
    superuser: SuperUser | None = None
    specialist: Specialist | None = None
    silent: bool = False
    released: bool = False
    withheld: bool = False
    confirms: Confirmation | None = None
    instructions: Instructions = NO_INSTRUCTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruct:
    """Nothing but commands, and of no ticket: they are followed, and the mail becomes none."""

    reason: Reason
    by: SuperUser | Specialist
    instructions: Instructions
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """No ticket yet: kept whole until somebody decides, or the cause goes away.

    ``answer``: whether the sender is told. ``gist_to``: the customer whose SuperUsers get its gist.
    """

    reason: Reason
    cause: HoldCause
    answer: bool
    language: Language
    customer_id: CustomerId | None = None
    superuser_id: SuperUserId | None = None
    overdue_since: date | None = None
    gist_to: CustomerId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreOnly:
    """Kept and never answered: what machines write."""

    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBounce:
    """Kept, and written down with the mail of ours that came back."""

    reason: Reason
    sent: SentMail
    action: DeliveryAction
    status: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeUp:
    """A colleague's held mail becomes a ticket of this SuperUser; or, not ``wanted``, it becomes none.

    ``speaks``: the reply says more than yes, and joins that ticket as soon as there is one.
    """

    reason: Reason
    held: MailId
    superuser: SuperUser
    wanted: bool
    speaks: bool


Verdict = OpenTicket | JoinTicket | Instruct | Hold | StoreOnly | RecordBounce | TakeUp


class Outcome(StrEnum):
    """What became of a mail, for listings and sums. Every received mail ends as exactly one of these."""

    TICKET = "ticket"
    JOINED = "joined"
    HELD = "held"
    STORED = "stored"
    QUARANTINED = "quarantined"
