"""The desk that the suite writes to: it believes proven people only. And what became of each sample there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailgate.app import Workshop
from mailgate.config import Config, ParserConfig, SmtpConfig, TeamConfig
from mailgate.config_identity import IdentityConfig
from mailgate.domain.customer import Language
from mailgate.domain.mail import MailId
from tests.identity.replies import put_keys
from tests.identity.sample import Sample

PEOPLE = {"eva@kund.example": "K1", "olle@utan.example": "K2", "lisa@lax.example": "K3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What became of a sample. ``believed``: it made a ticket in the name of its ``author``."""

    sample: Sample
    rule: str
    believed: bool


@contextmanager
def a_desk(folder: Path) -> Iterator[Workshop]:
    """With its people registered."""
    config = Config(
        home=folder,
        smtp=SmtpConfig(listen="127.0.0.1:0"),
        identity=IdentityConfig(unproven="hold"),
        parser=ParserConfig(children=1),
        teams=(TeamConfig(name="Support"),),
    )
    put_keys(config.data_folder)
    with Workshop(config) as shop:
        with shop.database.transaction() as uow:
            for address, code in PEOPLE.items():
                domains = [address.rpartition("@")[2]]
                customer = uow.customers.save_customer(
                    code=code, name=code, industry="", modules=[], domains=domains, overdue_since=None
                )
                uow.customers.save_superuser(
                    customer_id=customer.customer_id, address=address, name=code, language=Language.SWEDISH, trained=[]
                )
        yield shop


def ending(shop: Workshop, sample: Sample, mail_id: int) -> Ending:
    """Of a sample that was taken, and settled."""
    with shop.database.reading() as uow:
        summary = uow.mails.summary(MailId(mail_id))
    assert summary is not None, "250 is said of what is kept"
    believed = summary.ticket_id is not None and summary.author_address == sample.author
    return Ending(sample=sample, rule=summary.rule or summary.state, believed=believed)
