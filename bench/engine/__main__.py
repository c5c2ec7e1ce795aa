"""``make bench``: Mailgate, a bare floor, and the fastest peer, side by side: paired round by round, in one run.

A round feeds each contestant the same letters one after the other; the order changes from round to round, so that what
else the machine does hits all alike. Ratios are the medians of the rounds' own ratios. ``--grow`` feeds Mailgate with
10,000, 100,000 and 1,000,000 tickets already there. Prints tables, and one line of JSON at the end; asserts nothing.
"""

import argparse
import json
import statistics
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.children import NextServer
from bench.engine.contestants import Contestant, DjangoHelpdesk, Floor, Mailgate
from bench.engine.growth import growth
from bench.engine.letters import letters
from bench.engine.rounds import Figures, Table

PEER = "django-helpdesk==2.6.1"
_COLUMNS = "{:<16}{:>12}{:>9}{:>9}{:>18}{:>20}{:>10}"
Make = Callable[[Path, int], Contestant]


def main() -> None:
    """Measure as asked, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mails", type=int, default=400, help="in each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 10, 50])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--grow", type=int, nargs="*", metavar="TICKETS")
    asked = parser.parse_args()
    contestants: dict[str, Make] = {"mailgate": Mailgate, "floor": Floor}
    if not asked.without_peer:
        python = _python_of_the_peer(Path(__file__).parents[2] / ".venv-bench")
        contestants["django-helpdesk"] = lambda folder, port: DjangoHelpdesk(folder, port, python=python)
    found = [
        figures
        for connections in asked.connections
        for figures in _side_by_side(contestants, connections=connections, asked=asked)
    ]
    results: dict[str, object] = {"seed": asked.seed, "rounds": [each.as_dict() for each in found]}
    results["ratios"] = _print_all(found, asked.connections)
    if asked.grow is not None:
        results["growth"] = growth(asked.grow or [10_000, 100_000, 1_000_000], mails=asked.mails, seed=asked.seed)
    print(json.dumps(results))


def _side_by_side(contestants: dict[str, Make], *, connections: int, asked: argparse.Namespace) -> Iterator[Figures]:
    with ExitStack() as stack:
        tables = [_seated(stack, make) for make in contestants.values()]
        for table in tables:  # the first mails warm up, and bring the receipts that later ones answer
            table.play(letters(asked.seed, asked.mails // 2, name=f"w{connections}"), connections=connections)
        for number in range(asked.rounds):
            round_ = letters(asked.seed + number + 1, asked.mails, name=f"c{connections}r{number}")
            turn = number % len(tables)
            for table in [*tables[turn:], *tables[:turn]]:
                figures = table.play(round_, connections=connections)
                told = f"{figures.mails_per_second:.0f} mails/s, {figures.cpu_ms_per_mail:.1f} ms"
                print(f"{figures.contestant}, {connections} connections, round {number + 1}: {told}", file=sys.stderr)
                yield figures


def _seated(stack: ExitStack, make: Make) -> Table:
    folder = Path(stack.enter_context(TemporaryDirectory()))
    sink = NextServer()
    stack.callback(sink.stop)
    contestant = make(folder, sink.port)
    stack.callback(contestant.stop)
    return Table(contestant, sink)


def _print_all(found: Sequence[Figures], connections: Sequence[int]) -> dict[str, dict[str, float]]:
    print(_COLUMNS.format(
        "", "connections", "mails/s", "CPU ms", "dot→250 p50/95", "→ receipt p50/95", "peak MiB"))  # fmt: skip
    ratios: dict[str, dict[str, float]] = {}
    for count in connections:
        by_name: dict[str, list[Figures]] = {}
        for figures in found:
            if figures.connections == count:
                by_name.setdefault(figures.contestant, []).append(figures)
        for name, rounds in by_name.items():
            print(_line(name, count, rounds))
        ratios[str(count)] = {
            name: statistics.median(
                ours.mails_per_second / theirs.mails_per_second
                for ours, theirs in zip(by_name["mailgate"], rounds, strict=True)
            )
            for name, rounds in by_name.items()
            if name != "mailgate"
        }
        print("   " + ", ".join(f"mailgate = {ratio:.2f} × {name}" for name, ratio in ratios[str(count)].items()))
    return ratios


def _line(name: str, connections: int, rounds: Sequence[Figures]) -> str:
    def middle(value: str) -> float | None:
        known = [number for each in rounds if (number := getattr(each, value)) is not None]
        return statistics.median(known) if known else None

    def pair(value: str) -> str:
        low, high = middle(f"{value}_p50"), middle(f"{value}_p95")
        return "-" if low is None or high is None else f"{low:.0f}/{high:.0f} ms"

    return _COLUMNS.format(
        name, connections, f"{middle('mails_per_second'):.0f}", f"{middle('cpu_ms_per_mail'):.1f}",
        pair("dot_to_250"), pair("to_receipt"), f"{max(each.peak_mib for each in rounds):.0f}",
    )  # fmt: skip


def _python_of_the_peer(folder: Path) -> Path:
    """An environment of its own, made once."""
    python = folder / "bin" / "python"
    if not (folder / ".ready").exists():
        print(f"setting up {PEER} in {folder.name} (once)", file=sys.stderr)
        venv.create(folder, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER]
        subprocess.run(pip, check=True)  # noqa: S603
        (folder / ".ready").touch()
    return python


if __name__ == "__main__":
    main()
