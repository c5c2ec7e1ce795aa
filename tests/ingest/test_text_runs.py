"""What is kept from the MIME parser comes back where it was: the tree is the same, whatever the mail."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from mailgate.ingest import mime_tree, text_runs
from mailgate.ingest.limits import Unparsable
from mailgate.ingest.text_runs import without_runs
from tests.fuzz.mutants import mutants, seeds

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
HEAD = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
TEXT = b"\r\n".join(b"line %d" % number for number in range(100))


def tree(raw: bytes) -> object:
    """All that there is to know of it."""
    try:
        block, root = mime_tree.read_tree(raw)
    except Unparsable as unparsable:
        return unparsable.reason
    parts = [
        (part.items(), part.source, part.preamble, part.epilogue, [type(each) for each in part.defects])
        for part in root.walk()
        if isinstance(part, mime_tree.Part)
    ]
    return block, parts


def plain_tree(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> object:
    """The same, read line by line."""
    with monkeypatch.context() as patch:
        patch.setattr(mime_tree, "without_runs", lambda content, start: (content[start:], []))
        return tree(raw)


def all_the_same(mails: Sequence[bytes], monkeypatch: pytest.MonkeyPatch) -> bool:
    return all(tree(raw) == plain_tree(raw, monkeypatch) for raw in mails)


@pytest.mark.parametrize("long", [1, 40, 400])
def test_broken_mails_have_the_same_tree(monkeypatch: pytest.MonkeyPatch, long: int) -> None:
    monkeypatch.setattr(text_runs, "_LONG", long)
    assert all_the_same([*seeds(), *mutants(300, seed=long)], monkeypatch)


@pytest.mark.parametrize(
    "body",
    [
        TEXT,
        TEXT + b"\r\n",
        TEXT.replace(b"\r\n", b"\n"),
        TEXT.replace(b"line 50\r\n", b"line 50\r"),
        TEXT.replace(b"line 50", b"--b"),
        b"--b\r\n\r\n" + TEXT + b"\r\n--b--\r\n" + TEXT + b"\r\n\r\n" + TEXT,
        TEXT + b"\r\n--b\r\nContent-Type: image/png\r\n\r\n" + bytes(range(14, 256)) * 3 + b"\n\r\n--b--",
        b"--b\r\n" + TEXT + b"\r\n\r\n" + TEXT + b"\r\n--b--",
        b"\0run 0\0\r\n" + TEXT,
        b"--\r\n\r\n" * 100 + TEXT,
    ],
)
def test_text_is_where_it_was(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    mails = [HEAD + body, b"Subject: a\r\n\r\n" + body, body]
    assert all_the_same(mails, monkeypatch)


def test_the_parser_is_given_no_line_of_an_attachment() -> None:
    body = b"--b\r\nContent-Type: image/png\r\n\r\n" + TEXT + b"\r\n--b--\r\n"
    given, runs = without_runs(HEAD + body, len(HEAD))
    assert given == b"--b\r\nContent-Type: image/png\r\n\r\n\0run 0\0\r\n--b--\r\n"
    assert runs == [TEXT]


def test_a_mail_that_knows_the_sign_is_given_as_it_is() -> None:
    body = TEXT + b"\r\n\0run 0\0\r\n"
    assert without_runs(HEAD + body, len(HEAD)) == (body, [])
