"""What every table of ``config.toml`` has in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of the file: no unknown keys, no changes after the start."""

    model_config = ConfigDict(extra="forbid", frozen=True)
