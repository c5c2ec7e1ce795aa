import pytest

from mailgate.config import AddressesConfig
from mailgate.ingest.recipients import recipients_of

OURS = AddressesConfig(support=("support@example.com", "help+desk@example.org"), orders=("konsult@example.com",))


@pytest.mark.parametrize(
    ("forward_path", "means"),
    [
        ("support@example.com", "support@example.com"),
        ("Support@EXAMPLE.com", "support@example.com"),
        ("support+MG-1@example.com", "support@example.com"),
        ("konsult@example.com", "konsult@example.com"),
        ("help+desk@example.org", "help+desk@example.org"),
        ("help@example.org", None),
        ("support@example.org", None),
        ("support@sub.example.com", None),
        ("postmaster", "postmaster"),
        ("POSTMASTER@example.com", "postmaster@example.com"),
        ("abuse@example.org", "abuse@example.org"),
        ("abuse", None),
        ("postmaster@other.example", None),
        ("", None),
        ("<>", None),
        ("support@example.com\n", None),
        ('"support"@example.com', None),
        ("supp\u043ert@example.com", None),
    ],
)
def test_an_address_is_ours_or_it_is_not(forward_path: str, means: str | None) -> None:
    assert recipients_of(OURS).address_for(forward_path) == means


def test_plus_addresses_can_be_switched_off() -> None:
    ours = recipients_of(OURS.model_copy(update={"plus_addresses": False}))
    assert ours.address_for("support+x@example.com") is None
    assert ours.address_for("support@example.com") == "support@example.com"


def test_the_addresses_that_our_mails_ask_replies_to_are_ours_whatever_else_is_switched_off() -> None:
    config = OURS.model_copy(update={"plus_addresses": False})
    token = f"MG-100001-5.{'a2' * 16}"
    ours = recipients_of(config, reply_addresses=True)
    assert ours.address_for(f"support+{token}@example.com") == "support@example.com"
    assert ours.address_for(f"help+desk+{token}@example.org".lower()) == "help+desk@example.org"
    assert ours.address_for(f"other+{token}@example.com") is None
    assert ours.address_for("support+x@example.com") is None
    assert recipients_of(config).address_for(f"support+{token}@example.com") is None
