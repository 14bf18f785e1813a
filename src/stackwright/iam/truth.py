"""Three-valued logic: what holds, what does not, and what could not be told, with the value that was missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Unsure:
    """Neither true nor false. `why` names what was not known."""

    why: tuple[str, ...]

    def __bool__(self) -> bool:
        raise TypeError("it is not known whether this holds; ask `is True` or `is False`")


Truth: TypeAlias = bool | Unsure


def unsure(why: str) -> Unsure:
    """Not known, for one reason."""
    return Unsure((why,))


def every(truths: Iterable[Truth]) -> Truth:
    """True when all are; one that is false decides."""
    reasons: dict[str, None] = {}
    for truth in truths:
        if truth is False:
            return False
        if isinstance(truth, Unsure):
            reasons.update(dict.fromkeys(truth.why))
    return Unsure(tuple(reasons)) if reasons else True


def some(truths: Iterable[Truth]) -> Truth:
    """True when one is; one that is true decides."""
    reasons: dict[str, None] = {}
    for truth in truths:
        if truth is True:
            return True
        if isinstance(truth, Unsure):
            reasons.update(dict.fromkeys(truth.why))
    return Unsure(tuple(reasons)) if reasons else False


def negated(truth: Truth) -> Truth:
    """The opposite; what is not known stays so."""
    return truth if isinstance(truth, Unsure) else not truth
