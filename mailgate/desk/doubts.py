"""The head of service hears of mails of which nobody knows whether they arrived: several at one time in one mail."""

from datetime import datetime, timedelta

from mailgate.desk.house import House
from mailgate.desk.tell import tell, to_person
from mailgate.domain.outgoing import Notice
from mailgate.domain.sending import SendingDoubtContent, SendingState
from mailgate.store.unit_of_work import UnitOfWork

_GATHERS_FOR = timedelta(minutes=5)
_NOT_MORE_OFTEN_THAN = timedelta(hours=1)


def doubts_to_tell(uow: UnitOfWork, *, now: datetime) -> bool:
    """Whether it is time: a crash brings them all at once, a relay in trouble one after the other."""
    untold = [one.uncertain_at for one in uow.outbox.untold_doubts() if one.uncertain_at is not None]
    if not untold or now - min(untold) < _GATHERS_FOR:
        return False
    last = uow.outbox.doubts_last_told()
    return last is None or now - last >= _NOT_MORE_OFTEN_THAN


def tell_of_doubts(uow: UnitOfWork, house: House, *, now: datetime) -> int:
    """Tell each head of service once; of how many mails. Where there is no head, the log has told it."""
    if not doubts_to_tell(uow, now=now):
        return 0
    doubts = uow.outbox.untold_doubts()
    parked = sum(one.state == SendingState.PARKED for one in doubts)
    content = SendingDoubtContent(sent_again=len(doubts) - parked, parked=parked)
    for person in uow.customers.specialists():
        if person.head:
            key = f"doubts:{now.isoformat()}:{person.specialist_id}"
            tell(uow, house, Notice(key=key, to=to_person(person), content=content), now=now)
    uow.outbox.doubts_told([one.outbox_id for one in doubts], now=now)
    return len(doubts)
