"""Libraries that functions share, found as the program itself would import them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import ComponentError
from .imports import Root


def roots_of(libraries: Sequence[str]) -> list[Root]:
    """Where the files of each library are.

    Args:
        libraries: names of top-level packages or modules.

    Raises:
        ComponentError: one cannot be found, or has no source.
    """
    return [root for name in libraries for root in _roots_of(name)]


def _roots_of(name: str) -> Iterator[Root]:
    spec = importlib.util.find_spec(name) if name.isidentifier() else None
    if spec is None:
        raise ComponentError(
            f"the library {name!r} cannot be imported by the program",
            fix="write the name of a top-level package, and install it beside the program (also as editable)",
        )
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    for folder in folders:
        yield Root(folder.parent, folder.name)
    if not folders:
        if spec.origin is None or not spec.origin.endswith(".py"):
            raise ComponentError(f"the library {name!r} has no source that could be packed")
        yield Root(Path(spec.origin).parent, name)
