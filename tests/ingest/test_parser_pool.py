"""The pool of parser children: hostile mail kills its child and no more."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailgate.domain.mail import Address
from mailgate.ingest.parse import parse
from mailgate.ingest.parser_pool import CHILD, ParserPool, ParserUnavailable, Unparsable

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
GOOD = b"From: anna@kund.example\nSubject: Hej\n\nHej\n"

# A child of our own: the real one, with a parser that does what the test says when it meets a certain mail.
SCRIPT = """
import os, signal, sys, time
from pathlib import Path
from mailgate.ingest import parser_child
real = parser_child.parse

def parse(raw):
    if b"Subject: Bomb" in raw:
        with Path({log!r}).open("a") as log:
            print(os.getpid(), file=log)
        {deed}
    return real(raw)

parser_child.parse = parse
parser_child.main()
"""

Pool = Callable[..., ParserPool]


def a_bomb() -> bytes:
    return GOOD.replace(b"Hej", b"Bomb", 1)


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    pools: list[ParserPool] = []

    def start(*, deed: str = "", children: int = 1, seconds: float = 10, memory_mib: int = 512) -> ParserPool:
        script = tmp_path / "child.py"
        script.write_text(SCRIPT.format(log=str(tmp_path / "bombs"), deed=deed or "pass"), encoding="utf-8")
        command = (sys.executable, str(script)) if deed else CHILD
        pools.append(ParserPool(children=children, memory_mib=memory_mib, seconds=seconds, command=command))
        return pools[-1]

    yield start
    for each in pools:
        each.close()


def reason_of(pool: ParserPool, raw: bytes) -> str:
    with pytest.raises(Unparsable) as caught:
        pool.parse(raw)
    return caught.value.reason


def victims(tmp_path: Path) -> list[int]:
    return [int(line) for line in (tmp_path / "bombs").read_text(encoding="utf-8").splitlines()]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"


def until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


@pytest.mark.parametrize("name", sorted(path.stem for path in CORPUS.glob("*.eml")))
def test_a_mail_comes_back_from_its_child_as_it_was_read(shared: ParserPool, name: str) -> None:
    raw = (CORPUS / f"{name}.eml").read_bytes()
    assert shared.parse(raw) == parse(raw)


@pytest.fixture(scope="module")
def shared() -> Iterator[ParserPool]:
    pool = ParserPool(children=2, memory_mib=512, seconds=10)
    yield pool
    pool.close()


def test_what_cannot_be_read_has_its_reason(shared: ParserPool) -> None:
    assert reason_of(shared, b"A: b\n" * 2000) == "limit:fields"


def test_many_threads_share_a_few_children(shared: ParserPool) -> None:
    with ThreadPoolExecutor(8) as threads:
        mails = list(threads.map(lambda no: shared.parse(GOOD.replace(b"Hej", b"Nr %d" % no, 1)), range(60)))
    assert [mail.subject for mail in mails] == [f"Nr {no}" for no in range(60)]


def test_a_mail_that_kills_its_child_is_tried_in_three_and_then_reported(pool: Pool, tmp_path: Path) -> None:
    one = pool(deed="os.kill(os.getpid(), signal.SIGSEGV)")
    assert reason_of(one, a_bomb()) == "killed: signal 11"
    assert len(set(victims(tmp_path))) == 3
    assert one.parse(GOOD).author == Address(spec="anna@kund.example")


def test_a_mail_whose_child_dies_once_is_read_by_the_next(pool: Pool, tmp_path: Path) -> None:
    one = pool(deed=f"len(Path({str(tmp_path / 'bombs')!r}).read_text().splitlines()) == 1 and os._exit(3)")
    assert one.parse(a_bomb()).subject == "Bomb"
    assert len(set(victims(tmp_path))) == 2


def test_a_child_that_leaves_without_a_word_is_reported_with_its_code(pool: Pool) -> None:
    assert reason_of(pool(deed="os._exit(3)"), a_bomb()) == "exited: code 3"


def test_a_mail_that_takes_too_long_is_given_up_and_its_child_ended(pool: Pool, tmp_path: Path) -> None:
    one = pool(deed="time.sleep(60)", seconds=0.5)
    assert reason_of(one, a_bomb()) == "time-out after 0.5 s"
    (victim,) = victims(tmp_path)
    assert not is_alive(victim)
    assert one.parse(GOOD).subject == "Hej"


def test_a_mail_larger_than_a_pipe_is_given_up_when_nobody_reads_it(pool: Pool) -> None:
    one = pool(seconds=0.5)
    one.parse(GOOD)
    os.kill(one.pids[0], signal.SIGSTOP)
    assert reason_of(one, GOOD + b"x" * 1_000_000) == "time-out after 0.5 s"
    assert one.parse(GOOD).subject == "Hej"


def test_a_mail_that_eats_memory_stops_at_the_limit(pool: Pool, tmp_path: Path) -> None:
    one = pool(deed="bytearray(10**9)", memory_mib=256)
    assert reason_of(one, a_bomb()) == "memory"
    assert len(victims(tmp_path)) == 1
    assert one.parse(GOOD).subject == "Hej"


def test_other_mails_flow_while_one_hangs(pool: Pool) -> None:
    two = pool(deed="time.sleep(60)", children=2, seconds=3)
    reasons: list[str] = []
    thread = threading.Thread(target=lambda: reasons.append(reason_of(two, a_bomb())))
    thread.start()
    assert [two.parse(GOOD).subject for _ in range(20)] == ["Hej"] * 20
    assert thread.is_alive()
    thread.join()
    assert reasons == ["time-out after 3 s"]


def test_a_child_that_died_between_two_mails_costs_no_mail(pool: Pool) -> None:
    one = pool()
    first = one.parse(GOOD)
    (child,) = one.pids
    os.kill(child, signal.SIGKILL)
    assert until(lambda: not is_alive(child))
    assert one.parse(GOOD) == first
    assert one.pids != (child,)


@pytest.mark.parametrize("sent", [b"cos\nsystem\n(S'true'\ntR.", b"I1\n.", b"garbage", b""])
def test_a_child_that_was_taken_over_can_send_nothing_that_runs(pool: Pool, sent: bytes) -> None:
    answer = [bytes(1), bytes(1) + sent]
    deed = f"send = parser_child.write_message; parser_child.write_message = lambda sink, _: send(sink, {answer!r})"
    assert reason_of(pool(deed=deed), a_bomb()) == "error: the child's answer is no mail"


def test_a_child_that_announces_an_endless_answer_is_not_believed(pool: Pool) -> None:
    for endless in (b"\x7f" * 8, (1).to_bytes(8, "big") + b"\x7f" * 8):
        deed = f"parser_child.write_message = lambda sink, _: (sink.write({endless!r}), sink.flush(), os._exit(0))"
        assert reason_of(pool(deed=deed), a_bomb()) == "exited: code 0"


def test_some_mails_are_read_together_each_with_its_own_answer(shared: ParserPool) -> None:
    raws = [GOOD, b"A: b\n" * 2000, GOOD.replace(b"Hej", b"Nr 2", 1)]
    first, second, third = shared.parse_all(raws)
    assert (first, third) == (parse(raws[0]), parse(raws[2]))
    assert isinstance(second, Unparsable)
    assert second.reason == "limit:fields"
    assert shared.parse_all([]) == []


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "killed: signal 11"),
        ("time.sleep(60)", "time-out after 0.5 s"),
        ("bytearray(10**9)", "memory"),
    ],
)
def test_a_mail_that_takes_its_child_along_costs_those_beside_it_nothing(pool: Pool, deed: str, reason: str) -> None:
    one = pool(deed=deed, seconds=0.5, memory_mib=256)
    one.parse(GOOD)
    before, bomb, after = one.parse_all([GOOD, a_bomb(), GOOD])
    assert before == after == parse(GOOD)
    assert isinstance(bomb, Unparsable)
    assert bomb.reason == reason


def test_children_end_when_their_daemon_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from mailgate.ingest.parser_pool import ParserPool\n"
        "pool = ParserPool(children=2, memory_mib=512, seconds=10)\n"
        "pool.parse(b'Subject: a\\n\\n'); print(*pool.pids, flush=True); time.sleep(60)"
    )
    daemon = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert daemon.stdout is not None
    children = [int(pid) for pid in daemon.stdout.readline().split()]
    assert len(children) == 2
    assert all(is_alive(pid) for pid in children)
    daemon.kill()
    daemon.wait()
    daemon.stdout.close()
    assert until(lambda: not any(is_alive(pid) for pid in children))


def test_an_interrupt_at_the_terminal_does_not_reach_the_children(pool: Pool) -> None:
    one = pool()
    before = one.parse(GOOD)
    for interrupt in (signal.SIGINT, signal.SIGTERM):
        os.kill(one.pids[0], interrupt)
    pids = one.pids
    assert one.parse(GOOD) == before
    assert one.pids == pids


def test_a_child_is_replaced_before_it_grows_old(pool: Pool) -> None:
    one = pool(deed="parser_child._MAILS_PER_LIFE = 3")
    one.parse(a_bomb())
    (young,) = one.pids
    one.parse(GOOD)
    assert one.pids == (young,)
    one.parse(GOOD)
    assert one.pids != (young,)
    assert one.parse(GOOD).subject == "Hej"


def test_children_that_cannot_start_are_no_mails_fault() -> None:
    pool = ParserPool(children=1, memory_mib=512, seconds=10, command=(sys.executable, "-c", "raise SystemExit(7)"))
    with pytest.raises(ParserUnavailable, match="7"):
        pool.parse(GOOD)
    pool.close()


def test_a_closed_pool_has_no_children_and_says_so(pool: Pool) -> None:
    one = pool(children=2)
    one.parse(GOOD)
    pids = one.pids
    one.close()
    assert not any(is_alive(pid) for pid in pids)
    with pytest.raises(ParserUnavailable):
        one.parse(GOOD)
