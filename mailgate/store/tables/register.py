"""Who may write and who answers: customers, SuperUsers, training, specialists."""

from datetime import date

from sqlmodel import Field

from mailgate.store.tables.base import Row


class CustomerRow(Row, table=True):
    """``code`` is the operator's own key of the customer."""

    __tablename__ = "customer"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    industry: str
    overdue_since: date | None = None


class CustomerModuleRow(Row, table=True):
    __tablename__ = "customer_module"

    customer_id: int = Field(foreign_key="customer.id", primary_key=True)
    module: str = Field(primary_key=True)


class CustomerDomainRow(Row, table=True):
    __tablename__ = "customer_domain"

    customer_id: int = Field(foreign_key="customer.id", primary_key=True)
    domain: str = Field(primary_key=True, index=True)


class SuperUserRow(Row, table=True):
    """One who has left the seat stays as an inactive row, so that old tickets still know who wrote.

    ``overview``: whether they want the week's mail on how their tickets stand.
    """

    __tablename__ = "superuser"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    address: str = Field(unique=True)
    name: str
    language: str
    active: bool = True
    overview: bool = True


class TrainingRow(Row, table=True):
    __tablename__ = "training"

    superuser_id: int = Field(foreign_key="superuser.id", primary_key=True)
    module: str = Field(primary_key=True)


class SpecialistRow(Row, table=True):
    __tablename__ = "specialist"

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True)
    name: str
    team: str = Field(index=True)
    language: str
    head: bool = False
    active: bool = True
    role: str | None = None
