"""What the templates of a notice may use, flat: each name as one writes it, and what it is in the sample."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from mailgate.notify.facts import When


def rows(name: str, value: object) -> Iterator[tuple[str, str]]:
    """A value, or all that is within it: of a list what its first holds."""
    if isinstance(value, When):
        yield name, value.full
        yield f"{name}.brief", value.brief
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from rows(f"{name}.{key}", each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from rows(f"{name}.{field.name}", getattr(value, field.name))
    elif isinstance(value, list | tuple) and value:
        yield from rows(f"{name}[0]", value[0])
    else:
        yield name, "" if value is None else str(value)
