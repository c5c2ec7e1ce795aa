"""What a bounce says in words: whether something failed, for whom, and with which code.

The notice ends where the returned mail begins. Lines that stand alone with an address, as all mail servers write them,
come before addresses within sentences.
"""

import re
from collections.abc import Iterable, Iterator

from mailgate.domain.mail import canonical_address
from mailgate.domain.report import Delivery, DeliveryAction

_LOOKED_AT = 12_000
_MOST_RECIPIENTS = 100
_RETURNED_BELOW = re.compile(
    r"(?mi)^[ \t>*=_-]{0,40}(?:(?:this is|below this line is|here is|following is|begin(?:ning)? of|start of|"
    r"included is|attached is)?[ \t]*(?:a |the )?"
    r"(?:copy of (?:the|your|my) (?:original )?(?:message|mail|header)|original (?:message|mail|e-?mail|header)s?|"
    r"(?:your |the )?(?:unsent|returned|undelivered|failed|rejected|bounced) (?:message|mail)\b|message (?:text|"
    r"header|contents)|"
    r"returned (?:message|mail)|message follows|header of the (?:original|message)|(?:the )?body of (?:the|"
    r"your) message))"
    r".{0,100}$"
)
_HEADERS_BEGIN = re.compile(
    r"(?m)^[ \t]{0,8}(?:Received: (?:from|by|\(qmail)|Return-Path: |Message-ID: ?<|DKIM-Signature: |"
    r"MIME-Version: 1|X-Received: )"
)
_FAILURE = re.compile(
    r"undeliver|not (be )?(deliver|sent|reach|received)|(un|in)able to (deliver|reach|send|relay)|"
    r"deliver\w* .{0,40}(fail|delay|problem|error|impossible|not possible)|(failed|failure) .{0,30}deliver|"
    r"fail(ed|ure|ing) (to|in) (deliver|reach|send)|delivery .{0,60}(suspended|attempt|could not|status)|"
    r"permanent (fatal )?error|fatal error|transient|user[ -]?unknown|unknown (user|recipient|address|local|"
    r"mailbox)|"
    r"no such (user|person|address|mailbox|recipient|domain|account)|(mailbox|user|account|recipient|address|"
    r"domain|host)\W.{0,60}(is |was )?(full|unavailable|unknown|disabled|inactive|not (found|exist|listed|known|"
    r"valid)|does not exist|doesn.?t (exist|have)|invalid|rejected|over quota|suspended|closed|refused)|"
    r"returned to (you|sender)|quota|could ?n[o']t (be )?(deliver|found|find|reach|connect|sen[dt])|not found|"
    r"did not reach|didn.t reach|has been delayed|still being retried|will (be )?(retr|keep trying|continue)|"
    r"relay(ing)? (access )?denied|message (was )?(rejected|refused|blocked|bounced)|"
    r"\b[45]\d\d[ -]#?[45]\.\d\.\d|\b(550|551|552|553|554|450|451|452|421)\b[ -]|\b5\.[0-7]\.\d{1,3}\b|"
    r"kunde inte (levereras|leverera|skickas|nå)|går inte att (leverera|nå)|inte levererat|okänd (mottagare|"
    r"användare)|finns inte|inte (kunnat|kunde)|"
    r"ei voi(tu|da)? toimit|toimitus epäonnistui|tuntematon|(kunne|kan) ikke (leveres|nås|levere)|ukjent|ukendt|"
    r"ikke (levert|leveret)|"
    r"nicht (zugestellt|zustell|übermittel|erreich|gefunden)|unzustellbar|unbekannt|konnte .{0,60}nicht|"
    r"n'a (pas pu|pu) |non remis|impossible|inconnu|no se (ha )?(pudo|puede|podido)|desconocid|no existe|"
    r"niet (worden )?(bezorgd|afgeleverd|bereik)|onbekend|"
    r"impossibile|sconosciut|non è stato|não foi|desconhecid|nie (można|został)|не (был|доставлен|может|"
    r"существует)|送信できません|配信できません|一杯|Unknown",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"delay|deferr|will (be )?(retr|keep trying|continue)|still (trying|being|in the queue|undelivered)|"
    r"not yet been|this is a warning|warning message only|do not need to resend|"
    r"no action is required|retry(ing)? (for|until)|temporar(y|ily) (fail|problem|error)|försenad|viivästy|"
    r"forsinke|verzögert|retard|vertraagd|continue to be made",
    re.IGNORECASE,
)
_DELAY_TITLE = re.compile(
    r"(warning\b|delayed (mail|message|delivery)|.{0,60}(\(delay(ed)?\)|: delayed$))", re.I | re.M
)
_GAVE_UP = re.compile(
    r"permanent|fatal|giving up|gave up|given up|returned (to|mail)|too long|expired|retry (time|timeout) (not |"
    r"exceed)|"
    r"retry timeout exceeded|will not be retried|no longer be|could not be delivered (for|after|within)",
    re.IGNORECASE,
)
_DELIVERED = re.compile(
    r"success(ful(ly)?)? (deliver|relay|receiv)|(was|has been|were) (successfully )?(delivered|relayed)|"
    r"delivery (was )?success|levererat(s)? till|erfolgreich zugestellt",
    re.IGNORECASE,
)
_NO = re.compile(r"\b(not|unable|fail\w*|never|n't|could|undeliver\w*)\b", re.IGNORECASE)
_STATUS = re.compile(r"(?<![\d.])([245]\.[0-7]\.\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?:[ -](?=\D)|(?=[,;:)\]]))")
_SAID = re.compile(r"(?mi)^Action:\s*(failed|delayed|delivered)\b")
_CODE = re.compile(r"(?mi)^Status:\s*([245]\.\d{1,3}\.\d{1,3})\b")
_FINAL = re.compile(r"(?mi)^(?:Final|Original)-Recipient:\s*(?:rfc822\s*;)?\s*<?([^\s<>;]{1,64}@[^\s<>;]{1,190})")
_X400 = re.compile(r"\bSMTP=([^\s<>;:,\"'()=]{1,64}@[^\s<>;:,\"'()=]{1,190})", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>;:,\"'()\[\]=|`]{1,64}@[^\s<>;:,\"'()\[\]|`]{1,190}")
_ALONE = re.compile(
    r"\s*(?:[-*•>|]\s*)?(?P<label>[^\W\d_][\w ()./'-]{0,60}[:=]\s*)?(?:rfc822\s*;\s*)?"
    r"(?:\"[^\"]{0,80}\"\s*|'[^']{0,80}'\s*)?[<('\"\[]{0,2}(?:smtp:|mailto:)?"
    r"(?P<address>[^\s<>;:,\"'()\[\]=]{1,64}@[^\s<>;:,\"'()\[\]]{1,190}?)[>)'\"\]]{0,2}\s*"
    r"(?:[:;,.]|\.{2,}|on\b.*|\(.*|[-–]{1,3}\s.*|->.*|<-.*|:.*|\s{2,}.*|<mailto:.*)?\s*",
    re.IGNORECASE,
)
# Fields of the mail that was not delivered: "To" names those it was for, the others nobody who could not be reached.
_MEANT_FOR = re.compile(r"(to|till?|til|an|a|à|para|aan|vastaanottaja|do|кому)\s*[:=]", re.IGNORECASE)
_OTHERS = re.compile(
    r"(cc|bcc|from|sender|reply-to|return-path|from address|mail from|errors-to|från|fra|von|de|lähettäjä|"
    r"envelope[- ]from|message-id|"
    r".*(contact|help|report|host|server|mta|postmaster|id|by)\b.*)\s*[:=]",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(contact|help|question|abuse|support|assist|write to|e-?mail us|send .{0,40} to|report)\b", re.IGNORECASE
)
_ROLE = re.compile(r"(mailer[-_.]?daemon|postmaster|abuse|noreply|no-reply)@", re.IGNORECASE)
# What words say where no code does (RFC 3463 §3).
_BY_WORDS = {
    "{}.2.2": (
        r"(mailbox|quota|inbox|disk|storage).{0,40}(full|exceed|over)|over ?quota|insufficient (disk|storage)|一杯"
    ),
    "{}.2.1": (
        r"(account|mailbox|user).{0,30}(disabled|suspended|inactive|locked|expired)|no longer (active|here|valid)"
    ),
    "{}.1.2": (
        r"(host|domain|system|mail ?server)\W.{0,40}(unknown|not (found|exist)|does ?n[o']t exist|invalid)|"
        r"unknown (host|domain)|no such (domain|host)|nxdomain|name (server|lookup)|bad destination system"
    ),
    "{}.1.1": (
        r"user[ -]?unknown|unknown (user|recipient|local|address|mailbox)|no such (user|person|recipient|mailbox|"
        r"address|account)|(user|recipient|address|mailbox|account)\W.{0,60}(unknown|not (found|exist|known|"
        r"listed|valid|recogni[sz]ed)|does ?n[o']t (exist|have)|invalid)|okänd (mottagare|användare)|unbekannt|"
        r"ukjent|ukendt|"
        r"tuntematon|inconnu|desconocid|onbekend"
    ),
    "{}.3.4": (r"(message|mail).{0,40}(too (big|large)|size exceed|exceeds)|size limit"),
    "{}.7.1": (
        r"spam|virus|blocked|blacklist|policy|relay(ing)? (access )?denied|access denied|not permitted|spf|dmarc|dkim"
    ),
    "{}.4.6": (r"too many hops|mail loop|routing loop"),
    "{}.4.7": (
        r"timed? ?out|time(out)? exceeded|connection refused|could not connect|too long|retry|expired|unreachable"
    ),
}
_WORDS = {form: re.compile(words, re.IGNORECASE) for form, words in _BY_WORDS.items()}


