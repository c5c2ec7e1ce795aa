"""One round: a contestant is fed some mails, and every answer is waited for. Figures, no judgement."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bench.children import NextServer
from bench.engine.contestants import Contestant
from bench.engine.letters import Letter, Receipt
from bench.engine.load import Mail
from bench.processes import Sampler, cpu_seconds

SUPPORT = "support@example.com"
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a round showed. Times in ms, memory in MiB; None where the contestant has no SMTP dialogue."""

    contestant: str
    connections: int
    mails: int
    mails_per_second: float
    cpu_ms_per_mail: float
    dot_to_250_p50: float | None
    dot_to_250_p95: float | None
    to_receipt_p50: float | None
    to_receipt_p95: float | None
    peak_mib: float

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


class Table:
    """One contestant at its table: its earlier receipts, which later mails answer."""

    def __init__(self, contestant: Contestant, sink: NextServer) -> None:
        self.contestant = contestant
        self._sink = sink
        self._receipts: list[Receipt] = []

    def play(self, letters: Sequence[Letter], *, connections: int) -> Figures:
        """Feed the letters, wait for every answer. Raises ``RuntimeError`` if one does not come."""
        mails = self._rendered(letters)
        pid = self.contestant.pid
        spent = cpu_seconds(pid)
        with Sampler(pid) as memory:
            fed = self.contestant.feed(mails, connections)
            answered = self._answers({f"<{tag}@bench.example>" for tag, *_ in mails})
        seconds = max(answered.values()) - fed.began
        dots = [(taken - dot) * 1000 for dot, taken in fed.accepted.values()]
        waits = [(answered[f"<{tag}@bench.example>"] - taken) * 1000 for tag, (_, taken) in fed.accepted.items()]
        return Figures(
            contestant=self.contestant.name,
            connections=connections,
            mails=len(mails),
            mails_per_second=len(mails) / seconds,
            cpu_ms_per_mail=(cpu_seconds(pid) - spent) * 1000 / len(mails),
            dot_to_250_p50=_quantile(dots, 50),
            dot_to_250_p95=_quantile(dots, 95),
            to_receipt_p50=_quantile(waits, 50),
            to_receipt_p95=_quantile(waits, 95),
            peak_mib=memory.peak,
        )

    def _rendered(self, letters: Sequence[Letter]) -> list[Mail]:
        mails: list[Mail] = []
        earlier = list(reversed(self._receipts))
        for letter in letters:
            receipt = earlier.pop() if letter.replies and earlier else None
            sender = receipt.to if receipt is not None else letter.sender
            mails.append((letter.tag, sender, SUPPORT, letter.rendered(SUPPORT, receipt)))
        return mails

    def _answers(self, awaited: set[str]) -> dict[str, float]:
        """When each mail's first answer reached the sink, by the Message-ID of what it answers."""
        answered: dict[str, float] = {}
        until = time.monotonic() + _PATIENCE
        while awaited - answered.keys():
            for mail in self._sink.taken():
                answered.setdefault(str(mail["in_reply_to"]), float(mail["at"]))
                self._receipts.append(
                    Receipt(message_id=str(mail["message_id"]), subject=str(mail["subject"]), to=str(mail["to"]))
                )
            if time.monotonic() > until:
                missing = awaited - answered.keys()
                raise RuntimeError(f"{self.contestant.name}: {len(missing)} answers never came, {min(missing)}")
            time.sleep(0.02)
        return answered


def _quantile(values: Sequence[float], percent: int) -> float | None:
    if len(values) < 2:
        return None
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
