"""Reads the parts that machines write for machines: delivery status (RFC 3464), complaints (RFC 5965), returned mail.

Says what stands there, and judges nothing: whether a mail is a bounce, and of what, is for ``classify.kind``.
Only parts of the mail itself are read: a bounce that somebody attached reports nothing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailgate.domain.mail import canonical_address
from mailgate.domain.report import Delivery, DeliveryAction
from mailgate.ingest.decoding import one_line
from mailgate.ingest.header_scan import HeaderBlock, normalised, scan
from mailgate.ingest.limits import MAX_HEADER_BYTES, Unparsable
from mailgate.ingest.mime_tree import Leaf, content

_STATUS_TYPES = frozenset(("message/delivery-status", "message/global-delivery-status"))
_FEEDBACK_TYPES = frozenset(("message/feedback-report", "message/x-arf-report"))
_RETURNED_TYPES = frozenset(("message/rfc822", "message/global", "message/global-headers", "message/rfc822-headers",
                             "text/rfc822-headers", "text/rfc822-header", "text/rfc822"))  # fmt: skip
# What Outlook.com's junk reports carry in place of a feedback-report part.
_COMPLAINT_FIELDS = ("x-hmxmroriginalrecipient", "x-complaints-originalrecipient")
_MAX_REPORT = 64 * 1024
_MAX_BLOCKS = 101
_MAX_RETURNED = 5
_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{1,900}>")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_BLANK = re.compile(rb"\r?\n(?:[ \t]*\r?\n)+")
_ADDRESS = re.compile(r"[^\s<>;:,\"()\[\]]+@[^\s<>;:,\"()\[\]]+")
_ACTIONS = {
    "failed": DeliveryAction.FAILED, "failure": DeliveryAction.FAILED, "delayed": DeliveryAction.DELAYED,
    "delivered": DeliveryAction.DELIVERED, "relayed": DeliveryAction.DELIVERED, "expanded": DeliveryAction.DELIVERED,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """What the parts for machines say. ``feedback``: the complaint's type; ``returned_ids``: of mail that came back."""

    deliveries: tuple[Delivery, ...] = ()
    feedback: str | None = None
    returned_ids: tuple[str, ...] = ()


def read_reports(leaves: Iterable[Leaf]) -> Reports:
    """Out of all leaves of a mail."""
    deliveries: list[Delivery] = []
    returned: list[str] = []
    feedback: str | None = None
    for leaf in leaves:
        media_type = leaf.part.media_type
        if media_type in _STATUS_TYPES and not deliveries:
            deliveries += _deliveries(content(leaf.part)[:_MAX_REPORT])
        elif media_type in _FEEDBACK_TYPES:
            feedback = feedback or _feedback_type(content(leaf.part)[:_MAX_REPORT])
        elif media_type in _RETURNED_TYPES and len(returned) < _MAX_RETURNED:
            block = _block(content(leaf.part)[:MAX_HEADER_BYTES])
            returned += _ids(block)
            feedback = feedback or _complaint(block)
    return Reports(deliveries=tuple(deliveries), feedback=feedback, returned_ids=tuple(dict.fromkeys(returned)))


def _deliveries(octets: bytes) -> Iterator[Delivery]:
    """RFC 3464 §2.1: fields of the message, then fields of each recipient, blank lines between."""
    for piece in _BLANK.split(octets.strip())[:_MAX_BLOCKS]:
        block = _block(piece + b"\n")
        if block is not None and any(each.name in ("final-recipient", "action", "status") for each in block.fields):
            yield _delivery(block)


def _delivery(block: HeaderBlock) -> Delivery:
    # What the sender wrote to is the original recipient (§2.3.1), if the reporting server was told.
    named = (*block.values("original-recipient"), *block.values("final-recipient"), *block.values("x-actual-recipient"))
    recipient = next((address for value in named if (address := _address(value))), "")
    diagnostic = next(iter(block.values("diagnostic-code")), "")
    codes = [code for value in (*block.values("status"), diagnostic) for code in _STATUS.findall(value)]
    # "5.0.0" and "5.1.0" say "other": the diagnostic often says what.
    status = next((code for code in codes if not code.endswith(".0")), codes[0] if codes else None)
    said = next(iter(block.values("action")), "").split(" ")[0].lower()
    action = _ACTIONS.get(said) or _by_class(status)
    return Delivery(recipient=recipient, action=action, status=status, diagnostic=one_line(diagnostic)[:300])


def _by_class(status: str | None) -> DeliveryAction:
    by_class = {"2": DeliveryAction.DELIVERED, "4": DeliveryAction.DELAYED}
    return by_class.get((status or "5")[0], DeliveryAction.FAILED)


def _address(value: str) -> str:
    """``rfc822; <anna@kund.example>`` → the address; empty if there is no plain one."""
    found = _ADDRESS.search(value.rpartition(";")[2])
    address = found[0].strip(".'") if found else ""
    return address if canonical_address(address) is not None else ""


def _feedback_type(octets: bytes) -> str:
    block = _block(octets)
    said = next(iter(block.values("feedback-type")), "") if block is not None else ""
    return one_line(said)[:40].lower() or "other"


def _complaint(block: HeaderBlock | None) -> str | None:
    known = block is not None and any(each.name in _COMPLAINT_FIELDS for each in block.fields)
    return "abuse" if known else None


def _ids(block: HeaderBlock | None) -> list[str]:
    return [found for value in block.values("message-id") for found in _ID.findall(value)] if block is not None else []


def _block(octets: bytes) -> HeaderBlock | None:
    try:
        return scan(normalised(octets.lstrip()))
    except Unparsable:
        return None
