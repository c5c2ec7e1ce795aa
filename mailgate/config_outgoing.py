"""``[outgoing]``: the server that takes our mail, and what is done where sending goes wrong."""

from typing import Self

from pydantic import Field, model_validator

from mailgate.config_section import Section
from mailgate.config_values import OptionalMailAddress, Tls
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.sending import REPEATED_ANYWAY, DoubtPolicy


class OutgoingConfig(Section):
    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    tls: Tls = "starttls"
    ca_file: str = ""
    user: str = ""
    password_env: str = ""
    password_file: str = ""
    timeout_seconds: float = Field(default=60, gt=0, le=600)
    from_address: OptionalMailAddress = ""
    envelope_from: OptionalMailAddress = ""
    connections: int = Field(default=4, ge=1, le=64)
    mails_per_connection: int = Field(default=100, ge=1, le=100_000)
    give_up_after_days: float = Field(default=5, gt=0, le=30)
    uncertain_park: tuple[NoticeKind, ...] = tuple(sorted(REPEATED_ANYWAY))
    uncertain_resends: int = Field(default=1, ge=0, le=10)

    @property
    def doubt_policy(self) -> DoubtPolicy:
        """What is done with mails of which we do not know whether they arrived."""
        return DoubtPolicy(parked=frozenset(self.uncertain_park), resends=self.uncertain_resends)

    @model_validator(mode="after")
    def _user_needs_a_password(self) -> Self:
        if bool(self.user) != (sum(map(bool, (self.password_env, self.password_file))) == 1):
            raise ValueError("user goes with exactly one of password_env and password_file")
        return self
