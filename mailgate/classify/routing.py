"""The customer's industry → the team that knows it (guide, "Telefonväxeln").

A wrong team is put right by hand with one command; that no ticket is without a team is what counts here.
"""

from mailgate.domain.verdict import Policy


def team_for(industry: str, policy: Policy) -> str:
    """The team that names this industry, without regard to case and spacing; else the default team."""
    wanted = _plain(industry)
    return next((team for named, team in policy.teams.items() if _plain(named) == wanted), policy.default_team)


def _plain(industry: str) -> str:
    return " ".join(industry.casefold().split())
