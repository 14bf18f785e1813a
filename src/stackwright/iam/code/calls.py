"""Calls of the SDK that were found, and what could not be followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stackwright.iam.code.values import ANYTHING, Value


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file of the package."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Call:
    """One call, by the names of boto3's client: `dynamodb`, `put_item`.

    Attributes:
        params: its parameters under the names of the API.
        rest: other parameters are passed, of which nothing is known.
        perhaps: a library makes it under circumstances of its own.
    """

    service: str
    operation: str
    params: Mapping[str, Value] = field(default_factory=dict[str, Value])
    place: Place = Place("", 0)
    rest: bool = False
    perhaps: bool = False

    def param(self, name: str) -> Value | None:
        """A parameter; None when it is not passed."""
        return self.params.get(name, ANYTHING if self.rest else None)


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """Something that may call the SDK, and why it could not be followed."""

    place: Place
    why: str


@dataclass(frozen=True, slots=True)
class Unset:
    """An environment variable that the code takes for granted, and the function does not have."""

    name: str
    place: Place


@dataclass(slots=True)
class Found:
    """What the code of one function does.

    Attributes:
        written: environment variables that the code sets itself; with `HOLE`, it sets some that are not known.
        names: every name of an attribute in the files that were followed; a call that was not followed has one of them.
    """

    calls: list[Call] = field(default_factory=list[Call])
    unfollowed: list[Unfollowed] = field(default_factory=list[Unfollowed])
    unset: list[Unset] = field(default_factory=list[Unset])
    written: set[str] = field(default_factory=set[str])
    names: set[str] = field(default_factory=set[str])
    files: set[str] = field(default_factory=set[str])
