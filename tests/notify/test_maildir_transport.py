import mailbox
import os
from pathlib import Path

import pytest

from mailgate.domain.outgoing import Deferred, Delivered
from mailgate.notify.maildir_transport import MaildirTransport, file_name
from tests.support.outgoing_mails import CONTENT, a_queued_mail, marked


def stored(folder: Path) -> list[bytes]:
    return [path.read_bytes() for part in ("new", "cur") for path in sorted((folder / part).iterdir())]


def test_any_mail_program_opens_it(tmp_path: Path) -> None:
    outcome = MaildirTransport(tmp_path / "outgoing").send(a_queued_mail(), marked)
    assert isinstance(outcome, Delivered)
    opened = mailbox.Maildir(tmp_path / "outgoing", create=False)
    assert [mail["subject"] for mail in opened] == ["[MG-100001-0] Hej"]
    assert list((tmp_path / "outgoing" / "tmp").iterdir()) == []


def test_lines_end_with_lf_and_nothing_is_added(tmp_path: Path) -> None:
    MaildirTransport(tmp_path).send(a_queued_mail(), marked)
    assert stored(tmp_path) == [CONTENT.replace(b"\r\n", b"\n")]


def test_a_mail_that_is_sent_again_is_there_once(tmp_path: Path) -> None:
    for _ in range(2):
        assert isinstance(MaildirTransport(tmp_path).send(a_queued_mail(), marked), Delivered)
    assert len(stored(tmp_path)) == 1


@pytest.mark.parametrize("flags", ["", ":2,", ":2,FS"])
def test_a_mail_that_was_read_meanwhile_does_not_come_back(flags: str, tmp_path: Path) -> None:
    queued = a_queued_mail()
    MaildirTransport(tmp_path).send(queued, marked)
    (tmp_path / "new" / file_name(queued)).rename(tmp_path / "cur" / f"{file_name(queued)}{flags}")
    assert isinstance(MaildirTransport(tmp_path).send(queued, marked), Delivered)
    assert len(stored(tmp_path)) == 1


def test_other_mails_are_other_files(tmp_path: Path) -> None:
    transport = MaildirTransport(tmp_path)
    for queued in (a_queued_mail(1), a_queued_mail(11), a_queued_mail(1, message_id="<else@mailgate.example.com>")):
        transport.send(queued, marked)
    assert len(stored(tmp_path)) == 3


def test_a_draft_of_a_crash_is_overwritten(tmp_path: Path) -> None:
    queued = a_queued_mail()
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp" / file_name(queued)).write_bytes(b"half a ma" * 100)
    MaildirTransport(tmp_path).send(queued, marked)
    assert stored(tmp_path) == [CONTENT.replace(b"\r\n", b"\n")]


def test_a_hostile_message_id_is_no_path(tmp_path: Path) -> None:
    MaildirTransport(tmp_path / "box").send(a_queued_mail(message_id="</../../../x\0\udcff@h>"), marked)
    assert [path.name for path in tmp_path.iterdir()] == ["box"]
    assert len(stored(tmp_path / "box")) == 1


def test_a_full_disk_defers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    transport = MaildirTransport(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    assert transport.send(a_queued_mail(), marked) == Deferred(diagnostic="maildir: No space left on device")
    assert stored(tmp_path) == []
    monkeypatch.undo()
    assert isinstance(transport.send(a_queued_mail(), marked), Delivered)
    assert len(stored(tmp_path)) == 1


def test_a_folder_that_cannot_be_made_defers(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    outcome = MaildirTransport(tmp_path / "file" / "box").send(a_queued_mail(), marked)
    assert outcome == Deferred(diagnostic="maildir: Not a directory")


def test_the_file_is_durable_before_its_name_and_its_name_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    sync, rename = os.fsync, Path.rename

    def seen_sync(descriptor: int) -> None:
        order.append("sync " + Path(f"/proc/self/fd/{descriptor}").readlink().parent.name)
        sync(descriptor)

    def seen_rename(path: Path, target: Path) -> Path:
        order.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", seen_sync)
    monkeypatch.setattr(Path, "rename", seen_rename)
    MaildirTransport(tmp_path / "box").send(a_queued_mail(), marked)
    assert order == ["sync tmp", "rename", "sync box"]
