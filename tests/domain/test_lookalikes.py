import pytest

from mailgate.domain.lookalikes import looks_like


@pytest.mark.parametrize(
    ("domain", "mistaken_for"),
    [
        ("kund.examp1e", "kund.example"),
        ("kurnd.example", "kumd.example"),
        ("vvest.example", "west.example"),
        ("xn--knd-hoa.example", "kund.example"),
        ("kund.xn--exmple-4nf", "kund.example"),
        ("b0lag.example", "bolag.example"),
    ],
)
def test_what_the_eye_takes_for_another_is_found(domain: str, mistaken_for: str) -> None:
    assert mistaken_for in looks_like(domain)


@pytest.mark.parametrize("domain", ["kund.example", "b-lag.example", "xn--99999999999.example", ""])
def test_a_plain_domain_looks_like_none_but_itself(domain: str) -> None:
    assert looks_like(domain) == ()
