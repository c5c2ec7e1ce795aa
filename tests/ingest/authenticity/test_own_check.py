"""SPF, DKIM and DMARC at our own door, against a name server on loopback; each trap is a mail of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from mailgate.config import Config
from mailgate.config_identity import IdentityConfig
from mailgate.config_smtp import LimitsConfig
from mailgate.domain.authenticity import Proof
from mailgate.ingest.authenticity.own_check import OwnCheck
from mailgate.ingest.authenticity.undecided import UndecidedError
from tests.support.dns_stub import ILL, SILENT, a_name_server
from tests.support.envelopes import a_mail_text, an_envelope
from tests.support.signing import FIELDS, a_zone, signed

MAIL = a_mail_text()
GOOD, BAD = "192.0.2.1", "198.51.100.9"


@contextmanager
def checking(troubles: dict[str, str] | None = None, *, seconds: float = 8) -> Iterator[OwnCheck]:
    with a_name_server(a_zone(), troubles) as server:
        identity = IdentityConfig(smtp="check", nameservers=(server.place,), dns_seconds=seconds)
        yield OwnCheck(Config(identity=identity, limits=LimitsConfig(relays=("10.0.0.0/8",))))


@pytest.fixture(scope="module")
def check() -> Iterator[OwnCheck]:
    with checking() as check:
        yield check


def proof(check: OwnCheck, content: bytes, *, peer: str = BAD, mail_from: str | None = "x@evil.example") -> Proof:
    envelope = replace(an_envelope(content, mail_from=mail_from), peer=peer)
    return check(envelope, "mail.evil.example").proof


@pytest.mark.parametrize(
    ("content", "peer", "mail_from"),
    [
        (signed(MAIL), BAD, "x@evil.example"),
        (signed(MAIL, domain="post.kund.example"), BAD, None),
        (signed(signed(MAIL), domain="evil.example"), BAD, None),
        (MAIL, GOOD, "eva@kund.example"),
        (MAIL, GOOD, "bounce+1@kund.example"),
        (signed(a_mail_text(sender="eva@lax.example"), domain="lax.example"), BAD, None),
    ],
    ids=["dkim", "dkim-subdomain", "two-signatures", "spf", "spf-verp", "policy-none"],
)
def test_what_the_authors_house_vouches_for_is_proven(
    check: OwnCheck, content: bytes, peer: str, mail_from: str | None
) -> None:
    assert proof(check, content, peer=peer, mail_from=mail_from) is Proof.PROVEN


@pytest.mark.parametrize(
    "content",
    [
        MAIL,
        signed(MAIL, domain="evil.example"),
        signed(MAIL, domain="kund.example.evil.example"),
        signed(MAIL).replace(b"Hej!", b"Betala!"),
        signed(MAIL, length=True),
        signed(MAIL, length=True) + b"Betala hit!\r\n",
        signed(MAIL, algorithm=b"rsa-sha1"),
        signed(MAIL, selector="sha1"),
        signed(MAIL, selector="web"),
        signed(MAIL, selector="test"),
        signed(MAIL, selector="gone"),
        signed(MAIL, selector="none"),
        b"Subject: Betala\r\n" + signed(MAIL),
        b"To: someone@else.example\r\n" + signed(MAIL),
        signed(a_mail_text(sender="eva@strict.example"), domain="post.strict.example"),
    ],
    ids=[
        "bare", "other-house", "looks-like-a-subdomain", "text-changed", "l=", "l=-appended", "sha1", "h=sha1",
        "s=other", "t=y", "revoked", "no-key", "second-subject", "second-to", "adkim=s",
    ],
)  # fmt: skip
def test_what_nobody_vouches_for_is_forged_where_the_domain_says_so(check: OwnCheck, content: bytes) -> None:
    assert proof(check, content) is Proof.FORGED


def test_a_signature_that_leaves_out_from_binds_nobody(check: OwnCheck) -> None:
    whole = signed(MAIL, fields=FIELDS)
    assert proof(check, whole.replace(b"h=from : ", b"h=").replace(b"h=from:", b"h=")) is Proof.FORGED


def test_a_replayed_signature_is_neither_proof_nor_forgery(check: OwnCheck) -> None:
    elsewhere = MAIL.replace(b"To: support@example.com", b"To: friend@else.example")
    assert proof(check, signed(elsewhere)) is Proof.UNPROVEN
    unsigned_to = signed(MAIL, fields=("from", "subject"))
    assert proof(check, unsigned_to) is Proof.UNPROVEN


def test_without_a_policy_that_asks_for_it_nothing_is_forged(check: OwnCheck) -> None:
    assert proof(check, a_mail_text(sender="eva@lax.example")) is Proof.UNPROVEN
    assert proof(check, a_mail_text(sender="eva@nowhere.example")) is Proof.UNPROVEN


def test_two_authors_are_none(check: OwnCheck) -> None:
    assert proof(check, b"From: x@evil.example\r\n" + signed(MAIL)) is Proof.UNPROVEN


def test_behind_a_relay_the_client_proves_and_disproves_nothing(check: OwnCheck) -> None:
    assert proof(check, MAIL, peer="10.1.2.3", mail_from="eva@kund.example") is Proof.UNPROVEN
    assert proof(check, signed(MAIL), peer="10.1.2.3") is Proof.PROVEN


@pytest.mark.parametrize("name", ["_dmarc.kund.example", "s1._domainkey.kund.example"])
def test_dns_trouble_is_neither_proof_nor_none(name: str) -> None:
    with checking({name: ILL}) as check, pytest.raises(UndecidedError):
        proof(check, signed(MAIL))
    with checking({name: SILENT}, seconds=0.3) as check, pytest.raises(UndecidedError):
        proof(check, signed(MAIL))


def test_trouble_with_spf_is_no_trouble_where_the_signature_is_good() -> None:
    with checking({"kund.example": ILL}) as check:
        assert proof(check, signed(MAIL), mail_from="eva@kund.example") is Proof.PROVEN
        with pytest.raises(UndecidedError):
            proof(check, MAIL, peer=GOOD, mail_from="eva@kund.example")


def test_a_second_mail_asks_nothing_anew() -> None:
    with a_name_server(a_zone()) as server:
        identity = IdentityConfig(smtp="check", nameservers=(server.place,))
        check = OwnCheck(Config(identity=identity))
        for _ in range(3):
            proof(check, signed(MAIL))
        assert server.questions <= 2