def notice_of(text: str) -> str:
    """The server's own words: all that stands above the returned mail."""
    head = text[:_LOOKED_AT]
    ends = [match.start() for match in (_RETURNED_BELOW.search(head), _HEADERS_BEGIN.search(head)) if match]
    above = head[: min(ends)] if ends else head
    return above if above.strip() else head


def states_failure(notice: str) -> bool:
    """Whether the notice says that something was not, not yet, or in the end delivered."""
    return _FAILURE.search(notice) is not None or _DELIVERED.search(notice) is not None


def read_notice(text: str, *, subject: str, not_meant: frozenset[str], guess: bool = True) -> tuple[Delivery, ...]:
    """For each recipient that the notice names; one without a recipient if it names none.

    ``not_meant``: addresses, canonical, that take part in the telling. ``guess``: whether words may stand for a code.
    """
    flattened = _flattened(text[:_LOOKED_AT])
    if flattened:
        return flattened
    notice = notice_of(text)
    action = _action(f"{subject}\n{notice}")
    lines = notice.splitlines()
    tiers = (_alone(lines), _in_x400(lines), _meant_for(lines), _in_sentences(lines), _anywhere(lines))
    found = _first_with_any(*tiers, not_meant=not_meant)[:_MOST_RECIPIENTS]
    status = _stated(notice) or (_guessed(notice, action) if guess else None)
    if not found:
        return (Delivery(recipient="", action=action, status=status),)
    return tuple(Delivery(recipient=each, action=action, status=_own_status(lines, at) or status) for each, at in found)


