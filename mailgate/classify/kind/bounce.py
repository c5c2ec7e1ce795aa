"""Bounces and complaints: what mail servers say about a mail that was sent.

Many are no ``multipart/report``: qmail, Exim, Postfix's plain form, Exchange, Domino, gateways. One sign that only
machines make is enough (a status part, X-Failed-Recipients); of those that people might make, too, it takes two.
"""

import re
from collections.abc import Iterator

from mailgate.classify.kind.bounce_text import notice_of, read_notice, states_failure
from mailgate.classify.kind.signs import Seen
from mailgate.domain.kind import Kind, MailKind
from mailgate.domain.mail import canonical_address
from mailgate.domain.report import Delivery, DeliveryAction

_REPORT_TYPES = frozenset({"delivery-status", "global-delivery-status"})
_STATUS_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED_PARTS = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})
_DAEMON = re.compile(
    r"(internet[-_.]?)?mail(er)?[-_.]?daemon|mdaemon|post[-_.]?master|mail[-_.](delivery|"
    r"deliver)([-_.](sub)?system)?|bounces?|"
    r"microsoftexchange[0-9a-f]{10,}"
)
_DAEMON_NAME = re.compile(
    r"(internet )?mail(er)?[ -]?(delivery|deliver|daemon)([ -](sub)?(system|service|agent))?|mailer[ -]?daemon|"
    r"mdaemon|"
    r"post[ -]?master|mail (system|administrator|router)",
    re.IGNORECASE,
)
# People and their mailboxes are called so, too.
_MAYBE_DAEMON = re.compile(
    r"mailer|mail[-_. ]?(system|router|gateway|admin|server|delivery)|\bsmtp|smtp\b|_smtp_|post_?master|"
    r"microsoft (outlook|exchange)|\bndr\b|undeliver|non[-_.]?delivery|gateway|anti-?virus|\bmta\b|no[-_.]?reply|"
    r"bounce|interscan|barracuda|mimecast|content[- ]?filter",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver(ed|able)|could not be delivered|(not|un)[ -]?deliver|deliver(y|ed|ing)? (status )?(notification|"
    r"report|fail|problem|error|delayed|has failed|was delayed)|"
    r"delivery (status|failure|failed|incomplete|notification|attempt|has been)|(failure|failed|error|delayed|"
    r"problem)\W{0,3}(in |with )?deliver|failure (notice|delivery)|returned (mail|to sender|message|e-?mail)|"
    r"mail (delivery )?(fail|error|not delivered|could not|returned|undeliver|system error)|message (status|"
    r"delivery|could not|not delivered|undeliverable|delayed|has not been)|"
    r"non[ -]?(delivery|remis)|\bn(on[ -]?)?dr\b|failed mail|returning (message|mail)|error sending|undelivered|"
    r"warning:? .{0,60}(delayed|not sent|user unknown|still in queue)|"
    r"rejected (mail|message)|mail rejected|message rejected|your message .{0,80}(not|was) (be )?(deliver|reject|"
    r"sent)|nondeliverable|"
    r"oleveransbar|kunde inte levereras|går inte att leverera|(inte|ej) levererat|leverans(misslyckande|fel|"
    r"status|rapport)|olevererbart|obeställbart|"
    r"ei voi(tu)? toimittaa|toimit(us|tamatta)|(kan|kunne) ikke leveres|ikke levert|leveringsfejl|leveringsfeil|"
    r"kan ikke leveres|ikke leveret|"
    r"unzustellbar|nicht zugestellt|zustellung|nicht zustellbar|nicht übermittelt|nicht zugestellte|"
    r"non remis|non distribu|impossible de (distribuer|remettre)|échec de (la )?(remise|distribution)|"
    r"no se puede entregar|no entregad|devuelto|fallo en la entrega|onbestelbaar|niet (worden )?bezorgd|"
    r"niet afgeleverd|"
    r"impossibile recapitare|mancato recapito|mancata consegna|não entregue|não foi possível entregar|"
    r"nie dostarczono|zwrot|niedostarczona|"
    r"не доставлено|не может быть доставлено|недоставлен|退信|送信できません|エラー通知|"
    r"配信できませんでした|郵件傳送失敗|邮件传输失败|系统退信",
    re.IGNORECASE,
)

# A complaint in the form of X-ARF; and one whose parts somebody made into one.
_XARF_FIELDS = ("x-arf", "x-xarf")
_FEEDBACK = re.compile(r"(?m)^Feedback-Type: ?(abuse|fraud|virus|opt-out|auth-failure|not-spam|other)\b")
_FINAL = re.compile(r"(?m)^Final-Recipient:")
_STATUS = re.compile(r"(?m)^(Action|Status):")


def bounced(seen: Seen) -> Kind | None:
    """What a server says of a mail's way to its recipients."""
    evidence = next(_evidence(seen), None)
    if evidence is None:
        return None
    return Kind(kind=MailKind.BOUNCE, evidence=evidence, deliveries=_deliveries(seen), answerable=False)


def complaint(seen: Seen) -> Kind | None:
    """Somebody pressed "this is spam", or a server reports on authentication (RFC 5965, RFC 6591)."""
    mail = seen.mail
    if mail.report_type == "feedback-report":
        return Kind(kind=MailKind.FEEDBACK_REPORT, evidence="multipart/report; feedback-report", answerable=False)
    if any(value not in ("no", "") for name in seen.present(_XARF_FIELDS) for value in seen.words(name)):
        return Kind(kind=MailKind.FEEDBACK_REPORT, evidence="X-ARF", answerable=False)
    flattened = _returns(seen) and _FEEDBACK.search(mail.text) is not None
    if not (mail.feedback is not None or flattened) or seen.passed_on:
        return None
    return Kind(kind=MailKind.FEEDBACK_REPORT, evidence="report part", answerable=False)


def _evidence(seen: Seen) -> Iterator[str]:
    yield from _made_by_machines_only(seen)
    yield from _two_signs(seen)


def _made_by_machines_only(seen: Seen) -> Iterator[str]:
    mail = seen.mail
    by_type = mail.report_type in _REPORT_TYPES
    if by_type or (mail.report_type is None and mail.content_type.lower() == "multipart/report"):
        yield "multipart/report"
    if mail.header("x-failed-recipients"):
        yield "X-Failed-Recipients"
    # A person who passes a bounce on may pass its parts on as well.
    if any(part.content_type.lower() in _STATUS_PARTS for part in mail.attachments) and not seen.passed_on:
        yield "report part"
    if _auto_failure(seen):
        yield "Auto-Submitted: failure"


def _two_signs(seen: Seen) -> Iterator[str]:
    is_daemon = _is_daemon(seen)
    may_be_daemon = not seen.passed_on and _may_be_daemon(seen)
    if not (is_daemon or may_be_daemon or seen.no_way_back):
        return  # nearly every mail: neither its subject nor its text need be searched
    titled, returns = _titled(seen), _returns(seen)
    no_way_back = seen.no_way_back and (titled or returns)
    if not (is_daemon or may_be_daemon or no_way_back):
        return
    tells = _tells(seen)
    if is_daemon and (titled or tells or returns):
        yield f"From: mail daemon, {'Subject' if titled else 'text'}"
    elif is_daemon and not _answers(seen):
        yield "From: mail daemon"
    if no_way_back and tells:
        yield "null reverse-path, text"
    # A customer whose invoices bounce writes the same words: the rest is for names that no person has.
    if may_be_daemon and tells:
        yield from _of_mail_system(seen, titled=titled)


def _of_mail_system(seen: Seen, *, titled: bool) -> Iterator[str]:
    if titled and _names_recipient(seen):
        yield "From: mail system, Subject, text"
    if _reports_in_text(seen):
        yield "From: mail system, report fields in the text"


def _is_daemon(seen: Seen) -> bool:
    named = _DAEMON.fullmatch(seen.local_part) or _DAEMON_NAME.fullmatch(seen.author.name.strip())
    return named is not None


def _may_be_daemon(seen: Seen) -> bool:
    if (seen.mail.header("from") or "x").strip().endswith("<>"):  # nobody: no person's program sends that
        return True
    return any(_MAYBE_DAEMON.search(words) for words in (seen.local_part, seen.author.name))


def _titled(seen: Seen) -> bool:
    return _SUBJECT.search(seen.subject) is not None


def _tells(seen: Seen) -> bool:
    return states_failure(notice_of(seen.mail.text))


def _returns(seen: Seen) -> bool:
    return any(part.content_type.lower() in _RETURNED_PARTS for part in seen.mail.attachments)


def _names_recipient(seen: Seen) -> bool:
    return any(delivery.recipient for delivery in _deliveries(seen)) or _returns(seen)


def _auto_failure(seen: Seen) -> bool:
    # sendmail's form, "auto-generated (failure)": a comment, yet nobody else writes it.
    return any("failure)" in value.lower() for value in seen.fields("auto-submitted")) and _titled(seen)


def _answers(seen: Seen) -> bool:
    """An automatic answer under a postmaster's name; a bounce says that it failed."""
    replied = any(value.startswith("auto-replied") for value in seen.words("auto-submitted"))
    return replied and not _titled(seen) and not _tells(seen)


def _reports_in_text(seen: Seen) -> bool:
    """RFC 3464's own fields: a gateway flattened the report."""
    return _FINAL.search(seen.mail.text) is not None and _STATUS.search(seen.mail.text) is not None


def _deliveries(seen: Seen) -> tuple[Delivery, ...]:
    """By the part for machines, as far as it goes; the header, and the text for people, fill what it leaves open."""
    known = seen.mail.deliveries
    if known and all(each.recipient and each.status and not each.status.endswith(".0.0") for each in known):
        return known
    read = read_notice(seen.mail.text, subject=seen.subject, not_meant=_not_meant(seen), guess=not known)
    failed = [each for each in _listed(seen) if canonical_address(each) is not None]
    if known:
        spare = failed or [delivery.recipient for delivery in read if delivery.recipient]
        return tuple(_filled(delivery, spare, read) for delivery in known)
    if failed:
        by_address = {delivery.recipient.lower(): delivery for delivery in read}
        action = read[0].action if read else DeliveryAction.FAILED
        status = read[0].status if read else None
        alike = [
            by_address.get(each.lower()) or Delivery(recipient=each, action=action, status=status) for each in failed
        ]
        return tuple(dict.fromkeys(alike))
    return read


def _filled(delivery: Delivery, spare: list[str], read: tuple[Delivery, ...]) -> Delivery:
    recipient = delivery.recipient or (spare[0] if len(spare) == 1 else "")
    in_words = [each.status for each in read if each.recipient.lower() == recipient.lower()] or [
        each.status for each in read[:1]
    ]
    # "5.0.0" says only that it failed; the words often say why.
    vague = delivery.status is None or delivery.status.endswith(".0.0")
    status = in_words[0] if vague and in_words and _agrees(in_words[0], delivery.status) else delivery.status
    return Delivery(recipient=recipient, action=delivery.action, status=status, diagnostic=delivery.diagnostic)


def _agrees(in_words: str | None, stated: str | None) -> bool:
    return in_words is not None and (stated is None or in_words[0] == stated[0])


def _listed(seen: Seen) -> list[str]:
    return [word.strip(" <>") for value in seen.fields("x-failed-recipients") for word in value.split(",")]


def _not_meant(seen: Seen) -> frozenset[str]:
    """Who reports, and who is told: neither is who could not be reached."""
    to = [address.spec for address in (*seen.mail.to, *seen.mail.cc)]
    return frozenset({seen.author.spec.lower(), *to})
