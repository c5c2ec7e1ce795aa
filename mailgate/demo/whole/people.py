"""Who plays in the stories beside the demo's own cast: those who hold a ticket on its way."""

from dataclasses import dataclass

from mailgate.demo import cast
from mailgate.demo.cast import AINO, ANNA, EMMA, KARIN, MAJA, SVEN

PIA, ULLA, KIM = "pia.nord@desk.example", "ulla.vik@desk.example", "kim.kvist@desk.example"
NAMES = {
    ANNA: "Anna Björk", EMMA: "Emma Clarke", KARIN: "Karin Lundgren", AINO: "Aino Virtanen",
    SVEN: "Sven Sund", MAJA: "Maja Holm", PIA: "Pia Nord", ULLA: "Ulla Vik", KIM: "Kim Kvist",
}  # fmt: skip
DESK = frozenset({SVEN, MAJA, PIA, ULLA, KIM})


@dataclass(frozen=True, slots=True)
class _Holder:
    address: str
    team: str
    roles: str


_HOLDERS = (
    _Holder(PIA, "Produktavdelningen", "product"),
    _Holder(ULLA, "Produktrådet", "council_internal"),
    _Holder(KIM, "Konsulterna", "consultant"),
)

SPECIALISTS = cast.SPECIALISTS + "".join(
    f'\n[[specialist]]\naddress = "{one.address}"\nname = "{NAMES[one.address]}"\nteam = "{one.team}"\n'
    f'language = "sv"\nrole = "{one.roles}"\n'
    for one in _HOLDERS
)
"""For ``cast.register``: the two of the demo, and the holders."""

TEAMS = "".join(f'\n[[teams]]\nname = "{one.team}"\nindustries = []\n' for one in _HOLDERS)
COUNCIL = ULLA
"""She leads both councils: the external one is told at her address (``[holders]``)."""
