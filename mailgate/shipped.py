"""Finds what Mailgate ships beside its code: the templates, the commented configuration and a register.

In a wheel they lie inside the package; in the repository at its top.
"""

from pathlib import Path

_INSIDE = Path(__file__).parent / "_shipped"
_HOME = _INSIDE if _INSIDE.is_dir() else Path(__file__).parent.parent


def templates_folder() -> Path:
    """The shipped templates: one folder for each language."""
    return _HOME / "templates"


def sample_config() -> Path:
    """The commented ``config.toml`` with every default."""
    return _HOME / "config.toml"


def leanings_file() -> Path:
    """How words lean to types, as it was learnt from labelled mails."""
    return _HOME / "leanings.toml"


def sample_register() -> Path:
    """A small register of made-up customers, SuperUsers and specialists."""
    return _HOME / "examples" / "register.toml"
