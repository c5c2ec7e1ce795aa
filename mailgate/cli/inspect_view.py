"""What ``mailgate inspect`` shows to a person: who, what kind and why, the new text, what came with it."""

from datetime import datetime

from mailgate.cli.output import in_bytes, print_fields, print_heading, print_indented, print_table
from mailgate.domain.kind import Kind
from mailgate.domain.mail import ParsedMail
from mailgate.domain.report import Meeting


def print_inspected(file: str, mail: ParsedMail, kind: Kind | None, *, full: bool) -> None:
    """One mail."""
    author = mail.author
    print_fields(
        {
            "file": file,
            "from": f"{author.name} <{author.spec}>".strip() if author else mail.header("from"),
            "to": ", ".join(each.spec for each in mail.to[:10]),
            "subject": mail.subject,
            "date": _time(mail.date),
            "kind": _kind(kind) if kind is not None else None,
            "answered": None if kind is None else "may be, automatically" if kind.answerable else "never automatically",
            "back on": str(kind.back_on) if kind is not None and kind.back_on else None,
            "meeting": _meeting(mail.meeting) if mail.meeting is not None else None,
            "sealed": f"{mail.sealed}: it cannot be read here" if mail.sealed is not None else None,
            "returned": ", ".join(mail.returned_ids),
        }
    )
    if kind is not None and kind.deliveries:
        print_heading("Delivery")
        rows = [(each.recipient or "?", each.action, each.status or "", each.diagnostic) for each in kind.deliveries]
        print_table(("RECIPIENT", "ACTION", "STATUS", "SAID"), rows, empty="")
    _print_text(mail, full=full)
    if mail.attachments:
        print_heading("Attachments")
        attached = [(a.name, a.content_type, in_bytes(a.size), "inline" if a.inline else "") for a in mail.attachments]
        print_table(("NAME", "TYPE", "SIZE", ""), attached, empty="")
    if mail.defects:
        print_heading("Wrong with it")
        for defect in mail.defects:
            print_indented(defect)
    print()


def _print_text(mail: ParsedMail, *, full: bool) -> None:
    text = mail.text if full else mail.new_text
    print_heading("The whole text" if full else "New text")
    print_indented(text or "(none)")
    hidden = len(mail.text.splitlines()) - len(text.splitlines())
    if hidden > 0:
        print_indented(f"({hidden} lines of quoted text are not shown; --full shows them)")


def _kind(kind: Kind) -> str:
    return f"{kind.kind} ({kind.evidence})" if kind.evidence else str(kind.kind)


def _meeting(meeting: Meeting) -> str:
    what = f"{meeting.method}{f' ({meeting.answer})' if meeting.answer else ''}"
    when = " – ".join(
        _time(time, day_only=meeting.all_day) or "?" for time in (meeting.starts_at, meeting.ends_at) if time
    )
    return f"{what}: {meeting.summary}, {when}".rstrip(", ")


def _time(time: datetime | None, *, day_only: bool = False) -> str | None:
    if time is None:
        return None
    return time.strftime("%Y-%m-%d" if day_only else "%Y-%m-%d %H:%M UTC")
