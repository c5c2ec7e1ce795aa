"""``[ways]``: the stages of each type and who holds a ticket there; ``[holders]``: whom to tell when it comes to them.

The defaults are the guide's process pictures (domain: ``ways``). A way that cannot be gone stops the start.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from mailgate.config_section import Section
from mailgate.config_values import OptionalMailAddress
from mailgate.domain.moves import ENDINGS, CustomerMove, Holder, Move, Station, Step
from mailgate.domain.ticket import Stage, TicketType
from mailgate.domain.ways import LEADING, Way, Ways, faults


def _leads(word: str) -> str:
    if word not in LEADING:
        raise ValueError(f"{word!r} brings a ticket nowhere; known are {', '.join(sorted(LEADING))}")
    return word


def _ends(word: str) -> str:
    if word not in ENDINGS:
        raise ValueError(f"nothing ends with {word!r}; known are {', '.join(sorted(ENDINGS))}")
    return word


class StageConfig(Section):
    """A place on a way. ``next``: move → stage that it leads to; ``ends``: the moves that end the ticket here."""

    holder: Holder
    next: dict[Annotated[str, AfterValidator(_leads)], str] = Field(default_factory=dict)
    ends: tuple[Annotated[str, AfterValidator(_ends)], ...] = ()


Stages = Annotated[
    dict[Annotated[str, Field(pattern="^[a-z][a-z_]*$")], StageConfig],
    Field(min_length=1),
]
_DESK, _PRODUCT, _CONSULTANT = Holder.DESK, Holder.PRODUCT, Holder.CONSULTANT
_DONE = (Move.RESOLVE, Move.CLOSE)
_WITHDRAWN = (Move.CLOSE,)


_QUESTION: Stages = {
    "service_desk": StageConfig(holder=_DESK, next={Move.ANSWER: "answered"}, ends=_DONE),
    "answered": StageConfig(holder=_DESK, next={CustomerMove.REPLY: "service_desk"}, ends=_DONE),
}
_PROGRAM_ERROR: Stages = {
    "service_desk": StageConfig(holder=_DESK, next={Move.PRODUCT: "product_department"}, ends=_DONE),
    "product_department": StageConfig(holder=_PRODUCT, next={Move.DESK: "verification"}, ends=_WITHDRAWN),
    "verification": StageConfig(holder=_DESK, next={Move.PRODUCT: "product_department"}, ends=_DONE),
}
_WISH: Stages = {
    "service_desk": StageConfig(holder=_DESK, next={Move.COUNCIL_INTERNAL: "internal_council"}, ends=_DONE),
    "internal_council": StageConfig(
        holder=Holder.COUNCIL_INTERNAL,
        next={Move.COUNCIL_EXTERNAL: "external_council", Move.DESK: "service_desk"},
        ends=_WITHDRAWN,
    ),
    "external_council": StageConfig(
        holder=Holder.COUNCIL_EXTERNAL,
        next={Move.PLANNED: "planned", Move.DECLINED: "declined"},
        ends=_WITHDRAWN,
    ),
    "planned": StageConfig(holder=_PRODUCT, ends=_DONE),
    "declined": StageConfig(holder=_DESK, ends=_WITHDRAWN),
}
_ORDER: Stages = {
    "service_desk": StageConfig(holder=_DESK, next={Move.CONSULTANT: "estimation"}, ends=_DONE),
    "estimation": StageConfig(
        holder=_CONSULTANT, next={Move.ESTIMATE: "approval", Move.DESK: "service_desk"}, ends=_WITHDRAWN
    ),
    "approval": StageConfig(
        holder=Holder.CUSTOMER,
        next={CustomerMove.APPROVE: "work", CustomerMove.REFUSE: "estimation", Move.ESTIMATE: "approval"},
        ends=_WITHDRAWN,
    ),
    "work": StageConfig(holder=_CONSULTANT, next={Move.ESTIMATE: "approval"}, ends=(Move.BILLED,)),
}


class WaysConfig(Section):
    """Each way by its stages, the first of them where a ticket begins."""

    question: Stages = _QUESTION
    program_error: Stages = _PROGRAM_ERROR
    wish: Stages = _WISH
    order: Stages = _ORDER

    @field_validator("*")
    @classmethod
    def _can_be_gone(cls, stages: dict[str, StageConfig], field: ValidationInfo) -> dict[str, StageConfig]:
        if wrong := list(faults(_way(TicketType(str(field.field_name)), stages))):
            raise ValueError("; ".join(wrong))
        return stages


class HoldersConfig(Section):
    """A list's address for each; empty: the specialists with that role, or else the ticket's team."""

    product: OptionalMailAddress = ""
    council_internal: OptionalMailAddress = ""
    council_external: OptionalMailAddress = ""
    consultant: OptionalMailAddress = ""


def ways_of(config: WaysConfig) -> Ways:
    """The ways, as the domain knows them."""
    return Ways({kind: _way(kind, getattr(config, kind)) for kind in TicketType})


def holder_lists(config: HoldersConfig) -> Mapping[Holder, str]:
    """The addresses that are given."""
    return {Holder(name): address for name, address in config.model_dump().items() if address}


def _way(kind: TicketType, stages: Mapping[str, StageConfig]) -> Way:
    stations = tuple(
        Station(
            stage=Stage(name),
            holder=one.holder,
            leads={_step(word): Stage(stage) for word, stage in one.next.items()},
            ends=frozenset(map(Move, one.ends)),
        )
        for name, one in stages.items()
    )
    return Way(type=kind, stations=stations)


def _step(word: str) -> Step:
    return Move(word) if word in set(Move) else CustomerMove(word)
