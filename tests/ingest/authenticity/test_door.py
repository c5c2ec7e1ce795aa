"""The SMTP door asks who wrote a mail before it says 250, and puts off what cannot be told."""

import asyncio
import threading

import pytest

from mailgate.config_identity import IdentityConfig
from mailgate.config_smtp import LimitsConfig
from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.mail import Envelope
from mailgate.ingest.authenticity.door import Examination
from mailgate.ingest.authenticity.networks import is_within
from mailgate.ingest.authenticity.undecided import UndecidedError
from tests.support.dns_stub import ILL, SILENT, a_name_server
from tests.support.envelopes import a_mail_text, an_envelope
from tests.support.signing import a_zone, signed
from tests.support.smtp_door import Listen, WatchedSpool, send

PASS = "Authentication-Results: mx.desk.example; dmarc=pass header.from=kund.example"
NO_RELAYS = {"relays": ("10.0.0.0/8",)}


def test_where_nobody_checks_nothing_is_found(listen: Listen, spool: WatchedSpool) -> None:
    assert send(listen(), a_mail_text(extra=PASS))[0] == 250
    assert [mail.authenticity for mail in spool.kept] == [None]


@pytest.mark.parametrize(("relays", "proof"), [(("127.0.0.0/8",), Proof.PROVEN), (("10.0.0.0/8",), Proof.UNPROVEN)])
def test_the_border_server_is_believed_in_what_it_hands_over(
    listen: Listen, spool: WatchedSpool, relays: tuple[str, ...], proof: Proof
) -> None:
    border = IdentityConfig(smtp="border", authserv_id="mx.desk.example")
    assert send(listen({"relays": relays}, identity=border), a_mail_text(extra=PASS))[0] == 250
    assert [mail.authenticity.proof for mail in spool.kept if mail.authenticity] == [proof]


def test_a_good_signature_is_proof(listen: Listen, spool: WatchedSpool) -> None:
    with a_name_server(a_zone()) as server:
        check = IdentityConfig(smtp="check", nameservers=(server.place,))
        assert send(listen(NO_RELAYS, identity=check), signed(a_mail_text()))[0] == 250
    assert [mail.authenticity.proof for mail in spool.kept if mail.authenticity] == [Proof.PROVEN]


@pytest.mark.parametrize("trouble", [ILL, SILENT])
def test_what_dns_does_not_tell_is_put_off(listen: Listen, spool: WatchedSpool, trouble: str) -> None:
    with a_name_server(a_zone(), {"_dmarc.kund.example": trouble}) as server:
        check = IdentityConfig(smtp="check", nameservers=(server.place,), dns_seconds=0.5)
        code, said = send(listen(NO_RELAYS, identity=check), a_mail_text())
    assert (code, said.split()[0]) == (451, b"4.7.24")
    assert spool.kept == []


def test_what_takes_too_long_is_put_off_and_holds_up_no_other() -> None:
    goes_on = threading.Event()

    def slow(envelope: Envelope, helo: str) -> Authenticity:
        goes_on.wait(20)
        return Authenticity(proof=Proof.PROVEN, evidence="at last")

    async def tried() -> None:
        with pytest.raises(UndecidedError):
            await Examination(slow, seconds=0.05)(an_envelope(), "client.example")

    try:
        asyncio.run(tried())
    finally:
        goes_on.set()


def test_a_bug_in_the_check_loses_no_mail_and_proves_nothing() -> None:
    def broken(envelope: Envelope, helo: str) -> Authenticity:
        raise ValueError("the mail's own words")

    found = asyncio.run(Examination(broken, seconds=5)(an_envelope(), "client.example"))
    assert found.authenticity == Authenticity(proof=Proof.UNPROVEN, evidence="error:ValueError")


@pytest.mark.parametrize(
    ("peer", "inside"),
    [("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("11.1.2.3", False), ("fe80::1%eth0", False), ("unknown", False)],
)
def test_clients_are_told_from_each_other_by_network(peer: str, inside: bool) -> None:
    assert is_within(peer, LimitsConfig(relays=("10.0.0.0/8",)).relay_networks) is inside
