"""``[budgets]``: how much automatic mail goes out at most."""

from pydantic import Field

from mailgate.config_section import Section
from mailgate.domain.budgets import Budget, Budgets


class BudgetsConfig(Section):
    """Mails that another mail sets off, in ten minutes and in a day; 0: any number."""

    stop_repetitions: bool = True
    address_ten_minutes: int = Field(default=15, ge=0)
    address_day: int = Field(default=100, ge=0)
    customer_ten_minutes: int = Field(default=40, ge=0)
    customer_day: int = Field(default=400, ge=0)
    instance_ten_minutes: int = Field(default=2000, ge=0)
    instance_day: int = Field(default=40_000, ge=0)
    strangers_ten_minutes: int = Field(default=30, ge=0)
    strangers_day: int = Field(default=300, ge=0)
    team_ten_minutes: int = Field(default=200, ge=0)
    team_day: int = Field(default=2000, ge=0)
    specialist_ten_minutes: int = Field(default=60, ge=0)
    specialist_day: int = Field(default=600, ge=0)

    @property
    def budgets(self) -> Budgets:
        """As the desk needs them."""
        return Budgets(
            address=Budget(ten_minutes=self.address_ten_minutes, day=self.address_day),
            customer=Budget(ten_minutes=self.customer_ten_minutes, day=self.customer_day),
            instance=Budget(ten_minutes=self.instance_ten_minutes, day=self.instance_day),
            strangers=Budget(ten_minutes=self.strangers_ten_minutes, day=self.strangers_day),
            team=Budget(ten_minutes=self.team_ten_minutes, day=self.team_day),
            specialist=Budget(ten_minutes=self.specialist_ten_minutes, day=self.specialist_day),
        )
