"""The register of bugs that can be planted; what they are stands in ``bugs_*``."""

from collections.abc import Callable
from typing import Any

Plant = Callable[[], None]
BUGS: dict[str, Plant] = {}


def bug(plant: Plant) -> Plant:
    """Decorator: a function that puts a bug into the daemon that will be started in this process."""
    BUGS[plant.__name__] = plant
    return plant


def put(owner: Any, name: str, value: Any) -> None:
    """Put something else in the place of what is there; where nothing is, the bug would be none.

    Raises ``AttributeError`` then: the product has changed, and the bug has to follow.
    """
    getattr(owner, name)
    setattr(owner, name, value)
