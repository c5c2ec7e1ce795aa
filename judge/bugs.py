"""The register of bugs that can be planted; what they are stands in ``bugs_*``."""

from collections.abc import Callable

Plant = Callable[[], None]
BUGS: dict[str, Plant] = {}


def bug(plant: Plant) -> Plant:
    """Decorator: a function that puts a bug into the daemon that will be started in this process."""
    BUGS[plant.__name__] = plant
    return plant
