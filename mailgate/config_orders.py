"""``[orders]``: how long a price holds."""

from datetime import timedelta

from pydantic import Field

from mailgate.config_section import Section


class OrdersConfig(Section):
    estimate_valid_days: int = Field(default=30, ge=1, le=3650)

    @property
    def estimates_valid(self) -> timedelta:
        """As the desk needs it."""
        return timedelta(days=self.estimate_valid_days)
