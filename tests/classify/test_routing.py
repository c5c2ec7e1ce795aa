"""Every industry of the guide has its team, and no customer is without one."""

import pytest

from mailgate.classify.routing import team_for
from tests.support.mails import a_policy

CRAFT = "Hantverkare, Transport och Konsult"
TRADE = "Handel, Tjänsteföretag & Organisationer"


@pytest.mark.parametrize(
    ("industry", "team"),
    [
        ("Bygg", CRAFT),
        ("bygg", CRAFT),
        (" El-  och VVS-installatörer ", CRAFT),
        ("Säkerhet/Lås/Larm", CRAFT),
        ("Lantbruk", TRADE),
        ("BANK & FINANS", TRADE),
        ("Dagligvaru-, detalj- och fackhandel", TRADE),
        ("Rymdfart", CRAFT),
        ("", CRAFT),
    ],
)
def test_the_industry_finds_the_team(industry: str, team: str) -> None:
    assert team_for(industry, a_policy()) == team