def _flattened(text: str) -> tuple[Delivery, ...]:
    """RFC 3464's own fields, in a report whose parts somebody made into one."""
    named = dict.fromkeys(match[1] for match in _FINAL.finditer(text) if canonical_address(match[1]) is not None)
    said, code = _SAID.search(text), _CODE.search(text)
    action = DeliveryAction(said[1].lower()) if said else DeliveryAction.FAILED
    status = code[1] if code and not code[1].endswith(".0.0") else _stated(text) or (code[1] if code else None)
    return tuple(Delivery(recipient=each, action=action, status=status) for each in list(named)[:_MOST_RECIPIENTS])


def _first_with_any(*tiers: Iterable[tuple[str, int]], not_meant: frozenset[str]) -> list[tuple[str, int]]:
    for tier in tiers:
        found: dict[str, tuple[str, int]] = {}
        for text, at in tier:
            written = text.strip(".'-")
            address = canonical_address(written)
            if address is not None and address not in not_meant and not _ROLE.match(address):
                found.setdefault(address, (written, at))
        if found:
            return list(found.values())
    return []


def _labelled(lines: list[str]) -> Iterator[tuple[str, str, int]]:
    for at, line in enumerate(lines):
        if "@" in line and len(line) < 500 and (match := _ALONE.fullmatch(line)):
            yield (match["label"] or "").strip(), match["address"], at


def _alone(lines: list[str]) -> Iterator[tuple[str, int]]:
    for label, address, at in _labelled(lines):
        if not _MEANT_FOR.fullmatch(label) and not _OTHERS.fullmatch(label):
            yield address, at


def _in_x400(lines: list[str]) -> Iterator[tuple[str, int]]:
    """``c=SE;a= ;o=Kund;dda:SMTP=anna@kund.example;``: how old Exchange servers name whom they do not know."""
    return ((match[1], at) for at, line in enumerate(lines) if (match := _X400.search(line)))


def _meant_for(lines: list[str]) -> Iterator[tuple[str, int]]:
    return ((address, at) for label, address, at in _labelled(lines) if _MEANT_FOR.fullmatch(label))


def _in_sentences(lines: list[str]) -> Iterator[tuple[str, int]]:
    for address, at in _anywhere(lines):
        if _FAILURE.search(" ".join(lines[max(0, at - 2) : at + 3])):
            yield address, at


def _anywhere(lines: list[str]) -> Iterator[tuple[str, int]]:
    for at, line in enumerate(lines):
        if "@" in line and len(line) < 2_000 and _ASIDE.search(line) is None:
            yield from ((match[0], at) for match in _ADDRESS.finditer(line))


def _own_status(lines: list[str], at: int) -> str | None:
    """A code beside the address, or in the lines under it, before the next address."""
    for offset, line in enumerate(lines[at : at + 6]):
        if offset and (not line.strip() or _ALONE.fullmatch(line[:500])):
            return None
        if match := _STATUS.search(line):
            return match[1]
    return None


def _action(text: str) -> DeliveryAction:
    if _DELIVERED.search(text) and not _NO.search(text):
        return DeliveryAction.DELIVERED
    if _DELAY_TITLE.match(text) or (_DELAY.search(text) and not _GAVE_UP.search(text)):
        return DeliveryAction.DELAYED
    return DeliveryAction.FAILED


def _stated(notice: str) -> str | None:
    codes = _STATUS.findall(notice)
    return next((code for code in codes if not code.endswith(".0.0")), codes[0] if codes else None)


def _guessed(notice: str, action: DeliveryAction) -> str:
    reply = _REPLY.search(notice)
    digit = reply[1][0] if reply else {DeliveryAction.DELAYED: "4", DeliveryAction.DELIVERED: "2"}.get(action, "5")
    if digit == "2":
        return "2.0.0"
    return next((form.format(digit) for form, pattern in _WORDS.items() if pattern.search(notice)), f"{digit}.0.0")
