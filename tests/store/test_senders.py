"""Whose mail may be taken at all, by the sender that the envelope names."""

import pytest

from mailgate.domain.customer import Language
from mailgate.store.database import Database


@pytest.fixture
def register(database: Database) -> Database:
    with database.transaction() as uow:
        for code in ("K1", "K2"):
            customer = uow.customers.save_customer(
                code=code, name=code, industry="Bygg", modules=[], domains=["kund.example"], overdue_since=None
            )
        uow.customers.save_superuser(
            customer_id=customer.customer_id,
            address="eva@gmail.example",
            name="Eva",
            language=Language.SWEDISH,
            trained=[],
        )
        uow.customers.save_specialist(
            address="sven@desk.example", name="Sven", team="T", language=Language.SWEDISH, head=False
        )
    return database


@pytest.mark.parametrize(
    ("reverse_path", "known"),
    [
        ("Eva@GMAIL.example", True),
        ("sven@desk.example", True),
        ("anyone@kund.example", True),
        ("anyone@sub.kund.example", False),
        ("nisse@gmail.example", False),
        ("eva@gmail.example\r\nX", False),
        ('"eva@gmail.example"@evil.example', False),
        ("", False),
        ("kund.example", False),
    ],
)
def test_superusers_specialists_and_colleagues_are_known(register: Database, reverse_path: str, known: bool) -> None:
    with register.reading() as uow:
        assert uow.customers.knows_sender(reverse_path) is known
