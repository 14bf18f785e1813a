"""What rules say, and where."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from stackwright.graph import Graph

Severity = Literal["breaks", "leaks", "loses", "exposes", "preference", "advice"]
SEVERITIES: Final[tuple[Severity, ...]] = ("breaks", "leaks", "loses", "exposes", "preference", "advice")
ERRORS: Final[tuple[Severity, ...]] = ("breaks", "leaks", "loses", "exposes")


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in a program.

    Attributes:
        urn: of the resource, empty when none is meant.
        file: relative to the project; empty when no line of the project is to blame.
        line, column: from 1; 0 when not known.
        path: the input that is meant, such as `environment.variables`.
    """

    urn: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""


NOWHERE: Final = Place()


@dataclass(frozen=True, slots=True)
class Related:
    """The other end of a relation, and what it has to do with it."""

    message: str
    place: Place


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule yields: what is wrong, with both values; where; what to do.

    Attributes:
        message: one sentence that names the resource and the values.
        fix: what to write instead.
        about: what the rule's own fix must know of it; nobody else asks.
    """

    message: str
    fix: str
    place: Place
    related: tuple[Related, ...] = ()
    about: object = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with the rule that found it.

    Attributes:
        failure_class: as in the list of classes, such as `permission-source`.
        fingerprint: stays the same while lines move.
        about: see `Problem`.
    """

    code: str
    name: str
    failure_class: str
    severity: Severity
    rows: tuple[str, ...]
    message: str
    fix: str
    place: Place
    related: tuple[Related, ...] = ()
    fingerprint: str = ""
    about: object = field(default=None, compare=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        """As `check --format json` has it."""
        return {
            "code": self.code,
            "name": self.name,
            "class": self.failure_class,
            "severity": self.severity,
            "rows": list(self.rows),
            "message": self.message,
            "fix": self.fix,
            **_place_to_json(self.place),
            "related": [{"message": r.message, **_place_to_json(r.place)} for r in self.related],
        }


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A question without an answer.

    Attributes:
        value: what was not known, such as `sourceArn` of the resource.
        reason: why.
    """

    code: str
    name: str
    value: str
    reason: str
    place: Place

    def to_json(self) -> dict[str, Any]:
        """As `check --format json` has it."""
        of_rule = {"code": self.code, "name": self.name, "value": self.value, "reason": self.reason}
        return {**of_rule, **_place_to_json(self.place)}


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that a comment accepts, with the comment's reason."""

    finding: Finding
    reason: str

    def to_json(self) -> dict[str, Any]:
        """As `check --format json` has it."""
        return {**self.finding.to_json(), "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found in one project, in an order that depends on the program alone.

    Attributes:
        known: findings that the baseline has already; they are counted, not listed.
        asked: codes of the rules that could be asked.
        graph: what the program registered with made-up values; None when it did not run to its end.
    """

    findings: tuple[Finding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    known: tuple[Finding, ...] = ()
    asked: frozenset[str] = frozenset()
    rules: int = 0
    resources: int = 0
    files: int = 0
    by_severity: Mapping[str, int] = field(default_factory=dict[str, int])
    graph: Graph | None = field(default=None, compare=False, repr=False)


def _place_to_json(place: Place) -> dict[str, Any]:
    return {"urn": place.urn, "file": place.file, "line": place.line, "column": place.column}


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """By place, then by rule."""
    return sorted(
        findings,
        key=lambda f: (f.place.file, f.place.line, f.place.column, f.code, f.place.urn, f.place.path, f.message),
    )


def fingerprints(findings: Sequence[Finding], text_of: Mapping[Place, str]) -> list[str]:
    """Of findings in order; `text_of` has the line's text, which moves with it.

    Two with the same rule, resource, input and text are told apart by their number.
    """
    seen: dict[tuple[str, ...], int] = {}
    made: list[str] = []
    for found in findings:
        # Stacks of one project share a baseline.
        resource = found.place.urn.partition("::")[2]
        key = (found.code, resource, found.place.path, found.place.file, text_of.get(found.place, ""))
        seen[key] = seen.get(key, 0) + 1
        made.append(hashlib.sha256("\0".join((*key, str(seen[key]))).encode()).hexdigest()[:20])
    return made
