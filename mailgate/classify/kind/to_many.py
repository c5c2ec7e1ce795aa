"""Mail that was written to many: lists (RFC 2369, RFC 2919), newsletters, bulk."""

from mailgate.classify.kind.signs import Seen
from mailgate.domain.kind import Kind, MailKind

_LIST_FIELDS = ("list-id", "list-unsubscribe", "list-post", "list-help", "list-subscribe", "list-owner",
                "list-archive", "list-unsubscribe-post", "mailing-list", "x-mailing-list", "x-list-id", "x-listname",
                "x-mailman-version", "x-beenthere", "x-loop-list", "x-ml-name", "x-mlserver", "x-google-group-id",
                "x-campaign", "x-campaign-id", "x-campaignid", "x-mailchimp-id", "x-csa-complaints",
                "x-bulkmail")  # fmt: skip
_PRECEDENCES = frozenset({"bulk", "list", "junk"})


def written_to_many(seen: Seen) -> Kind | None:
    """A list's or a mailing's own fields, unless the list is our own address."""
    if _is_our_list(seen):
        return None
    words = seen.words("precedence")
    if any(word in _PRECEDENCES for word in words):
        return Kind(kind=MailKind.LIST, evidence="Precedence", answerable=False)
    present = seen.present(_LIST_FIELDS)
    if not present:
        return None
    return Kind(kind=MailKind.LIST, evidence=present[0].title().replace("-Id", "-ID"), answerable=False)


def _is_our_list(seen: Seen) -> bool:
    # Where support@ is itself a list (a Google group, say), every customer's mail comes with that list's headers.
    ids = {value.lower().rpartition("<")[2].rstrip("> ") for value in seen.fields("list-id")}
    return any(own.replace("@", ".") in ids for own in seen.own_addresses)
