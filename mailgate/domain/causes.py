"""Why something that somebody wanted done with a ticket is not done."""

from collections.abc import Mapping
from enum import StrEnum


class Cause(StrEnum):
    """Why something is not done. In mails it has the words of ``words.toml`` (``[refused]``), elsewhere ``ENGLISH``."""

    STATUS = "status"
    NO_LEVEL = "no_level"
    NO_WORKAROUND = "no_workaround"
    TAKEN_ALREADY = "taken_already"
    SAME_LEVEL = "same_level"
    SAME_TYPE = "same_type"
    SAME_TEAM = "same_team"
    SAME_MODULE = "same_module"
    OFF_THE_WAY = "off_the_way"
    APPROVED = "approved"
    TAKEN_MEANWHILE = "taken_meanwhile"
    ANSWERED_MEANWHILE = "answered_meanwhile"
    CHANGED_MEANWHILE = "changed_meanwhile"
    WROTE_MEANWHILE = "wrote_meanwhile"
    MERGED_MEANWHILE = "merged_meanwhile"
    NOT_APPROVED = "not_approved"
    MORE_THAN_APPROVED = "more_than_approved"
    NO_PRICE = "no_price"
    NO_CURRENCY = "no_currency"
    UNCLEAR_PRICE = "unclear_price"
    NO_SUCH_COUNCIL = "no_such_council"
    HAS_ACCESS = "has_access"
    NO_TICKET_NAMED = "no_ticket_named"
    NO_SUCH_TICKET = "no_such_ticket"
    ESTIMATE_OVER = "estimate_over"
    ACCESS_OVER = "access_over"
    SPAN_OVER = "span_over"
    UNKNOWN_TICKET = "unknown_ticket"
    SAME_TICKET = "same_ticket"
    OTHER_CUSTOMER = "other_customer"
    DONE_WITH = "done_with"
    MERGED = "merged"
    ACCESS_RUNS = "access_runs"
    LINKED_ALREADY = "linked_already"
    NO_SUPERUSER_OF_CUSTOMER = "no_superuser_of_customer"
    COPIED_ALREADY = "copied_already"
    NOT_HELD = "not_held"
    HELD_OF_NOBODY = "held_of_nobody"
    HELD_OF_SPECIALIST = "held_of_specialist"
    CUSTOMER_WITHOUT_SUPERUSER = "customer_without_superuser"
    NO_SUCH_SUPERUSER = "no_such_superuser"
    NAMES_NO_TICKET = "names_no_ticket"
    NO_TEXT = "no_text"
    TOO_LARGE = "too_large"
    ONLY_QUOTES = "only_quotes"
    NO_SUCH_LEVEL = "no_such_level"
    NO_SUCH_TYPE = "no_such_type"
    NO_SUCH_TEAM = "no_such_team"
    NO_SUCH_MODULE = "no_such_module"
    NO_SUCH_PERSON = "no_such_person"
    SEVERAL_PEOPLE = "several_people"


OF_ITSELF = frozenset(
    {
        Cause.NO_SUCH_LEVEL, Cause.NO_SUCH_TYPE, Cause.NO_SUCH_TEAM, Cause.NO_SUCH_MODULE, Cause.NO_SUCH_PERSON,
        Cause.SEVERAL_PEOPLE, Cause.NO_SUCH_COUNCIL, Cause.NO_PRICE, Cause.NO_CURRENCY, Cause.UNCLEAR_PRICE,
        Cause.UNKNOWN_TICKET, Cause.NO_SUPERUSER_OF_CUSTOMER, Cause.NO_TEXT,
    }
)  # fmt: skip
"""What is wrong with a line whatever the others do: all such faults of a mail are told at once."""

