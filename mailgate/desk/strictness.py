"""Codes of customers that the configuration names, and that are nobody's: what it asks for them happens to nobody."""

from collections.abc import Sequence

from mailgate.store.unit_of_work import UnitOfWork


def codes_of_nobody(uow: UnitOfWork, codes: Sequence[str]) -> list[str]:
    """Those of ``[identity] strict_customers`` that no customer in the register has."""
    return [code for code in codes if uow.customers.customer_by_code(code) is None]
