"""Authentication-Results: only our border's, only the topmost, and nothing that a sender smuggled into it."""

import pytest

from mailgate.domain.authenticity import Proof
from mailgate.ingest.authenticity.told import NAMELESS, told
from tests.support.envelopes import a_mail_text

OURS = "mx.desk.example"
TO = "support@example.com"
PASS = f"Authentication-Results: {OURS}; dmarc=pass (p=reject) header.from=kund.example"


def proof(*fields: str, authserv_id: str = OURS, sender: str = "Eva <eva@kund.example>", ours: str = TO) -> Proof:
    return told(a_mail_text(extra="\r\n".join(fields), sender=sender), authserv_id, ours=(ours,)).proof


@pytest.mark.parametrize(
    "said",
    [
        "dmarc=pass header.from=kund.example",
        "dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=Kund.Example",
        "spf=fail smtp.mailfrom=x.example;\r\n dkim=pass (2048-bit key) header.d=kund.example header.s=s1",
        "dkim=pass header.i=@post.kund.example header.b=AbCd",
        "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=eva@kund.example; dmarc=none",
        'dmarc=pass reason="all (is) well; truly" header.from=kund.example',
    ],
)
def test_what_vouches_for_the_author_is_proof(said: str) -> None:
    assert proof(f"Authentication-Results: {OURS}; {said}") is Proof.PROVEN
    assert proof(f"Authentication-Results: {OURS.upper()} 1 ; {said}") is Proof.PROVEN
    assert proof(f"Authentication-Results: {said}", authserv_id=NAMELESS) is Proof.PROVEN


@pytest.mark.parametrize(
    "field",
    [
        "Authentication-Results: mx.evil.example; dmarc=pass header.from=kund.example",
        f"Authentication-Results: {OURS}.evil.example; dmarc=pass header.from=kund.example",
        f"Authentication-Results: {OURS} 2; dmarc=pass header.from=kund.example",
        f"Authentication-Results: ({OURS}) evil.example; dmarc=pass header.from=kund.example",
        f"X-Authentication-Results: {OURS}; dmarc=pass header.from=kund.example",
        f"Authentication-Results: {OURS}; none",
        f"Authentication-Results: {OURS}; dmarc=pass header.from=evil.example",
        f"Authentication-Results: {OURS}; dmarc=fail (p=none) header.from=kund.example",
        f"Authentication-Results: {OURS}; dmarc=temperror header.from=kund.example",
        f"Authentication-Results: {OURS}; dmarc=fail header.from=kund.example; dmarc=pass header.from=kund.example",
        f"Authentication-Results: {OURS}; dkim=pass header.d=evil.example",
        f"Authentication-Results: {OURS}; dkim=pass header.d=evil.example header.i=@kund.example",
        f"Authentication-Results: {OURS}; dkim=pass header.d=kund.example(.evil.example",
        f"Authentication-Results: {OURS}; dkim=pass header.d=kund.example(.evil.example)",
        f'Authentication-Results: {OURS}; spf=pass smtp.mailfrom="eva@kund.example"@evil.example',
        f'Authentication-Results: {OURS}; spf=none ("a) smtp.mailfrom=eva@kund.example (b") smtp.mailfrom=x@e.example',
        f"Authentication-Results: {OURS}; spf=pass (of a) smtp.mailfrom=eva@kund.example (b) smtp.mailfrom=x@e.example",
        f"Authentication-Results: {OURS}; dkim=fail (dkim=pass header.d=kund.example)",
        f"Authentication-Results: {OURS}; spf=pass smtp.mailfrom=kund.example.evil.example",
        f"Authentication-Results: {OURS}; spf=pass smtp.helo=kund.example",
        f"Authentication-Results: {OURS}; x-dmarc=pass header.from=kund.example",
    ],
)
def test_what_does_not_vouch_for_the_author_is_no_proof(field: str) -> None:
    assert proof(field) is Proof.UNPROVEN


def test_only_the_topmost_of_our_border_counts() -> None:
    said = f"Authentication-Results: {OURS}; dmarc=none"
    assert proof(said, PASS) is Proof.UNPROVEN
    assert proof("Authentication-Results: other.example; dmarc=fail", PASS) is Proof.PROVEN
    assert proof(f"Authentication-Results: {OURS}; dkim=pass (oops", PASS) is Proof.UNPROVEN


@pytest.mark.parametrize("said", ["dmarc=fail (p=reject dis=none)", "dmarc=fail action=oreject", "dmarc=fail"])
def test_what_its_domain_disowns_is_forged(said: str) -> None:
    assert proof(f"Authentication-Results: {OURS}; {said} header.from=kund.example") is Proof.FORGED


def test_a_mail_without_one_author_is_nobodys() -> None:
    assert proof(PASS, "From: Eva <eva@kund.example>", sender="x@evil.example") is Proof.UNPROVEN


def test_a_named_field_is_not_taken_for_a_nameless_one() -> None:
    assert proof(PASS, authserv_id=NAMELESS) is Proof.UNPROVEN
    assert proof(PASS, "Authentication-Results: dmarc=pass", authserv_id=NAMELESS) is Proof.UNPROVEN


def test_a_signature_alone_is_proof_for_a_mail_that_was_written_to_us() -> None:
    by_path = f"{PASS}; spf=pass smtp.mailfrom=eva@kund.example"
    of_another = f"{PASS}; spf=pass smtp.mailfrom=x@evil.example"
    assert proof(PASS, ours="support@desk.example") is Proof.UNPROVEN, "whoever got it may have sent it on"
    assert proof(of_another, ours="support@desk.example") is Proof.UNPROVEN
    assert proof(by_path, ours="support@desk.example") is Proof.PROVEN, "a reverse-path holds for this delivery"
    assert proof(PASS, ours="Support@Example.com") is Proof.PROVEN
    assert proof(PASS, "To: x@evil.example") is Proof.UNPROVEN, "of two To fields one was added"


def test_a_signature_over_a_part_of_the_text_is_no_proof_whatever_the_border_says() -> None:
    partly = "DKIM-Signature: v=1; a=rsa-sha256; d=post.kund.example; s=s1; l=12; h=from:to; b=x"
    of_another = partly.replace("post.kund.example", "evil.example")
    assert proof(PASS, partly) is Proof.UNPROVEN
    assert proof(PASS, of_another) is Proof.PROVEN
    assert proof(f"{PASS}; spf=pass smtp.mailfrom=kund.example", partly) is Proof.PROVEN
