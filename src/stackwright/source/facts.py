"""What was seen in the source. Rules make findings of it; a fact has no opinion."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Use: TypeAlias = Literal[
    "f-string",
    "format",
    "percent",
    "str",
    "concatenation",
    "join",
    "json",
    "condition",
    "comparison",
    "membership",
    "iteration",
    "length",
    "number",
    "key",
    "method",
    "name",
    "path",
    "call",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; columns count from 1, as editors do."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was seen.

    Attributes:
        related: other places that have to do with it, and what each is.
    """

    place: Place
    related: tuple[tuple[Place, str], ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class OutputUsed(Fact):
    """An Output was used as if it were its value.

    Attributes:
        subject: the expression, as the program has it.
        what: an Output, or a whole resource.
        detail: the method that was called on it.
    """

    use: Use
    subject: str
    what: Literal["output", "resource"] = "output"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class WrongShape(Fact):
    """The function of an `apply` takes what `Output.all` gives for something else.

    Attributes:
        given: `list` or `dict`.
        problem: `text`, `key`, `index`, `attribute` or `parameters`.
    """

    given: str
    problem: str
    subject: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ResourceInApply(Fact):
    """A resource is made while an `apply` runs."""

    resource: str


@dataclass(frozen=True, slots=True)
class UnknownArgument(Fact):
    """An argument that the installed SDK does not have."""

    callee: str
    argument: str
    suggestions: tuple[str, ...]
    is_key: bool = False
    version: str = ""


@dataclass(frozen=True, slots=True)
class MissingArgument(Fact):
    """An argument that the installed SDK demands."""

    callee: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingAttribute(Fact):
    """An attribute that the installed SDK does not have."""

    owner: str
    attribute: str
    suggestions: tuple[str, ...]
    version: str = ""


@dataclass(frozen=True, slots=True)
class PerhapsNoProvider(Fact):
    """A provider is given in options, or None in its place, which means the default provider."""

    subject: str


@dataclass(frozen=True, slots=True)
class LostSetting(Fact):
    """A setting whose explicit false or 0 is overruled by a default.

    Attributes:
        setting: how it was read.
        lost: the value that has no effect.
        default: what is taken in its place.
    """

    setting: str
    lost: str
    default: str


@dataclass(frozen=True, slots=True)
class AlwaysTrue(Fact):
    """A text such as "false" is tested for truth."""

    setting: str


@dataclass(frozen=True, slots=True)
class ArchiveUsed(Fact):
    """A file or directory is given to Pulumi.

    Attributes:
        path: as it is known; None when it is not.
        traits: where the path comes from.
        is_code: it is an archive, or a part of one.
        exists: None when that cannot be told.
        is_project: it is the project's own directory.
    """

    callee: str
    path: str | None
    traits: frozenset[str]
    is_code: bool
    exists: bool | None = None
    is_project: bool = False


@dataclass(frozen=True, slots=True)
class Unstable(Fact):
    """A name that is another one in every run."""

    argument: str
    source: str
    resource: str


@dataclass(frozen=True, slots=True)
class UnstableArchive(Fact):
    """A zip file is written with the times of its files."""

    how: str


@dataclass(frozen=True, slots=True)
class LiteralSecret(Fact):
    """A credential that stands in the source."""

    what: str
