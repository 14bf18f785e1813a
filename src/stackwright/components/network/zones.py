"""Availability zones in which functions of a network cannot run."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files


@cache
def zones_without_lambda() -> Sequence[str]:
    """Ids of the zones, in every region; the id of another region's zone excludes nothing."""
    data = tomllib.loads(files(__name__.rpartition(".")[0]).joinpath("zones.toml").read_text(encoding="utf-8"))
    return tuple(zone["id"] for zone in data["without_lambda"])
