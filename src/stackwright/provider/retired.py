"""Versions that AWS has retired: `data/retired.toml`, which says what its parts mean.

The emulator makes anything, and a list of versions is never whole nor always right, so it stops nobody: the program
runs here, and the developer hears what a deployment would meet.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from stackwright.caching import cached
from stackwright.graph import Resource

_PACKAGE: Final = "aws:"


@dataclass(frozen=True)
class Retirement:
    """What AWS says about a version; a day that is not known, or has not been named, is None."""

    version: str
    source: str
    ended: datetime.date | None
    refused: datetime.date | None


def notice(new: Resource, today: datetime.date) -> str:
    """What to tell about a resource that is to be created; empty when its version is not known to be retired."""
    engine, version = _named(new)
    known = [one for one in _retired().get(engine, ()) if f"{version}.".startswith(f"{one.version}.")]
    what = f"{new.type} {new.name!r} has the version {version}"
    for one in known:
        if one.refused and one.refused <= today:
            return (
                f"{what}, which AWS has retired: it has created no new ones at least since {one.refused}, so a "
                f"deployment would be refused; choose a newer version, see {one.source}"
            )
    for one in known:
        if one.ended and one.ended <= today:
            return f"{what}, whose standard support ended on {one.ended}; see {one.source}"
    return ""


def _named(new: Resource) -> tuple[str, str]:
    where = _data()["types"].get(new.type.removeprefix(_PACKAGE))
    if where is None:
        return "", ""
    engine = new.inputs.get(where.get("engine", "")) or where.get("default", "")
    return str(engine), str(new.inputs.get(where["version"]) or "")


@cached
def _data() -> Mapping[str, Any]:
    path = resources.files("stackwright.provider") / "data" / "retired.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return {"types": {one["type"]: one for one in raw["type"]}, "versions": raw["version"]}


@cached
def _retired() -> Mapping[str, tuple[Retirement, ...]]:
    found: dict[str, list[Retirement]] = {}
    for engine, one in _listed():
        found.setdefault(engine, []).append(one)
    return {engine: tuple(ones) for engine, ones in found.items()}


def _listed() -> Iterator[tuple[str, Retirement]]:
    for raw in _data()["versions"]:
        for version in raw["versions"]:
            yield raw["engine"], Retirement(version, raw["source"], raw.get("ended"), raw.get("refused"))
