"""A specialist's commands: the lines that begin with ``#`` at the top of a reply, and what the words below them are.

What is internal begins at ``#note`` and ends with the mail, wherever the ``#note`` stands. A line that looks like a
command and cannot be followed is told of, and is never text: better nothing goes out than what was meant to stay.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mailgate.classify.commands.nearest import by_spelling, key_of, nearest
from mailgate.classify.commands.signs import typed
from mailgate.domain.command_table import SPECIALISTS
from mailgate.domain.commands import (
    Asked,
    Below,
    Command,
    Grammar,
    Instructions,
    Trouble,
    Unclear,
)

_KNOWN = by_spelling(SPECIALISTS)
_LIST_MARK = r"(?:[-*•·–—]\s)?"
_LINE = re.compile(rf"{_LIST_MARK}#+(?P<space>\s*)(?P<word>[^\W\d_]+(?:-[^\W\d_]+)*)(?P<rest>.*)")
_BETWEEN = " \t:=.,;!…–—-"
_AROUND = "\"'“”„»«’‘<>()[]"
_NEXT = re.compile(r"(?<=\s)#(?=[^\W\d_])")
_INSIDE = re.compile(r"(?<=\s)#\s?(?P<word>[^\W\d_]+)")
_NEARLY = 0.75
_MOST_LINES = 40


def specialist_instructions(words: str) -> Instructions:
    """What a specialist asks for; ``words``: their own, without quotes and signature."""
    lines = words.split("\n")
    top = _length_of_top(lines)
    found = [each for line in lines[:top] for each in _read(line)]
    asked = [one for one in found if isinstance(one, Asked)]
    unclear = [one for one in found if isinstance(one, Unclear)]
    if any(one.command.below is Below.INTERNAL for one in asked):
        return _result(asked, unclear, "\n".join(lines[top:]))
    note = next((place for place in range(top, len(lines)) if _is_note(lines[place])), len(lines))
    if note < len(lines):
        first = _read(lines[note])[0]
        asked += [first] if isinstance(first, Asked) else []
    below = lines[top:note]
    unclear += [_misplaced(line) for line in below if _looks_like_one(line)]
    inner = "\n".join(lines[note + 1 :])
    result = _result(asked if note == len(lines) else asked[:-1], unclear, "\n".join(below))
    return result if note == len(lines) else _with_note(result, asked[-1], inner)


def _length_of_top(lines: Sequence[str]) -> int:
    """How many lines stand above the first that is neither empty nor begins like a command."""
    for place, line in enumerate(lines):
        if place >= _MOST_LINES or (typed(line) and not _begins_like_one(line)):
            return place
    return len(lines)


def _begins_like_one(line: str) -> bool:
    """``#1`` numbers a list, ``#`` alone says nothing."""
    match = _LINE.match(typed(line))
    return match is not None


def _read(line: str) -> list[Asked | Unclear]:
    """The commands of a line: format=flowed joins what was typed on several (RFC 3676 §4.2)."""
    return list(_commands_in(typed(line)))


def _commands_in(line: str) -> Iterator[Asked | Unclear]:
    match = _LINE.match(line)
    if match is None:
        return
    command = _KNOWN.get(key_of(match["word"]))
    if command is None:
        yield Unclear(line=line, trouble=Trouble.UNKNOWN, nearest=nearest(match["word"], _KNOWN))
        return
    rest = match["rest"]
    if command.argument is not Grammar.TEXT and (following := _next_command(rest)) is not None:
        yield _one(command, line[: len(line) - len(rest) + following].strip(), rest[:following])
        yield from _commands_in(rest[following:])
        return
    yield _one(command, line, rest)


def _next_command(rest: str) -> int | None:
    return next((match.start() for match in _NEXT.finditer(rest) if _begins_known(rest[match.start() :])), None)


def _begins_known(text: str) -> bool:
    match = _LINE.match(text)
    return match is not None and key_of(match["word"]) in _KNOWN


def _one(command: Command, line: str, rest: str) -> Asked | Unclear:
    said = rest.strip().lstrip(_BETWEEN).strip()
    if command.argument is Grammar.TEXT:
        return Asked(command=command, line=line.removesuffix(rest).strip(), text=said)
    argument = said.strip(_AROUND).rstrip(_BETWEEN).strip()
    if command.argument is Grammar.NONE:
        if argument:
            return Unclear(line=line, trouble=Trouble.TAKES_NO_ARGUMENT, nearest=command)
        return Asked(command=command, line=line)
    if not argument and not command.may_lack:
        return Unclear(line=line, trouble=Trouble.LACKS_ARGUMENT, nearest=command)
    return Asked(command=command, line=line, argument=argument)


def _is_note(line: str) -> bool:
    match = _LINE.match(typed(line))
    command = _KNOWN.get(key_of(match["word"])) if match else None
    return command is not None and command.below is Below.INTERNAL


def _looks_like_one(line: str) -> bool:
    """Below the text: ``#word``, ``# close``, or an internal remark in the middle of a line."""
    plain = typed(line)
    match = _LINE.match(plain)
    if match is not None and (not match["space"] or nearest(match["word"], _KNOWN, alike=_NEARLY) is not None):
        return True
    inside = (_KNOWN.get(key_of(found["word"])) for found in _INSIDE.finditer(plain))
    return any(command is not None and command.below is Below.INTERNAL for command in inside)


def _misplaced(line: str) -> Unclear:
    match = _LINE.match(typed(line))
    meant = nearest(match["word"], _KNOWN) if match else None
    return Unclear(line=typed(line), trouble=Trouble.BELOW_TEXT, nearest=meant)


def _result(asked: Sequence[Asked], unclear: Sequence[Unclear], text: str) -> Instructions:
    """Give the words to the command whose own they are; to two commands they cannot belong."""
    text = text.strip()
    owners = [one for one in asked if one.command.below is not Below.ANSWER]
    if len(owners) > 1 and not _one_is_a_note(owners):
        second = Unclear(line=owners[1].line, trouble=Trouble.TWO_TEXTS, nearest=owners[0].command)
        return Instructions(asked=tuple(asked), unclear=(*unclear, second), text=text)
    if not owners:
        return Instructions(asked=tuple(asked), unclear=tuple(unclear), text=text)
    owner = next((one for one in owners if one.command.below is Below.INTERNAL), owners[0])
    with_text = [_with_text(one, text) if one is owner else one for one in asked]
    return Instructions(asked=tuple(with_text), unclear=tuple(unclear))


def _one_is_a_note(owners: Sequence[Asked]) -> bool:
    """``#note`` and ``#ask``, each with words on its own line: what stands below is internal."""
    notes = [one for one in owners if one.command.below is Below.INTERNAL]
    return len(notes) == 1 and len(owners) - len(notes) == 1


def _with_note(result: Instructions, note: Asked, inner: str) -> Instructions:
    return replace(result, asked=(*result.asked, _with_text(note, inner)))


def _with_text(one: Asked, below: str) -> Asked:
    return replace(one, text="\n".join(part for part in (one.text, below.strip()) if part))
