"""Writes learnt keywords to the configuration file: into a block of their own at its end, the rest stays as it is.

A block of our own needs no library that keeps comments and layout, and shows the operator at a glance what was learnt.
The old file stays beside the new one. Nothing is written that ``load_config`` would not read.
"""

import tomllib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from mailgate.classify.learning import Proposal
from mailgate.config_file import ConfigError, load_config

_BEGIN = "# Learnt from corrections: written by `mailgate classify report --apply`, to be edited or taken out at will."
_END = "# End of what was learnt."
_Learnt = dict[str, dict[str, list[str]]]


def apply(path: Path, chosen: Iterable[Proposal], *, at: datetime) -> Path:
    """Add these keywords; the path of the backup. Raises ``ConfigError`` where the file would not be read any more."""
    text = path.read_text(encoding="utf-8")
    learnt = _learnt(text)
    for one in chosen:
        patterns = learnt.setdefault(one.type.value, {}).setdefault(str(one.weight), [])
        if one.pattern not in patterns:
            patterns.append(one.pattern)
    backup = path.with_name(f"{path.name}.{at:%Y%m%dT%H%M%S}.bak")
    _write(backup, text, like=path)
    new = path.with_name(f".{path.name}.new")
    _write(new, _with_block(text, learnt), like=path)
    try:
        load_config(new)
    except ConfigError:
        new.unlink()
        raise
    new.replace(path)
    return backup


def _learnt(text: str) -> _Learnt:
    there = tomllib.loads(text).get("keywords", {}).get("learnt", {}).get("types", {})
    return {kind: {weight: list(patterns) for weight, patterns in weights.items()} for kind, weights in there.items()}


def _with_block(text: str, learnt: _Learnt) -> str:
    start, end = text.find(_BEGIN), text.find(_END)
    before, behind = (text[:start], text[end + len(_END) :].lstrip("\n")) if 0 <= start < end else (text, "")
    return f"{before.rstrip()}\n\n{_block(learnt)}\n{behind}"


def _block(learnt: _Learnt) -> str:
    lines = [_BEGIN]
    for kind, weights in learnt.items():
        lines += ["", f"[keywords.learnt.types.{kind}]"]
        for weight in sorted(weights, key=int, reverse=True):
            listed = ", ".join('"' + pattern + '"' for pattern in weights[weight])
            lines.append(f"{weight} = [{listed}]")
    return "\n".join([*lines, _END])


def _write(path: Path, text: str, *, like: Path) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(like.stat().st_mode & 0o777)
