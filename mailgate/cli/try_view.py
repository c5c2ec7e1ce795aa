"""What ``mailgate try`` shows: the story of a mail that did not come, and every mail that would go out."""

from dataclasses import dataclass
from datetime import tzinfo
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

from mailgate.cli.explain import print_parts
from mailgate.cli.output import print_heading, print_indented, print_json, say
from mailgate.cli.preview import part_of

if TYPE_CHECKING:
    from mailgate.desk.rehearsal import Rehearsal
    from mailgate.domain.mail import Envelope

_NOTHING = "Nothing of this was kept, no number and no budget is used, and nothing is sent."


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """``refused``: why the door would not take it. ``unreadable``: why there is no ``rehearsal``."""

    envelope: "Envelope"
    refused: str
    unreadable: str
    rehearsal: "Rehearsal | None"


def show(tried: Tried, *, zone: tzinfo, html: bool, as_json: bool) -> None:
    """What would become of it."""
    rehearsal = tried.rehearsal
    if as_json:
        print_json(_record(tried, zone=zone), zone=zone)
        return
    if tried.refused:
        say(f"The SMTP door would refuse it: {tried.refused}. Had it been taken:\n")
    if rehearsal is None:
        say(f"It cannot be read ({tried.unreadable}): it would be set aside whole, and nobody would be told.")
    elif rehearsal.same_as is not None:
        say(
            f"The same mail has come before, as mail {rehearsal.same_as}: it would be noted as a copy, and nothing "
            f"else would happen. mailgate explain {rehearsal.same_as} tells of it; --as-new decides on it all the same."
        )
    else:
        _print_story(rehearsal, zone)
        _print_mails(rehearsal, html=html)
    say(f"\n{_NOTHING}")


def _print_mails(rehearsal: "Rehearsal", *, html: bool) -> None:
    for place, (entry, content) in enumerate(rehearsal.mails, start=1):
        print_heading(f"Mail {place} of {len(rehearsal.mails)} that would go out: {entry.kind}, to {entry.recipient}")
        print_indented(part_of(content, "html" if html else "txt").decode())
    if not rehearsal.mails:
        print_heading("No mail would go out.")


def _print_story(rehearsal: "Rehearsal", zone: tzinfo) -> None:
    from mailgate.desk.mail_story import Part, mail_story
    from mailgate.desk.rehearsal import changes

    say("As if it had come:")
    print_parts(mail_story(rehearsal.history, zone=zone))
    print_parts([Part(title="What would change", lines=changes(rehearsal, zone=zone))])


def _record(tried: Tried, *, zone: tzinfo) -> dict[str, Any]:
    envelope, rehearsal = tried.envelope, tried.rehearsal
    known = {
        "refused": tried.refused or None,
        "unreadable": tried.unreadable or None,
        "same_as": rehearsal.same_as if rehearsal is not None else None,
        "envelope": {"from": envelope.mail_from, "to": envelope.rcpt_to, "peer": envelope.peer},
    }
    return known if rehearsal is None or rehearsal.same_as is not None else known | _rehearsed(rehearsal, zone)


def _rehearsed(rehearsal: "Rehearsal", zone: tzinfo) -> dict[str, Any]:
    from mailgate.desk.mail_story import trace_record
    from mailgate.desk.rehearsal import changes

    last = rehearsal.history.last
    return {
        "decision": trace_record(last) if last is not None else None,
        "ticket": str(rehearsal.after.number) if rehearsal.after is not None else None,
        "new_ticket": rehearsal.after is not None and rehearsal.before is None,
        "changes": list(changes(rehearsal, zone=zone)),
        "not_sent": rehearsal.history.summary.unanswered,
        "mails": [
            {
                "kind": entry.kind,
                "to": entry.recipient,
                "subject": str(message_from_bytes(content, policy=default)["Subject"]),
                "text": part_of(content, "txt").decode(),
                "html": part_of(content, "html").decode(),
            }
            for entry, content in rehearsal.mails
        ],
    }
