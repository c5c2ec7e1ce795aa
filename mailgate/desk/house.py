"""What every operation of the desk needs beside its transaction: the policy, the voice, and the numbers' form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mailgate.config import Config, policy_of
from mailgate.config_file import version_of
from mailgate.config_time import round_times, service_terms
from mailgate.config_ways import holder_lists, ways_of
from mailgate.domain.budgets import Budgets
from mailgate.domain.moves import Holder
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.outgoing import Notice
from mailgate.domain.reply_token import Keyring, sign
from mailgate.domain.rounds import RoundTimes
from mailgate.domain.terms import ServiceTerms
from mailgate.domain.trace import UNKNOWN_VERSION, ConfigVersion
from mailgate.domain.verdict import Policy
from mailgate.domain.ways import Ways
from mailgate.holiday_calendars import opening_hours
from mailgate.notify.compose import Composer, composer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Fixed from the start to the end of the process.

    ``mint``: gives a word that no other mail has. ``keys``: what reply tokens are signed with, as they now are.
    ``team_lists``: addresses that reach a whole team; ``holder_lists``: those that reach a whole product department,
    council, or all consultants. ``team_names``: all teams; the first is number 1.
    ``version``: the configuration that all of it was made of, for traces.
    """

    policy: Policy
    composer: Composer
    mint: Callable[[], str]
    keys: Callable[[], Keyring]
    hours: OpeningHours
    terms: Sequence[ServiceTerms]
    first_number: int
    tell_joined: bool
    team_lists: Mapping[str, str]
    ways: Ways
    holder_lists: Mapping[Holder, str] = field(default_factory=dict)
    team_names: Sequence[str] = ()
    estimates_valid: timedelta = timedelta(days=30)
    budgets: Budgets = field(default_factory=Budgets)
    rounds: RoundTimes = field(default_factory=RoundTimes)
    version: ConfigVersion = UNKNOWN_VERSION

    def token(self, notice: Notice, *, now: datetime) -> str:
        """The reply token of this mail, which makes its Message-ID unlike any other."""
        return sign(
            self.keys(),
            about=notice.about,
            recipient=notice.to.address,
            instance=self.policy.instance,
            on=now.astimezone(UTC).date(),
            nonce=self.mint(),
        )


def house_of(config: Config, *, mint: Callable[[], str], keys: Callable[[], Keyring]) -> House:
    """As configured. Raises ``WordingError`` for templates, ``ConfigError`` for calendars that cannot be read."""
    return House(
        policy=policy_of(config),
        composer=composer_of(config),
        mint=mint,
        keys=keys,
        hours=opening_hours(config),
        terms=service_terms(config.terms),
        first_number=config.desk.first_number,
        tell_joined=config.desk.tell_joined,
        team_lists={team.name: team.address for team in config.teams if team.address},
        team_names=tuple(team.name for team in config.teams),
        ways=ways_of(config.ways),
        holder_lists=holder_lists(config.holders),
        estimates_valid=config.orders.estimates_valid,
        budgets=config.budgets.budgets,
        rounds=round_times(config.digest),
        version=version_of(config),
    )
