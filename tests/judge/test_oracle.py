"""The oracle of the judge: it is silent where all is well, and names each promise that was broken."""

from dataclasses import replace

import pytest

from judge.database import KeptMail, Outgoing
from judge.oracle import Evidence, Marks, findings
from judge.told import Sent
from judge.world import Taken


def an_outgoing(kind: str = "receipt", *, state: str = "sent", doubts: int = 0, outbox_id: int = 1) -> Outgoing:
    return Outgoing(
        outbox_id=outbox_id,
        key=f"{kind}:mail-1",
        kind=kind,
        state=state,
        message_id=f"<{kind}@desk.example>",
        mail_id=1,
        recipient="eva@kund.example",
        marked_at=None,
        doubts=doubts,
    )


def taken(kind: str = "receipt") -> Taken:
    return Taken(event="taken", at=2.0, message_id=f"<{kind}@desk.example>", to="eva@kund.example", subject="T000000")


def all_is_well() -> Evidence:
    """One mail, acknowledged, kept, on its ticket; its two answers sent and taken."""
    return Evidence(
        sent=[Sent(token="T000000", door="smtp", answers_ticket=False, answers=[(1.0, 250)])],
        taken=[taken(), taken("team_new_ticket")],
        mails=[KeptMail(mail_id=1, token="T000000", state="settled", outcome="ticket", ticket_id=1)],
        outgoing=[an_outgoing(), an_outgoing("team_new_ticket", outbox_id=2)],
        tickets_of={"T000000": [1]},
        messages_of={1: 1},
        marked=Marks(),
    )


def test_where_all_is_well_it_says_nothing() -> None:
    assert findings(all_is_well()) == []


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"mails": [], "messages_of": {}, "outgoing": [], "taken": []}, "no mail is lost"),
        ({"tickets_of": {"T000000": [1, 2]}}, "each mail opens one ticket"),
        ({"messages_of": {1: 2}}, "each mail comes to its ticket, once"),
        ({"outgoing": [an_outgoing()], "taken": [taken()]}, "each mail is answered"),
        ({"taken": [taken()]}, "what is sent was taken"),
        ({"taken": [taken(), taken(), taken("team_new_ticket")]}, "nothing is said twice silently"),
        ({"is_sound": False}, "database is sound"),
        (
            {"outgoing": [an_outgoing(doubts=1), an_outgoing("team_new_ticket", outbox_id=2)]},
            "only true doubt is listed",
        ),
        (
            {"outgoing": [an_outgoing(state="failed"), an_outgoing("team_new_ticket", outbox_id=2)]},
            "each answer goes out",
        ),
    ],
)
def test_a_broken_promise_is_named(change: dict[str, object], broken: str) -> None:
    found = {finding.promise for finding in findings(replace(all_is_well(), **change))}  # type: ignore[arg-type]
    assert broken in found


def test_a_second_copy_of_what_was_listed_as_doubtful_is_allowed() -> None:
    marks = Marks()
    marks._seen["<receipt@desk.example>"] = {"then"}
    outgoing = [an_outgoing(doubts=1), an_outgoing("team_new_ticket", outbox_id=2)]
    twice = [taken(), taken(), taken("team_new_ticket")]
    assert findings(replace(all_is_well(), outgoing=outgoing, taken=twice, marked=marks)) == []
