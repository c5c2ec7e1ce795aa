"""A person's mail that a rule of somebody's mailbox passed on to us, and that a server therefore marked as automatic.

Exchange writes ``Auto-Submitted: auto-generated`` on what inbox rules forward or redirect. What a person wrote must
not be lost for it: it is a person's mail, only it is not answered automatically (RFC 3834 §2).
"""

import re

from mailgate.classify.kind.answers import machine_author, says_automatic
from mailgate.classify.kind.signs import Seen
from mailgate.domain.kind import Kind, MailKind

# Written by the server that passes a mail on, never by one that answers it.
_RULE_FIELDS = (
    "x-ms-exchange-inbox-rules-loop", "x-ms-exchange-organization-autoforwarded", "autoforwarded", "auto-forwarded",
    "x-autoforward", "x-auto-forward", "x-autoforwarded", "x-forwarded-to", "x-sieve-redirected-from",
    "x-forwarded-by-rule", "x-ms-exchange-forwardingloop", "x-ms-exchange-parent-message-id", "resent-from",
)  # fmt: skip
_RULES_AGENT = re.compile(r"(mailbox )?rules? agent|inbox rule|forward|redirect", re.IGNORECASE)
_DENIALS = frozenset({"no", "false", "0", ""})
_REMADE = frozenset({"auto-generated", "auto-forwarded", "auto-redirected"})


def forwarded_by_rule(seen: Seen) -> Kind | None:
    """The server's mark of a rule, and no other sign of a machine than that same server's."""
    evidence = _rule_evidence(seen)
    if evidence is None or not _marked(seen) or seen.no_way_back:
        return None
    if says_automatic(seen) or machine_author(seen):
        return None
    return Kind(kind=MailKind.FORWARDED, evidence=evidence, answerable=False)


def _marked(seen: Seen) -> bool:
    """Auto-Submitted says that it was made anew, not that it is an answer."""
    return bool(seen.submitted) and _REMADE.issuperset(seen.submitted)


def _rule_evidence(seen: Seen) -> str | None:
    for name in seen.present(_RULE_FIELDS):
        if any(value not in _DENIALS for value in seen.words(name)):
            return name.title()
    by_agent = any(_RULES_AGENT.search(value) for value in seen.fields("x-ms-exchange-generated-message-source"))
    by_word = any("forward" in value or "redirect" in value for value in seen.words("auto-submitted"))
    if by_agent:
        return "X-Ms-Exchange-Generated-Message-Source"
    return "Auto-Submitted: forwarded" if by_word else None
