"""A month of a desk's life, with everything that time does to it, against what the rules of the house demand."""

from pathlib import Path

import pytest

from tests.simulation.trial import Trial, a_spring_month

TICKETS = 300
KINDS_OF_THE_CLOCK = {
    "status", "reminder", "closed_unanswered",
    "warned handling", "warned solution", "breached handling", "breached solution",
}  # fmt: skip


@pytest.mark.journey
def test_in_a_month_every_mail_that_is_demanded_goes_out_once_and_no_other(tmp_path: Path) -> None:
    findings = Trial(a_spring_month(seed=2026, tickets=TICKETS), tmp_path).run()
    assert findings.report() == {}
    assert findings.tickets > TICKETS * 0.9
    assert set(findings.kinds) >= KINDS_OF_THE_CLOCK, "a month in which nothing falls due shows nothing"
    assert findings.kills > 10
