"""The identity suite through running doors: ``make identity``.

    python -m tests.identity.run

Every sample goes by SMTP to a desk that believes proven people only: one door checks by itself, with a name server on
loopback, and one is behind a border server. Fails if a forged sender counts as the SuperUser, or an honest one not.
"""

import smtplib
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mailgate.app import Workshop
from mailgate.config import Config, ParserConfig, SmtpConfig, TeamConfig
from mailgate.config_identity import IdentityConfig
from mailgate.config_smtp import LimitsConfig
from mailgate.domain.customer import Language
from mailgate.domain.mail import MailId
from mailgate.ingest.recipients import recipients_of
from mailgate.ingest.smtp_listener import SmtpListener
from mailgate.store.ports import SharedSpool
from tests.identity.forged import forged
from tests.identity.honest import honest
from tests.identity.sample import Sample
from tests.support.dns_stub import a_name_server, txt
from tests.support.signing import a_zone

PEOPLE = {"eva@kund.example": "K1", "olle@utan.example": "K2", "lisa@lax.example": "K3"}
_NO_LIMITS: Mapping[str, int] = {
    "mails_per_connection": 100_000, "mails_per_minute_per_client": 0, "mails_per_second_per_client": 0,
    "mails_per_minute_per_sender": 0, "connections_per_minute_per_client": 0, "faults": 100_000,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What became of a sample. ``believed``: it made a ticket in the name of its ``author``."""

    sample: Sample
    reply: str
    rule: str
    believed: bool


def endings(samples: Iterable[Sample]) -> list[Ending]:
    """Send them all, settle them all, and see."""
    with tempfile.TemporaryDirectory() as folder, _doors(Path(folder)) as (shop, doors):
        sent = [(sample, _sent(doors[sample.behind_border], sample)) for sample in samples]
        while shop.pipeline.work():
            pass
        return [_ending(shop, sample, reply) for sample, reply in sent]


@contextmanager
def _doors(folder: Path) -> Iterator[tuple[Workshop, dict[bool, SmtpListener]]]:
    zone = a_zone(**{"utan.example": txt("v=spf1 ip4:127.0.0.1 -all")})
    with a_name_server(zone) as server:
        check = IdentityConfig(smtp="check", unproven="hold", nameservers=(server.place,))
        border = IdentityConfig(smtp="border", unproven="hold", authserv_id="mx.desk.example")
        config = Config(
            home=folder,
            smtp=SmtpConfig(listen="127.0.0.1:0"),
            limits=LimitsConfig(relays=("10.0.0.0/8",), **_NO_LIMITS),  # type: ignore[arg-type]
            identity=check,
            parser=ParserConfig(children=1),
            teams=(TeamConfig(name="Support"),),
        )
        behind = config.model_copy(
            update={"identity": border, "limits": config.limits.model_copy(update={"relays": ("127.0.0.0/8",)})}
        )
        with Workshop(config) as shop:
            _register(shop)
            spool = SharedSpool(shop.database, on_new=shop.pipeline.wake.ring)
            recipients = recipients_of(config.addresses)
            doors = {
                at_border: SmtpListener(each, recipients=recipients, spool=spool, clock=shop.clock)
                for at_border, each in ((False, config), (True, behind))
            }
            for door in doors.values():
                door.start()
            try:
                yield shop, doors
            finally:
                for door in doors.values():
                    door.drain(2)


def _register(shop: Workshop) -> None:
    with shop.database.transaction() as uow:
        for address, code in PEOPLE.items():
            customer = uow.customers.save_customer(
                code=code, name=code, industry="", modules=[], domains=[address.rpartition("@")[2]], overdue_since=None
            )
            uow.customers.save_superuser(
                customer_id=customer.customer_id, address=address, name=code, language=Language.SWEDISH, trained=[]
            )


def _sent(door: SmtpListener, sample: Sample) -> str:
    """The answer to the final dot, or to whatever was refused before."""
    with smtplib.SMTP(*door.addresses[0], local_hostname="mail.evil.example", timeout=30) as client:
        client.ehlo()
        code, said = client.docmd(f"MAIL FROM:<{sample.mail_from}>")
        if code == 250:
            code, said = client.rcpt("support@example.com")
        if code == 250:
            code, said = client.data(sample.content)
        return f"{code} {said.decode('ascii', 'replace')}"


def _ending(shop: Workshop, sample: Sample, reply: str) -> Ending:
    if not reply.startswith("250 "):
        return Ending(sample=sample, reply=reply, rule="refused", believed=False)
    with shop.database.reading() as uow:
        summary = uow.mails.summary(MailId(int(reply.rpartition(" ")[2])))
    assert summary is not None, "250 is said of what is kept"
    believed = summary.ticket_id is not None and summary.author_address == sample.author
    return Ending(sample=sample, reply=reply, rule=summary.rule or summary.state, believed=believed)


def wrong(*, every: int = 1) -> tuple[list[str], list[str], int, int]:
    """Forged ones that were believed, honest ones that were not, and how many there were of each."""
    false, true = list(islice(forged(), 0, None, every)), list(islice(honest(), 0, None, every))
    ended = endings([*false, *true])
    believed = [f"{each.sample.name}: {each.rule}" for each in ended[: len(false)] if each.believed]
    refused = [f"{each.sample.name}: {each.rule} ({each.reply})" for each in ended[len(false) :] if not each.believed]
    return believed, refused, len(false), len(true)


def main() -> int:
    """Says what was wrong; 1 if anything was."""
    believed, refused, false, true = wrong()
    print(f"{false} forged or odd senders: {len(believed)} believed; {true} honest ones: {len(refused)} refused")
    for each in (*(f"BELIEVED  {one}" for one in believed), *(f"REFUSED  {one}" for one in refused)):
        print(each)
    return 1 if believed or refused else 0


if __name__ == "__main__":
    sys.exit(main())
