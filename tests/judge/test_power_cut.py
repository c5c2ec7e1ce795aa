"""The disk after a power cut holds what an fsync covered, and nothing else."""

from pathlib import Path

from judge.power_cut import Disk
from judge.trace import Call


def a_call(name: str, at: float, *, folder: Path, data: bytes = b"", offset: int = 0, took: float = 0.5) -> Call:
    return Call(begun=at, ended=at + took, name=name, of=str(folder / "f"), data=data, last_number=offset)


def _content(folder: Path, calls: list[Call], until: float) -> bytes:
    (folder / "f").write_bytes(b"----")
    disk = Disk(folder, calls)
    disk.advance(until)
    return bytes(disk._durable["f"])


def test_what_was_written_is_there_once_it_was_synced(tmp_path: Path) -> None:
    calls = [a_call("pwrite64", 1, folder=tmp_path, data=b"ab", offset=1), a_call("fdatasync", 2, folder=tmp_path)]
    assert _content(tmp_path, calls, until=2.4) == b"----"
    assert _content(tmp_path, calls, until=2.6) == b"-ab-"


def test_what_is_written_while_it_syncs_is_not_covered(tmp_path: Path) -> None:
    calls = [
        a_call("fdatasync", 1, folder=tmp_path),
        a_call("pwrite64", 1.2, folder=tmp_path, data=b"ab", offset=1, took=0.1),
    ]
    assert _content(tmp_path, calls, until=9) == b"----"


def test_a_file_can_grow_and_shrink(tmp_path: Path) -> None:
    calls = [
        a_call("pwrite64", 1, folder=tmp_path, data=b"x", offset=6),
        a_call("fsync", 2, folder=tmp_path),
        a_call("ftruncate", 3, folder=tmp_path, offset=2),
        a_call("fsync", 4, folder=tmp_path),
    ]
    assert _content(tmp_path, calls, until=3) == b"----\0\0x"
    assert _content(tmp_path, calls, until=9) == b"--"
