"""The identity suite by SMTP: one door checks by itself, with a name server on loopback, one is behind a border."""

import smtplib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mailgate.app import Workshop
from mailgate.config import Config
from mailgate.config_identity import IdentityConfig
from mailgate.config_smtp import LimitsConfig
from mailgate.ingest.recipients import recipients_of
from mailgate.ingest.smtp_listener import SmtpListener
from mailgate.store.ports import SharedSpool
from tests.identity.desk import Ending, a_desk, ending
from tests.identity.sample import Sample
from tests.support.dns_stub import a_name_server, txt
from tests.support.signing import a_zone

_NO_LIMITS: Mapping[str, int] = {
    "mails_per_connection": 100_000, "mails_per_minute_per_client": 0, "mails_per_second_per_client": 0,
    "mails_per_minute_per_sender": 0, "connections_per_minute_per_client": 0, "faults": 100_000,
}  # fmt: skip


def endings(samples: Iterable[Sample]) -> list[Ending]:
    """Send them all, settle them all, and see."""
    with tempfile.TemporaryDirectory() as folder, a_desk(Path(folder)) as shop, _doors(shop) as doors:
        sent = [(sample, _sent(doors[sample.behind_border], sample)) for sample in samples]
        while shop.pipeline.work():
            pass
        return [_ending(shop, sample, reply) for sample, reply in sent]


@contextmanager
def _doors(shop: Workshop) -> Iterator[dict[bool, SmtpListener]]:
    """By whether there is a border server before them."""
    with a_name_server(a_zone(**{"utan.example": txt("v=spf1 ip4:127.0.0.1 -all")})) as server:
        check = IdentityConfig(smtp="check", unproven="hold", nameservers=(server.place,))
        border = IdentityConfig(smtp="border", unproven="hold", authserv_id="mx.desk.example")
        doors = {
            False: _door(shop, shop.config.model_copy(update={"identity": check}), relays="10.0.0.0/8"),
            True: _door(shop, shop.config.model_copy(update={"identity": border}), relays="127.0.0.0/8"),
        }
        for door in doors.values():
            door.start()
        try:
            yield doors
        finally:
            for door in doors.values():
                door.drain(2)


def _door(shop: Workshop, config: Config, *, relays: str) -> SmtpListener:
    limits = LimitsConfig(relays=(relays,), **_NO_LIMITS)  # type: ignore[arg-type]
    config = config.model_copy(update={"limits": limits})
    spool = SharedSpool(shop.database, on_new=shop.pipeline.wake.ring)
    return SmtpListener(config, recipients=recipients_of(config.addresses), spool=spool, clock=shop.clock)


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
        return Ending(sample=sample, rule=f"refused: {reply}", believed=False)
    return ending(shop, sample, int(reply.rpartition(" ")[2]))
