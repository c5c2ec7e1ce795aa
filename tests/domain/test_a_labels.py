"""A domain has one form, whichever of its two somebody wrote; and no two domains have the same."""

import idna
import pytest

from mailgate.domain.a_labels import in_a_labels
from mailgate.ingest.author import mailbox


@pytest.mark.parametrize(
    "domain",
    ["bücher.example", "åkeri.example", "smörgås-bord.example", "xn--bcher-kva.example", "företag.åäö.example",
     "пример.example", "東京.example", "naïve-ärende9.example", "BÜCHER.example".replace("Ü", "ü")],
)  # fmt: skip
def test_it_is_the_form_of_idna(domain: str) -> None:
    assert in_a_labels(domain).lower() == idna.encode(domain.lower()).decode()
    assert in_a_labels(f"eva@{domain}") == f"eva@{in_a_labels(domain)}"


@pytest.mark.parametrize("text", ["eva@kund.example", "eva@xn--bcher-kva.example", "kund.example", "", "eva", "eva@"])
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    assert in_a_labels(text) == text


@pytest.mark.parametrize(
    "domain",
    ["ｋｕｎｄ.example", "\u212aund.example", "kund\u00ad.example", "ku\u200bnd.example", "straße.example",
     "BÜCHER.example", "bu\u0308cher.example", "-bücher.example", "bücher-.example", "büch er.example",
     "ku\u202end.example", f"{'ü' * 70}.example", "kund。example", "bücher..example", "xn--bücher.example",
     "\u0308ab.example", "kund\u2024example", "ⓚund.example"],
)  # fmt: skip
def test_what_would_become_another_domain_stays_what_it_is_and_so_is_nobodys(domain: str) -> None:
    assert in_a_labels(f"eva@{domain}") == f"eva@{domain}"
    assert mailbox(f"eva@{domain}") is None


def test_a_mail_with_either_form_in_from_has_the_same_author() -> None:
    written, sent = mailbox("Eva Ek <Eva@bücher.example>"), mailbox("Eva Ek <eva@xn--bcher-kva.example>")
    assert written == sent
    assert written is not None
    assert written.spec == "eva@xn--bcher-kva.example"


def test_a_local_part_beyond_ascii_is_still_nobodys() -> None:
    assert mailbox("åsa@bücher.example") is None
