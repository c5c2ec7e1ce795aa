"""Traces are kept for each decision, and configurations once."""

from datetime import timedelta

from mailgate.domain.mail import MailId
from mailgate.domain.trace import Candidate, ConfigVersion, Decided, Known, Look, Trace
from mailgate.store.database import Database
from tests.support.envelopes import MONDAY, an_envelope

FIRST, SECOND = ConfigVersion(key="aaa111", text='{"a": 1}'), ConfigVersion(key="aab222", text='{"a": 2}')


def a_trace(outcome: str = "held", rule: str = "stranger") -> Trace:
    return Trace(
        decided=Decided(outcome=outcome, rule=rule, answered=True, level=2),
        looks=(Look("machine", "a person wants something"), Look(rule, "not registered", outcome)),
        candidates=(Candidate("MG-100042-6", "number", False, "it is another customer's"),),
        answer="nothing speaks against it",
        kind=("person", ""),
        proof=("unproven", "no dmarc, checked here"),
        known=Known(author="not registered", overdue_since=MONDAY.date()),
        seen=(("type", "keyword: fel* (3)"),),
        notes=(("copy", "SuperUser 3 is told"),),
    )


def test_each_decision_on_a_mail_is_kept_in_order(database: Database) -> None:
    with database.transaction() as uow:
        mail_id = uow.spool.put(an_envelope()).mail_id
        uow.traces.add(mail_id, a_trace(), version="aaa111", now=MONDAY)
        uow.traces.add(mail_id, a_trace("ticket", "released-mail"), version="aab222", now=MONDAY + timedelta(hours=1))
    with database.reading() as uow:
        first, last = uow.traces.of_mail(mail_id)
        assert (first.trace, first.version, first.at) == (a_trace(), "aaa111", MONDAY)
        assert (last.trace.decided.rule, last.version) == ("released-mail", "aab222")
        assert uow.traces.of_mails([mail_id, MailId(99)]) == {mail_id: last}
        assert uow.traces.of_mail(MailId(99)) == []


def test_a_configuration_is_kept_when_something_is_first_decided_under_it(database: Database) -> None:
    with database.transaction() as uow:
        mail_id = uow.spool.put(an_envelope()).mail_id
        for hours, version in enumerate((FIRST, FIRST, SECOND)):
            uow.traces.keep_version(version, now=MONDAY + timedelta(hours=hours))
            uow.traces.add(mail_id, a_trace(), version=version.key, now=MONDAY)
    with database.reading() as uow:
        seen = [(one.key, one.first_at, one.decisions) for one in uow.traces.versions()]
        assert seen == [("aab222", MONDAY + timedelta(hours=2), 1), ("aaa111", MONDAY, 2)]
        assert uow.traces.version("aaa") == FIRST
        assert uow.traces.version("aa") is None, "which of the two?"
        assert uow.traces.version("%") is None
