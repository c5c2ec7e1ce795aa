"""What no tool holds us to: sizes, and that things which name each other do not part."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from mailgate.config import Config, DeskConfig, ImapConfig, TeamConfig
from mailgate.crash_points import CRASH_POINTS, crash_point
from mailgate.domain.verdict import Verdict
from mailgate.shipped import sample_config

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "mailgate").rglob("*.py"))
LONGEST_FILE = 250
LONGEST_FUNCTION = 50
DATA = {"store/migrations/versions/0001_first.py"}  # a list of columns, with nothing to follow


def _name(path: Path) -> str:
    return path.relative_to(ROOT / "mailgate").as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_files_stay_short_and_say_what_they_are_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert _name(path) in DATA or len(text.splitlines()) <= LONGEST_FILE
    assert ast.get_docstring(ast.parse(text)), "every file opens with what it is for"


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_functions_stay_short(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _name(path) not in DATA:
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, f"{node.name} does more than one thing"


def _keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _keys(field.annotation, f"{prefix}{name}.")
        else:
            yield prefix + name


def test_every_key_of_the_configuration_stands_in_the_commented_file_with_its_default() -> None:
    text = sample_config().read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    for name, field in Config.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel) and name != "keywords":
            assert tables[name] == field.annotation().model_dump(mode="json"), f"[{name}] has every key and its default"
    for key in _keys(ImapConfig):
        assert f"# {key} = " in text, f"the example of [[imap]] lacks {key}"
    assert set(tables["teams"][0]) == set(TeamConfig.model_fields)
    assert set(tables["desk"]) == set(DeskConfig.model_fields)


def test_every_crash_point_is_passed_somewhere() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    for point in CRASH_POINTS:
        assert f'crash_point("{point}")' in code


def test_an_unknown_crash_point_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailgate.crash_points._name", "nowhere")
    with pytest.raises(ValueError, match="no such crash point"):
        crash_point("nowhere")


def test_every_fixture_mail_is_used_by_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    for fixture in (ROOT / "tests/corpus").glob("*.eml"):
        assert fixture.stem in tests, f"{fixture.name} is used by no test"


@pytest.mark.parametrize("verdict", Verdict.__args__, ids=lambda verdict: verdict.__name__)
def test_every_verdict_is_given_by_a_rule_and_settled_by_the_desk(verdict: type) -> None:
    rules = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "mailgate/classify").glob("*.py"))
    settle = (ROOT / "mailgate/desk/settle.py").read_text(encoding="utf-8")
    assert f"{verdict.__name__}(" in rules
    assert f"case {verdict.__name__}()" in settle
