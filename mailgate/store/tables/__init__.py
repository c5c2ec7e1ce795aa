"""The tables, and nothing else: rows have no behaviour and are not validated; the modules of ``store`` turn them into
frozen values of ``domain``. A change here needs a migration in ``migrations/versions``.
"""

from mailgate.store.tables.agreements import EstimateRow, SupportAccessRow
from mailgate.store.tables.base import Row, metadata
from mailgate.store.tables.mail import (
    AnsweredRow,
    ArrivalRow,
    AttachmentRow,
    HeldRow,
    ImapCursorRow,
    MailRow,
    RawMailRow,
    TakeUpRow,
)
from mailgate.store.tables.outgoing import BounceRow, OutboxRow, TallyRow
from mailgate.store.tables.pending import PendingActRow
from mailgate.store.tables.register import (
    CustomerDomainRow,
    CustomerModuleRow,
    CustomerRow,
    SpecialistRow,
    SuperUserRow,
    TrainingRow,
)
from mailgate.store.tables.tickets import (
    CounterRow,
    DueRow,
    DueToldRow,
    MessageRow,
    ParticipantRow,
    RoundRow,
    ThreadIdRow,
    TicketEventRow,
    TicketLinkRow,
    TicketRow,
)
from mailgate.store.tables.trace import ConfigVersionRow, TraceRow

__all__ = [
    "AnsweredRow",
    "ArrivalRow",
    "AttachmentRow",
    "BounceRow",
    "ConfigVersionRow",
    "CounterRow",
    "CustomerDomainRow",
    "CustomerModuleRow",
    "CustomerRow",
    "DueRow",
    "DueToldRow",
    "EstimateRow",
    "HeldRow",
    "ImapCursorRow",
    "MailRow",
    "MessageRow",
    "OutboxRow",
    "ParticipantRow",
    "PendingActRow",
    "RawMailRow",
    "RoundRow",
    "Row",
    "SpecialistRow",
    "SuperUserRow",
    "SupportAccessRow",
    "TakeUpRow",
    "TallyRow",
    "ThreadIdRow",
    "TicketEventRow",
    "TicketLinkRow",
    "TicketRow",
    "TraceRow",
    "TrainingRow",
    "metadata",
]
