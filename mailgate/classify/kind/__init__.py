"""What kind of mail one is. Read ``SIGNS`` first: the first that sees something settles it; nothing seen is a person.

Uses all evidence there is (RFC 3834's headers find fewer than half of real bounces), and needs more than one sign where
a person may have written the same. Everything is read from the mail; nothing of it is believed about others.
"""

from collections.abc import Callable, Collection

from mailgate.classify.kind.answers import answered_by_machine, made_by_machine
from mailgate.classify.kind.bounce import bounced, complaint
from mailgate.classify.kind.forwarded import forwarded_by_rule
from mailgate.classify.kind.signs import Seen
from mailgate.classify.kind.silence import wants_silence
from mailgate.classify.kind.to_many import written_to_many
from mailgate.domain.kind import Kind, MailKind
from mailgate.domain.mail import ParsedMail

__all__ = ["kind_of"]


def kind_of(mail: ParsedMail, *, null_reverse_path: bool = False, own_addresses: Collection[str] = frozenset()) -> Kind:
    """The kind of a mail.

    ``null_reverse_path``: it came with ``MAIL FROM:<>``. ``own_addresses``: ours; a list that is our own support
    address says nothing about who writes to it.
    """
    seen = Seen(mail=mail, null_reverse_path=null_reverse_path, own_addresses=own_addresses)
    for sign in SIGNS:
        kind = sign(seen)
        if kind is not None:
            return kind
    return Kind(kind=MailKind.PERSON, answerable=not wants_silence(seen))


def invitation(seen: Seen) -> Kind | None:
    """A calendar program wrote it because a person pressed a button."""
    meeting = seen.mail.meeting
    if meeting is None:
        return None
    answerable = not (wants_silence(seen) or made_by_machine(seen) or written_to_many(seen))
    return Kind(kind=MailKind.CALENDAR, evidence=f"method {meeting.method}", meeting=meeting, answerable=answerable)


SIGNS: tuple[Callable[[Seen], Kind | None], ...] = (
    complaint,
    bounced,
    forwarded_by_rule,  # before the machines, whose headers such a mail bears
    answered_by_machine,
    invitation,
    written_to_many,
    made_by_machine,  # last: mailing lists and invitations, too, come from robots
)
