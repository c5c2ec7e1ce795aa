"""What a mail costs on a desk that has seen many: the same rounds with more and more tickets already there.

The desks are filled by ``bench.full_desk``; their people are asleep, so that no clock's mail is measured. All desks are
measured in turn, round by round, so that what else the machine does hits all alike.
"""

import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from bench.children import NextServer
from bench.engine.contestants import Mailgate
from bench.engine.letters import letters
from bench.engine.rounds import Figures, Table
from bench.full_desk import fill
from mailgate.app import Workshop
from mailgate.config_file import load_config

_ROUNDS = 5
_CONNECTIONS = 10
_ASLEEP = (
    "DELETE FROM due",
    "UPDATE specialist SET active = 0",
    "UPDATE superuser SET active = 0",
    "INSERT INTO counter (name, value) VALUES ('ticket', (SELECT max(serial) FROM ticket))"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
)


def growth(sizes: Sequence[int], *, mails: int, seed: int) -> list[dict[str, object]]:
    """For each number of tickets the median figures, and their ratio to the first's; prints a table."""
    rounds: dict[int, list[Figures]] = {size: [] for size in sizes}
    with ExitStack() as stack:
        tables = {size: _desk_of(stack, size) for size in sizes}
        for table in tables.values():
            table.play(letters(seed, mails // 2, name="warm"), connections=_CONNECTIONS)
        for number in range(_ROUNDS):
            for size, table in tables.items():
                round_ = letters(seed + number, mails, name=f"g{number}")
                rounds[size].append(table.play(round_, connections=_CONNECTIONS))
    return _told(rounds)


def _told(rounds: dict[int, list[Figures]]) -> list[dict[str, object]]:
    first = next(iter(rounds.values()))
    told: list[dict[str, object]] = []
    print(f"{'tickets there':>14}{'mails/s':>9}{'CPU ms':>8}{'time × first':>14}{'CPU × first':>13}")
    for size, figures in rounds.items():
        pairs = list(zip(first, figures, strict=True))
        speed = statistics.median(each.mails_per_second for each in figures)
        cpu = statistics.median(each.cpu_ms_per_mail for each in figures)
        time_ratio = statistics.median(one.mails_per_second / each.mails_per_second for one, each in pairs)
        cpu_ratio = statistics.median(each.cpu_ms_per_mail / one.cpu_ms_per_mail for one, each in pairs)
        print(f"{size:>14,}{speed:>9.0f}{cpu:>8.1f}{time_ratio:>14.2f}{cpu_ratio:>13.2f}")
        told.append({"tickets": size, "mails_per_second": speed, "cpu_ms": cpu, "time": time_ratio, "cpu": cpu_ratio})
    return told


def _desk_of(stack: ExitStack, tickets: int) -> Table:
    print(f"filling a desk with {tickets:,} tickets", file=sys.stderr)
    folder = Path(stack.enter_context(TemporaryDirectory()))
    sink = NextServer()
    stack.callback(sink.stop)
    daemon = Mailgate(
        folder, sink.port, name=f"mailgate, {tickets:,} tickets", before=lambda path: _fill(path, tickets)
    )
    stack.callback(daemon.stop)
    return Table(daemon, sink)


def _fill(config: Path, tickets: int) -> None:
    with Workshop(load_config(config)) as workshop:
        fill(workshop.database, workshop.house, tickets=tickets)
        with workshop.database.engine.begin() as connection:
            for statement in _ASLEEP:
                connection.execute(text(statement))
