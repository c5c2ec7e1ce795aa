"""How a part of the judge ended: one line of JSON."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from judge.oracle import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``figures``: what was done, and how often. ``skipped``: why nothing could be tried."""

    part: str
    seed: int
    findings: Sequence[Finding]
    figures: Mapping[str, object] = field(default_factory=dict)
    skipped: str = ""

    @property
    def is_good(self) -> bool:
        return not self.findings

    def line(self, *, seconds: float) -> str:
        """For people and programs alike."""
        verdict = "skipped" if self.skipped else "good" if self.is_good else "BROKEN"
        words = {
            "part": self.part,
            "verdict": verdict,
            "seed": self.seed,
            "seconds": round(seconds, 1),
            **self.figures,
            **({"skipped": self.skipped} if self.skipped else {}),
            "broken": dict(Counter(finding.promise for finding in self.findings)),
            **({"first": self.findings[0].about} if self.findings else {}),
        }
        return json.dumps(words, ensure_ascii=False)