ENGLISH: Mapping[Cause, str] = {
    Cause.STATUS: "a ticket that is {status} cannot be given the move {move}",
    Cause.NO_LEVEL: "only a program error has a service level: set its type first",
    Cause.NO_WORKAROUND: "a workaround is for program errors of level 1 and 2",
    Cause.TAKEN_ALREADY: "{about} has taken it already",
    Cause.SAME_LEVEL: "it is level {about} already",
    Cause.SAME_TYPE: "it is a {about} already",
    Cause.SAME_TEAM: "it is with {about} already",
    Cause.SAME_MODULE: "it is about {about} already",
    Cause.OFF_THE_WAY: "at '{about}' the way of such tickets ({type}) does not go on by {move}",
    Cause.APPROVED: "what the customer has approved ends with what was billed: it keeps its type until then",
    Cause.TAKEN_MEANWHILE: "{about} has taken it since",
    Cause.ANSWERED_MEANWHILE: "{about} has written to the customer since",
    Cause.CHANGED_MEANWHILE: "{about} has changed that since",
    Cause.WROTE_MEANWHILE: "the customer has written since",
    Cause.MERGED_MEANWHILE: "{about} has merged it with another one since: this is where it goes on",
    Cause.NOT_APPROVED: "the customer has approved no price",
    Cause.MORE_THAN_APPROVED: "more than the {about} that the customer has approved: give a new estimate first",
    Cause.NO_PRICE: "there is no price in it: write it like 4 h, 4800 kr, what is done",
    Cause.NO_CURRENCY: "the price has no currency: write it like 4 h, 4800 kr, what is done",
    Cause.UNCLEAR_PRICE: "the hours or the price can be read in two ways: write them like 4 h, 4800 kr, what is done",
    Cause.NO_SUCH_COUNCIL: "{about!r} is no council: they are internal and external",
    Cause.HAS_ACCESS: "support access is granted already, until {about}",
    Cause.NO_TICKET_NAMED: "no ticket is named",
    Cause.NO_SUCH_TICKET: "{about} is no ticket of this customer",
    Cause.ESTIMATE_OVER: "the estimate is void, or has been answered",
    Cause.ACCESS_OVER: "nobody asks for access any more, or it is not granted",
    Cause.SPAN_OVER: "access for {about} hours cannot be granted on this day",
    Cause.UNKNOWN_TICKET: "there is no ticket {about!r}",
    Cause.SAME_TICKET: "{about} is this ticket itself",
    Cause.OTHER_CUSTOMER: "{about} is another customer's",
    Cause.DONE_WITH: "{about} is done with: reopen it first",
    Cause.MERGED: "it goes on in {about}",
    Cause.ACCESS_RUNS: "support access is granted by it until {about}: merge it after that",
    Cause.LINKED_ALREADY: "it is linked with {about} already",
    Cause.NO_SUPERUSER_OF_CUSTOMER: "{about!r} is no SuperUser of the customer: nobody else is told of a ticket",
    Cause.COPIED_ALREADY: "{about} is told already",
    Cause.NOT_HELD: "mail {about} is not held",
    Cause.HELD_OF_NOBODY: "nobody knows whose mail {about} is: name the SuperUser for whom it becomes a ticket",
    Cause.HELD_OF_SPECIALIST: "a specialist wrote mail {about}, or seems to have: that is no customer's ticket",
    Cause.CUSTOMER_WITHOUT_SUPERUSER: "the customer has no SuperUser whose ticket mail {about} could be",
    Cause.NO_SUCH_SUPERUSER: "there is no SuperUser {about!r}",
    Cause.NAMES_NO_TICKET: "the mail names no ticket",
    Cause.NO_TEXT: "there is no text",
    Cause.TOO_LARGE: "the attachments are too many or too large to be passed on",
    Cause.ONLY_QUOTES: "there is nothing in it but what it quotes",
    Cause.NO_SUCH_LEVEL: "{about!r} is no service level: they are 1 to 5",
    Cause.NO_SUCH_TYPE: "{about!r} is no type",
    Cause.NO_SUCH_TEAM: "{about!r} is no team",
    Cause.NO_SUCH_MODULE: "{about!r} is no module",
    Cause.NO_SUCH_PERSON: "there is no specialist {about!r}",
    Cause.SEVERAL_PEOPLE: "{about!r} is more than one specialist",
}
"""``about``: what it is about; ``status``, ``type``: the ticket's; ``move``: what was wanted, as one types it."""
