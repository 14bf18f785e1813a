"""How the program ran: with made-up values, and with everything that AWS computes unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stackwright.graph import Graph
from stackwright.rules.finding import NOWHERE, Place

FailureKind = Literal[
    "exception", "syntax", "no-pulumi", "time", "exit", "refused", "project", "environment", "setting"
]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run did not come to its end.

    Attributes:
        kind: `setting`: the program does not take a value that was made up for a setting that nobody has given, or
            goes on with what only an account knows.
        fix: what to do about it; may be empty.
        traceback: the user's frames, as Python prints them; may be empty.
    """

    kind: FailureKind
    message: str
    fix: str = ""
    place: Place = NOWHERE
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run. Its graph is partial when there is a failure.

    Attributes:
        made_up: settings that were missing, and what values they were given.
        assumed: these values.
        undeclared: packages that are not installed, and that no requirement names; and where they are imported.
    """

    graph: Graph
    failure: Failure | None = None
    made_up: tuple[tuple[str, str], ...] = ()
    assumed: frozenset[str] = frozenset()
    undeclared: tuple[tuple[str, Place], ...] = ()


@dataclass(frozen=True, slots=True)
class Runs:
    """Both runs of a program."""

    simulated: Run
    unknown: Run
