"""Which pictures of a ticket came before: a signature's logo comes with every mail, and is shown once.

Told by content, not by name. Only pictures of the same size and type are read out of their mails to be compared.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from mailgate.domain.mail import Attachment, MailId
from mailgate.ingest.limits import Unparsable
from mailgate.ingest.parse import attachment_bytes
from mailgate.store.unit_of_work import UnitOfWork

_LARGEST = 256 * 1024
"""(ours) A logo is small; what is larger is a screen shot, and worth a line of its own."""
_MOST_COMPARED = 200


def repeated_pictures(uow: UnitOfWork, attachments: Sequence[tuple[MailId, Attachment]]) -> frozenset[int]:
    """The places, from 0, of pictures whose very bytes stand at an earlier place."""
    alike: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, (_, one) in enumerate(attachments):
        if one.content_type.startswith("image/") and 0 < one.size <= _LARGEST:
            alike[one.size, one.content_type].append(place)
    candidates = sorted(place for places in alike.values() if len(places) > 1 for place in places)[:_MOST_COMPARED]
    seen: set[str] = set()
    repeated: set[int] = set()
    for place in candidates:
        digest = _digest(uow, *attachments[place])
        if digest in seen:
            repeated.add(place)
        elif digest is not None:
            seen.add(digest)
    return frozenset(repeated)


def _digest(uow: UnitOfWork, mail_id: MailId, attachment: Attachment) -> str | None:
    try:
        return hashlib.sha256(attachment_bytes(uow.mails.content(mail_id) or b"", attachment.part)).hexdigest()
    except (KeyError, Unparsable):
        return None
