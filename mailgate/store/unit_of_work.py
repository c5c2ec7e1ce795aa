"""One transaction's view of all that is remembered, by subject."""

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from sqlmodel import Session

from mailgate.store.accesses import Accesses
from mailgate.store.bounces import Bounces
from mailgate.store.customers import Customers
from mailgate.store.dues import Dues
from mailgate.store.estimates import Estimates
from mailgate.store.holds import Holds
from mailgate.store.links import Links
from mailgate.store.mails import Mails
from mailgate.store.outbox import OutboxTable
from mailgate.store.pending import PendingActs
from mailgate.store.sending import SendingTable
from mailgate.store.sights import Sights
from mailgate.store.spool import SpoolTable
from mailgate.store.tallies import Tallies
from mailgate.store.ticket_history import TicketHistory
from mailgate.store.ticket_lists import TicketLists
from mailgate.store.tickets import Tickets
from mailgate.store.traces import Traces

T = TypeVar("T")


class UnitOfWork:
    """Opened by ``pipeline`` for a mail, and by ``desk`` for an operation; no rule, parser or template ever sees it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def session(self) -> Session:
        """For other views of the same transaction, within ``store``."""
        return self._session

    def try_out(self, work: Callable[[], T], *, keep: Callable[[T], bool]) -> T:
        """Do some work, and undo it where its result says so; what was done before it stays."""
        savepoint = self._session.begin_nested()
        self._session.connection()  # now, and not when SQLAlchemy first needs it: prepared statements ask no session
        result = work()
        if keep(result):
            savepoint.commit()
        else:
            savepoint.rollback()
        return result

    @cached_property
    def mails(self) -> Mails:
        """What is known of received mails, and their bytes."""
        return Mails(self._session)

    @cached_property
    def spool(self) -> SpoolTable:
        """Received mails on their way through."""
        return SpoolTable(self._session)

    @cached_property
    def customers(self) -> Customers:
        """Customers, SuperUsers and specialists."""
        return Customers(self._session)

    @cached_property
    def tickets(self) -> Tickets:
        """Tickets, their messages and threads."""
        return Tickets(self._session)

    @cached_property
    def ticket_lists(self) -> TicketLists:
        """Many tickets at once, for mails to many."""
        return TicketLists(self._session)

    @cached_property
    def ticket_history(self) -> TicketHistory:
        """What happened to many tickets, to look back on."""
        return TicketHistory(self._session)

    @cached_property
    def sights(self) -> Sights:
        """What the mails of a ticket showed."""
        return Sights(self._session)

    @cached_property
    def links(self) -> Links:
        """Which tickets belong together."""
        return Links(self._session)

    @cached_property
    def dues(self) -> Dues:
        """What falls due."""
        return Dues(self._session)

    @cached_property
    def estimates(self) -> Estimates:
        """What orders are to cost."""
        return Estimates(self._session)

    @cached_property
    def accesses(self) -> Accesses:
        """Support access."""
        return Accesses(self._session)

    @cached_property
    def holds(self) -> Holds:
        """Mails that wait for a decision."""
        return Holds(self._session)

    @cached_property
    def bounces(self) -> Bounces:
        """Mails of ours that came back."""
        return Bounces(self._session)

    @cached_property
    def pending_acts(self) -> PendingActs:
        """What waits for a SuperUser's yes."""
        return PendingActs(self._session)

    @cached_property
    def tallies(self) -> Tallies:
        """How much automatic mail went out, and how often somebody said the same."""
        return Tallies(self._session)

    @cached_property
    def traces(self) -> Traces:
        """How decisions came about."""
        return Traces(self._session)

    @cached_property
    def outbox(self) -> OutboxTable:
        """Mails to be sent."""
        return OutboxTable(self._session)

    @cached_property
    def sending(self) -> SendingTable:
        """Mails on their way out."""
        return SendingTable(self._session)
