"""Where a value comes from, as far as a rule asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

ANCHORED: Final = "the program's own place"
"""A path that begins at `__file__`."""

WORKING: Final = "the working directory"
TEMPORARY: Final = "the shared temporary directory"
CHANGING: Final = "changes: "
"""Begins the trait of a value that is another one in every run, such as `changes: uuid.uuid4()`."""

SETTING: Final = "setting: "
"""Begins the trait of a setting, such as `setting: config.get_bool("tracing")`."""


def changing(traits: Iterable[str]) -> str:
    """What makes the value another one in every run; empty when nothing does."""
    return next((trait.removeprefix(CHANGING) for trait in sorted(traits) if trait.startswith(CHANGING)), "")


def setting(traits: Iterable[str]) -> str:
    return next((trait.removeprefix(SETTING) for trait in sorted(traits) if trait.startswith(SETTING)), "")


def passed_on(traits: Iterable[str]) -> frozenset[str]:
    """What a text keeps that is made of another one."""
    return frozenset(trait for trait in traits if not trait.startswith(SETTING))
