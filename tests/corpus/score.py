"""Scores ``mailgate inspect`` against what the sources of ../shared/corpus say of their mails: ``make corpus``.

Prints a table of the fields, and every miss with the reason why we differ (``differences.toml``).
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parents[1].parent / "shared" / "corpus"
MANIFEST = CORPUS / "manifest.jsonl"
DIFFERENCES = HERE / "differences.toml"
READABLE_KINDS = frozenset({"person", "auto-reply", "bounce", "feedback-report", "list", "calendar"})
MACHINES = frozenset({"auto-reply", "bounce", "feedback-report", "list"})
AS = {"message": [], "text-body": ["--as", "text"], "html-body": ["--as", "html"]}

Entry = dict[str, Any]


@dataclass
class Score:
    """Of one field: how many were right, and what was not."""

    right: int = 0
    missed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.right / (self.right + len(self.missed)) if self.right or self.missed else 1.0


def entries() -> list[Entry]:
    return [json.loads(line) for line in MANIFEST.read_text(encoding="utf-8").splitlines()]


def inspected(wanted: list[Entry]) -> dict[str, Entry]:
    """What ``inspect`` prints, by file; its lines are counted, so that a lost one is noticed."""
    out: dict[str, Entry] = {}
    for form, options in AS.items():
        files = [str(CORPUS / entry["file"]) for entry in wanted if entry["format"] == form]
        command = [sys.executable, "-m", "mailgate", "inspect", "--jsonl", *options, *files]
        ran = subprocess.run(command, capture_output=True, text=True, check=False) if files else None
        lines = ran.stdout.splitlines() if ran is not None else []
        assert len(lines) == len(files), ran and ran.stderr[-2000:]
        for line in lines:
            one = json.loads(line)
            out[str(Path(one["file"]).relative_to(CORPUS))] = one
    return out


def score() -> dict[str, Score]:
    """Every field that the sources state."""
    wanted = entries()
    found = inspected(wanted)
    scores: dict[str, Score] = {}
    for entry in wanted:
        one = found[entry["file"]]
        for name, right, told in checks(entry, one):
            kept = scores.setdefault(name, Score())
            if right:
                kept.right += 1
            else:
                kept.missed.append((entry["file"], told))
    return scores


def checks(entry: Entry, one: Entry) -> Iterator[tuple[str, bool, str]]:
    """Field, whether it is right, and what was read instead."""
    yield "survived", not one["error"], one["error"]
    yield "at most 1 s", one["seconds"] <= 1.0, f"{one['seconds']} s"
    for name, check in CHECKS.items():
        if name in entry["expect"]:
            yield from check(entry["expect"][name], one, entry)


def _kind(stated: str, one: Entry, entry: Entry) -> Iterator[tuple[str, bool, str]]:
    if stated in READABLE_KINDS:
        yield "kind", one["kind"] == stated, f"{stated}: {one['kind']}"
    if stated in ("bounce", "feedback-report", "calendar"):
        yield f"recall of {stated}", one["kind"] == stated, str(one["kind"])
    if stated == "person":
        yield "no person called a machine", one["kind"] not in MACHINES, str(one["kind"])


def _attachments(stated: list[Entry], one: Entry, entry: Entry) -> Iterator[tuple[str, bool, str]]:
    left = list(one["attachments"])
    if not stated:
        yield "no attachments where there are none", not left, str([each["name"] for each in left])
    for wanted in stated:
        match = next((each for each in left if each["name"] == wanted.get("name")), None)
        if "name" in wanted:
            yield "attachment names", match is not None, f"{wanted['name']!r} {[each['name'] for each in left]}"
        elif "size" in wanted:
            match = next((each for each in left if each["size"] == wanted["size"]), None)
        if "size" in wanted and (match is not None or "name" not in wanted):
            same = match is not None and match["size"] == wanted["size"]
            yield "attachment sizes", same, f"{wanted['size']}: {match and match['size']}"
        if match is not None:
            left.remove(match)


def _plain(text: str | None, entry: Entry) -> str:
    joint = "" if "compare-no-whitespace" in entry.get("tags", ()) else " "
    return joint.join((text or "").split())


def _same(name: str, *, folded: bool = False) -> Callable[[Any, Entry, Entry], Iterator[tuple[str, bool, str]]]:
    def check(stated: Any, one: Entry, entry: Entry) -> Iterator[tuple[str, bool, str]]:
        ours, theirs = _plain(one[name], entry), _plain(stated, entry)
        yield name, ours.lower() == theirs.lower() if folded else ours == theirs, f"{theirs[:80]!r}: {ours[:80]!r}"

    return check


def _contains(stated: list[str], one: Entry, entry: Entry) -> Iterator[tuple[str, bool, str]]:
    for each in [stated] if isinstance(stated, str) else stated:
        yield "reply_contains", _plain(each, entry) in _plain(one["reply_text"], entry), each[:80]


def _not_contains(stated: list[str], one: Entry, entry: Entry) -> Iterator[tuple[str, bool, str]]:
    for each in [stated] if isinstance(stated, str) else stated:
        yield "reply_not_contains", _plain(each, entry) not in _plain(one["reply_text"], entry), each[:80]


def _recipients(stated: list[str], one: Entry, entry: Entry) -> Iterator[tuple[str, bool, str]]:
    ours = {each.lower() for each in one["bounce_recipients"]}
    yield "bounce_recipients", ours == {each.lower() for each in stated}, f"{stated}: {sorted(ours)}"


def _statuses(stated: list[str], one: Entry, entry: Entry) -> Iterator[tuple[str, bool, str]]:
    # Detail codes of 900 and more are a source's own, and stand in no mail.
    real = {each for each in stated if int(each.rpartition(".")[2]) < 900}
    if real:
        yield "bounce_status", real <= set(one["bounce_status"]), f"{sorted(real)}: {one['bounce_status']}"


def _kind_not(stated: list[str], one: Entry, entry: Entry) -> Iterator[tuple[str, bool, str]]:
    for each in stated:
        yield "kind_not", one["kind"] != each, each


def _allowed(stated: bool, one: Entry, entry: Entry) -> Iterator[tuple[str, bool, str]]:
    yield "auto_reply_allowed", one["auto_reply_allowed"] == stated, f"{stated}: {one['kind']}"


CHECKS: dict[str, Callable[[Any, Entry, Entry], Iterator[tuple[str, bool, str]]]] = {
    "from": _same("from", folded=True),
    "subject": _same("subject"),
    "kind": _kind,
    "kind_not": _kind_not,
    "auto_reply_allowed": _allowed,
    "bounce_recipients": _recipients,
    "bounce_status": _statuses,
    "attachments": _attachments,
    "body_text": _same("body_text"),
    "reply_text": _same("reply_text"),
    "reply_contains": _contains,
    "reply_not_contains": _not_contains,
}


def differences() -> dict[str, dict[str, str]]:
    """field → file → why we differ."""
    return tomllib.loads(DIFFERENCES.read_text(encoding="utf-8"))


def main() -> None:
    if not MANIFEST.is_file():
        print("skipped: ../shared/corpus is not here (real mail, not part of the project)")
        return
    known = differences()
    scores = score()
    for name, one in scores.items():
        for file, told in one.missed:
            reason = known.get(name, {}).get(file)
            print(f"{name}  {file}\n    {told}\n    {reason or 'NO REASON GIVEN'}")
    print()
    for name, one in scores.items():
        total = one.right + len(one.missed)
        print(f"{name:<40}{one.right:>6} of {total:<6}{100 * one.share:6.1f} %")


if __name__ == "__main__":
    main()
