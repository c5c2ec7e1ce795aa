"""The key file is made once, is nobody else's to read, and grows by rotation."""

import stat
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest

from mailgate.reply_keys import ReplyKeys, ReplyKeysError, is_open_to_others, make_keys, read_keys, rotate_keys

DAY = date(2026, 11, 23)
NINETY = timedelta(days=90)
_BYTES: Iterator[int] = count(1)


def a_key(length: int) -> bytes:
    return bytes([next(_BYTES)]) * length


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "reply-keys"
    assert make_keys(made, new_key=a_key, today=DAY)
    return made


def test_it_is_made_once_and_for_its_owner_alone(path: Path) -> None:
    before = read_keys(path)
    assert not make_keys(path, new_key=a_key, today=DAY)
    assert read_keys(path) == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not is_open_to_others(path)
    assert sorted(each.name for each in path.parent.iterdir()) == [path.name], "no scratch file stays behind"


def test_rotating_adds_a_key_and_keeps_the_file_for_its_owner(path: Path) -> None:
    (first,) = read_keys(path)
    keys = rotate_keys(path, new_key=a_key, today=DAY + timedelta(days=5), keep=NINETY)
    assert keys[0] == first
    assert tuple(keys) == read_keys(path)
    assert keys[-1].since == DAY + timedelta(days=5)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_rotating_drops_keys_whose_last_tokens_have_expired(path: Path) -> None:
    (first,) = read_keys(path)
    rotate_keys(path, new_key=a_key, today=DAY + timedelta(days=5), keep=NINETY)
    assert first in rotate_keys(path, new_key=a_key, today=DAY + timedelta(days=95), keep=NINETY)
    assert first not in rotate_keys(path, new_key=a_key, today=DAY + timedelta(days=96), keep=NINETY)


def test_forgetting_leaves_the_new_key_alone_even_where_the_file_is_gone_or_damaged(path: Path) -> None:
    assert len(rotate_keys(path, new_key=a_key, today=DAY, keep=None)) == len(read_keys(path)) == 1
    path.write_text("rubbish", encoding="ascii")
    assert len(rotate_keys(path, new_key=a_key, today=DAY, keep=None)) == 1
    path.unlink()
    assert len(rotate_keys(path, new_key=a_key, today=DAY, keep=None)) == len(read_keys(path)) == 1


def test_no_two_keys_have_one_name(path: Path) -> None:
    (first,) = read_keys(path)
    offered = iter([first.secret, first.secret, b"\xee" * 32])
    keys = rotate_keys(path, new_key=lambda _: next(offered), today=DAY, keep=NINETY)
    assert keys[-1].secret == b"\xee" * 32


@pytest.mark.parametrize(
    "content",
    [
        b"", b"# nothing\n", b"2026-11-23\n", b"2026-11-23 00ff\n", b"2026-13-23 " + b"ab" * 32 + b"\n", b"\xff\xfe",
        b"2026-11-23 " + b"ab" * 32 + b"\n2026-11-22 " + b"cd" * 32 + b"\n", b"2026-11-23 " + b"zz" * 32 + b"\n",
    ],
)  # fmt: skip
def test_a_damaged_file_is_told_without_what_stands_in_it(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ReplyKeysError, match=r"reply-keys is (damaged|no key file)") as told:
        read_keys(path)
    assert "abab" not in str(told.value)


def test_a_file_that_is_gone_is_told_with_what_to_do(path: Path) -> None:
    path.unlink()
    with pytest.raises(ReplyKeysError, match=r"reply-keys is gone.*rotate --forget"):
        ReplyKeys(path, proves_for=NINETY)


def test_a_running_process_sees_a_new_key(path: Path) -> None:
    keys = ReplyKeys(path, proves_for=NINETY)
    assert len(keys().keys) == 1
    rotate_keys(path, new_key=a_key, today=DAY, keep=NINETY)
    assert keys().keys == read_keys(path)
    assert keys().proves_for == NINETY


def test_a_running_process_goes_on_with_what_it_read_where_the_file_is_spoilt(path: Path) -> None:
    keys = ReplyKeys(path, proves_for=NINETY)
    before = keys()
    path.write_text("rubbish and more rubbish", encoding="ascii")
    assert keys() == before
    path.unlink()
    assert keys() == before
