"""``config.toml`` → ``Config``: frozen, every key checked, every default in one place.

Reading the file, and saying kindly what is wrong in it, is for ``config_file``. What the rules need becomes a
``domain.verdict.Policy`` in ``policy_of``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from mailgate.config_budgets import BudgetsConfig
from mailgate.config_identity import AuthservId, IdentityConfig
from mailgate.config_keywords import KeywordsConfig
from mailgate.config_orders import OrdersConfig
from mailgate.config_outgoing import OutgoingConfig
from mailgate.config_section import Section
from mailgate.config_smtp import LimitsConfig, SmtpConfig
from mailgate.config_time import GUIDE_TERMS, DigestConfig, HolidaysConfig, HoursConfig, SpecialDays, TermsVersions
from mailgate.config_values import MailAddress, OptionalMailAddress, TimeZone, Tls
from mailgate.config_ways import HoldersConfig, WaysConfig, holder_lists
from mailgate.domain.customer import Language, SeatRule
from mailgate.domain.verdict import Policy


class DeskConfig(Section):
    name: str = Field(default="Service & Kvalitet", min_length=1)
    instance: str = Field(default="mailgate.example.com", pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")
    language: Language = Language.SWEDISH
    time_zone: TimeZone = "Europe/Stockholm"
    number_prefix: str = Field(default="MG", pattern=r"^[A-Z]{2,8}$")
    first_number: int = Field(default=100001, ge=10000, le=10**11)
    tell_joined: bool = True
    reopen_days: int = Field(default=14, ge=0, le=3650)
    templates: str = "templates"


class AddressesConfig(Section):
    support: tuple[MailAddress, ...] = Field(default=("support@example.com",), min_length=1)
    orders: tuple[MailAddress, ...] = ("konsult@example.com",)
    plus_addresses: bool = True
    strangers: Literal["hold", "refuse"] = "hold"


class StorageConfig(Section):
    folder: str = Field(default="data", min_length=1)
    database: str = ""


class ImapConfig(Section):
    name: str = Field(min_length=1)
    host: str = Field(min_length=1)
    port: int = Field(default=993, ge=1, le=65535)
    tls: Tls = "implicit"
    ca_file: str = ""
    user: str = Field(min_length=1)
    password_env: str = ""
    password_file: str = ""
    token_command: str = ""
    address: MailAddress
    authserv_id: AuthservId = ""
    folders: tuple[str, ...] = Field(default=("INBOX",), min_length=1)
    after: Literal["seen", "flag", "move", "nothing"] = "seen"
    move_to: str = ""
    idle: bool = True
    poll_seconds: float = Field(default=60, gt=0, le=3600)
    timeout_seconds: float = Field(default=60, gt=0, le=600)

    @model_validator(mode="after")
    def _one_way_to_sign_in(self) -> Self:
        if sum(map(bool, (self.password_env, self.password_file, self.token_command))) != 1:
            raise ValueError("give exactly one of password_env, password_file and token_command")
        if (self.after == "move") != bool(self.move_to):
            raise ValueError('move_to names the folder for after = "move", and belongs to nothing else')
        if self.move_to in self.folders:
            raise ValueError("move_to must not be one of the folders that are fetched from")
        return self


class ParserConfig(Section):
    children: int = Field(default=2, ge=1, le=64)
    memory_mib: int = Field(default=1024, ge=256)
    seconds: float = Field(default=10, gt=0, le=180)


class LogConfig(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"


class SeatsConfig(Section):
    base: int = Field(default=2, ge=1)
    free_modules: int = Field(default=4, ge=0)
    modules_per_extra_seat: int = Field(default=4, ge=1)
    maximum: int = Field(default=4, ge=1)


class TeamConfig(Section):
    name: str = Field(min_length=1)
    address: OptionalMailAddress = ""
    industries: tuple[str, ...] = ()


class Config(Section):
    """All of ``config.toml``. ``home``: the folder it lies in, which its relative paths start from."""

    home: Path = Path()
    desk: DeskConfig = DeskConfig()
    addresses: AddressesConfig = AddressesConfig()
    storage: StorageConfig = StorageConfig()
    smtp: SmtpConfig = SmtpConfig()
    limits: LimitsConfig = LimitsConfig()
    imap: tuple[ImapConfig, ...] = ()
    identity: IdentityConfig = IdentityConfig()
    parser: ParserConfig = ParserConfig()
    outgoing: OutgoingConfig = OutgoingConfig()
    budgets: BudgetsConfig = BudgetsConfig()
    log: LogConfig = LogConfig()
    seats: SeatsConfig = SeatsConfig()
    hours: HoursConfig = HoursConfig()
    holidays: HolidaysConfig = HolidaysConfig()
    special_days: SpecialDays = ()
    terms: TermsVersions = (GUIDE_TERMS,)
    digest: DigestConfig = DigestConfig()
    ways: WaysConfig = WaysConfig()
    holders: HoldersConfig = HoldersConfig()
    orders: OrdersConfig = OrdersConfig()
    teams: tuple[TeamConfig, ...] = Field(default=(TeamConfig(name="Support"),), min_length=1)
    keywords: KeywordsConfig = KeywordsConfig()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        for what, names in (("imap", [box.name for box in self.imap]), ("teams", [team.name for team in self.teams])):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"{what}: the name {min(twice)!r} stands twice")
        return self

    @property
    def data_folder(self) -> Path:
        """Where everything is kept."""
        return self.home / self.storage.folder

    @property
    def own_templates(self) -> Path:
        """Where the operator's own templates lie, if there are any."""
        return self.home / self.desk.templates

    @property
    def from_address(self) -> str:
        """The address in From of all that we send."""
        return self.outgoing.from_address or self.addresses.support[0]


def policy_of(config: Config) -> Policy:
    """What the rules need of the configuration."""
    own = {*config.addresses.support, *config.addresses.orders, config.from_address}
    return Policy(
        own_addresses=frozenset(own),
        order_addresses=frozenset(config.addresses.orders),
        instance=config.desk.instance,
        number_prefix=config.desk.number_prefix,
        teams={industry.casefold(): team.name for team in config.teams for industry in team.industries},
        default_team=config.teams[0].name,
        type_keywords=config.keywords.of_types(),
        level_keywords=config.keywords.of_levels(),
        module_keywords=config.keywords.of_modules(),
        type_signs=config.keywords.signs_of_types(),
        level_signs=config.keywords.signs_of_levels(),
        leanings=config.keywords.how_words_lean(),
        default_language=config.desk.language,
        prove_all=config.identity.unproven == "hold",
        prove_customers=frozenset(config.identity.strict_customers),
        trusted_doors=frozenset(config.identity.trust_specialists),
        team_lists=frozenset(_lists_of_specialists(config)),
        confirm_unchecked=config.identity.confirm_unchecked,
        reopen_days=config.desk.reopen_days,
        answers_repetitions=not config.budgets.stop_repetitions,
    )


def _lists_of_specialists(config: Config) -> Iterator[str]:
    yield from (team.address for team in config.teams if team.address)
    yield from holder_lists(config.holders).values()


def seat_rule_of(config: Config) -> SeatRule:
    """How many SuperUsers a customer may have."""
    return SeatRule(**config.seats.model_dump())
