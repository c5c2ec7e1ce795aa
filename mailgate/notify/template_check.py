"""Finds what is wrong with a template, and where: file and line, for whoever changed it.

Before any mail (``check_template``: what can be seen without values), and where wording one went wrong (``place_of``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Any, get_args

from jinja2 import Environment, FileSystemLoader, nodes
from jinja2.exceptions import TemplateNotFound, TemplateSyntaxError
from jinja2.meta import find_referenced_templates, find_undeclared_variables

from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import NoticeContent

# What every template may use, whatever it tells: see compose.
_ALWAYS = frozenset({"name", "desk", "language", "words"})
NO_UTF8 = "this is no UTF-8 text; save it as UTF-8"


class WordingError(Exception):
    """A template or word list that cannot be used; names the file and what is wrong with it."""


def names_known(kind: NoticeKind) -> frozenset[str]:
    """The names that the templates of a notice may use."""
    contents = [content for content in get_args(NoticeContent) if kind in _kinds_of(content)]
    return _ALWAYS | {field.name for content in contents for field in fields(content)}


def _kinds_of(content: type[Any]) -> frozenset[NoticeKind]:
    """Most contents are of one kind, and have it as their default; the others say which they serve."""
    default = next(field.default for field in fields(content) if field.name == "kind")
    return frozenset({default}) if isinstance(default, NoticeKind) else content.serves


def check_template(environment: Environment, folders: Sequence[Path], name: str, known: frozenset[str]) -> None:
    """Find now what would else be found by the first mail: in the template, and in all that it draws in."""
    place = next((folder / name for folder in folders if (folder / name).is_file()), name)
    try:
        environment.get_template(name)
        tree = environment.parse(FileSystemLoader(folders).get_source(environment, name)[0])
    except TemplateNotFound as error:
        raise WordingError(f"{name}: in none of the template folders") from error
    except TemplateSyntaxError as error:
        raise WordingError(f"{place}, line {error.lineno}: {error.message}") from error
    except UnicodeDecodeError as error:
        raise WordingError(f"{place}: {NO_UTF8}") from error
    if unknown := _undeclared(tree) - known:
        line, missing = min((node.lineno, node.name) for node in tree.find_all(nodes.Name) if node.name in unknown)
        raise WordingError(f"{place}, line {line}: there is no {missing} here; known are {', '.join(sorted(known))}")
    for drawn_in in find_referenced_templates(tree):
        if drawn_in is not None:
            check_template(environment, folders, drawn_in, known)


def _undeclared(tree: nodes.Template) -> set[str]:
    """The names that must come from outside. Jinja does not see in a block what the top of the file imports or sets."""
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    own |= {node.name for node in tree.find_all(nodes.Macro)} | {node.target for node in tree.find_all(nodes.Import)}
    for node in tree.find_all(nodes.FromImport):
        own |= {name if isinstance(name, str) else name[1] for name in node.names}
    return find_undeclared_variables(tree) - own


def place_of(error: Exception, folders: Sequence[Path]) -> str:
    """The file and line of the template that was worded when it happened; empty if it was none of ours."""
    roots = tuple(str(folder) for folder in folders)
    frames = [frame for frame in _frames(error.__traceback__) if frame[0].startswith(roots)]
    return f"{frames[-1][0]}, line {frames[-1][1]}" if frames else ""


def _frames(trace: TracebackType | None) -> Iterator[tuple[str, int]]:
    """Jinja has put the templates' own places in."""
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
