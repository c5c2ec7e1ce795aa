"""A reply to the gist of a colleague's held mail: with it a SuperUser makes that mail a ticket of their own, or none.

Domain, "Who may write" (ours). Whoever names a ticket of theirs in the subject means that ticket.
"""

from mailgate.classify.assent import Assent, assent
from mailgate.classify.contradictions import meant
from mailgate.domain.mail import ParsedMail
from mailgate.domain.verdict import Facts, Policy, Reason, TakeUp

_PLAIN_NO = 5
"""Words."""


def take_up(mail: ParsedMail, facts: Facts, policy: Policy) -> TakeUp | None:
    """A plain no turns it down; anything else, be it no word at all, takes it up."""
    superuser, held = facts.superuser, facts.gist_of
    if superuser is None or held is None or meant(facts).ticket is not None:
        return None
    said = assent(mail.new_text, name=mail.author.name if mail.author is not None else "")
    attached = any(not attachment.inline for attachment in mail.attachments)
    # A longer no may well be a question: who asks for help is never turned down by a word.
    wanted = said is not Assent.NO or attached or len(mail.new_text.split()) > _PLAIN_NO
    is_bare = said is Assent.YES or not mail.new_text.strip()
    return TakeUp(
        reason=Reason(rule="take-up" if wanted else "turn-down", evidence=f"replies to the gist of mail {held}"),
        held=held,
        superuser=superuser,
        wanted=wanted,
        speaks=wanted and (attached or not is_bare),
    )
