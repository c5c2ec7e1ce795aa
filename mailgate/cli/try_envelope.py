"""The envelope of a mail that is tried: as a door would have handed it over, but for what is assumed of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from mailgate.cli.failure import MISUSED, NOT_DONE, Failure
from mailgate.domain.authenticity import Authenticity, Proof

if TYPE_CHECKING:
    from mailgate.config import Config, ImapConfig
    from mailgate.domain.mail import Envelope, ParsedMail
    from mailgate.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What is said of it on the command line; None: as it most likely was."""

    mail_from: str | None
    rcpt_to: tuple[str, ...]
    client: str
    door: str
    proof: Proof | None
    check: bool


def envelope_of(
    config: "Config", content: bytes, mail: "ParsedMail | None", assumed: Assumed, *, at: datetime
) -> "Envelope":
    """With what the door would find out about its author; DNS is asked only where that is wanted."""
    from mailgate.domain.mail import Envelope, Origin

    box = _mailbox(config, assumed.door)
    own = box.address if box is not None else _ours(config, mail)
    envelope = Envelope(
        mail_from=_sender(mail, assumed) if box is None else None,
        rcpt_to=assumed.rcpt_to or (own,),
        received_at=at,
        origin=Origin.SMTP if box is None else Origin.IMAP,
        peer=f"imap:{box.name}/{box.folders[0]}" if box is not None else assumed.client,
        content=content,
    )
    return _examined(config, box, envelope, proof=assumed.proof, check=assumed.check)


def _sender(mail: "ParsedMail | None", assumed: Assumed) -> str | None:
    if assumed.mail_from is not None:
        return assumed.mail_from.strip("<> ") or None
    return mail.author.spec if mail is not None and mail.author is not None else None


def _mailbox(config: "Config", door: str) -> "ImapConfig | None":
    if door == "smtp":
        return None
    for box in config.imap:
        if box.name == door:
            return box
    known = ", ".join(["smtp", *(box.name for box in config.imap)])
    raise Failure(f"--door: there is no {door!r}; known are {known}", code=MISUSED)


def _ours(config: "Config", mail: "ParsedMail | None") -> str:
    """The first of our addresses that it is written to; else the first that we have."""
    from mailgate.ingest.recipients import recipients_of

    ours = recipients_of(config.addresses)
    written_to = (*mail.to, *mail.cc) if mail is not None else ()
    return next((one.spec for one in written_to if ours.address_for(one.spec)), config.addresses.support[0])


def _examined(
    config: "Config", box: "ImapConfig | None", envelope: "Envelope", *, proof: Proof | None, check: bool
) -> "Envelope":
    """With what the door would find out about its author; DNS is asked only where that is wanted."""
    if proof is not None:
        return replace(envelope, authenticity=Authenticity(proof=proof, evidence="taken for granted, for this trial"))
    if box is not None:
        from mailgate.ingest.authenticity.told import examined_by

        ours = (*config.addresses.support, *config.addresses.orders, box.address)
        return replace(envelope, authenticity=examined_by(box.authserv_id, ours=ours)(envelope.content))
    if config.identity.smtp == "off" or (config.identity.smtp == "check" and not check):
        return envelope
    return replace(envelope, authenticity=_asked(config, envelope))


def _asked(config: "Config", envelope: "Envelope") -> Authenticity | None:
    from mailgate.ingest.authenticity.door import examiner
    from mailgate.ingest.authenticity.undecided import UndecidedError
    from mailgate.ingest.line_ends import normalised

    examine = examiner(config)
    as_on_the_wire = replace(envelope, content=normalised(envelope.content))  # else no signature would hold
    try:
        return examine(as_on_the_wire, "localhost") if examine is not None else None
    except UndecidedError:
        raise Failure("DNS does not tell now who wrote it; the door would put the mail off", code=NOT_DONE) from None


def refused_at_the_door(config: "Config", database: "Database", envelope: "Envelope") -> str:
    """Why the SMTP door would not take it; empty if it would."""
    from mailgate.domain.mail import Origin
    from mailgate.ingest.recipients import recipients_of

    if envelope.origin != Origin.SMTP:
        return ""
    ours = recipients_of(config.addresses)
    strange = [address for address in envelope.rcpt_to if ours.address_for(address) is None]
    if strange:
        return f"{strange[0]} is no address of ours"
    if len(envelope.content) > config.smtp.max_mail_bytes:
        return "it is larger than [smtp] max_mail_bytes"
    if config.addresses.strangers == "refuse" and envelope.mail_from is not None:
        with database.reading() as uow:
            if not uow.customers.knows_sender(envelope.mail_from):
                return "its sender is a stranger, and strangers are refused ([addresses] strangers)"
    return ""
