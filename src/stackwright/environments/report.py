"""The whole comparison of a project's environments, and the verdict on each difference."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, TypeAlias

from stackwright.environments.comparing import ABSENT, Difference, compare
from stackwright.environments.declaration import Declaration
from stackwright.environments.normalizing import SECRET, Normal
from stackwright.graph import Archive, Graph, Secret

Verdict: TypeAlias = Literal["same", "allowed", "shown", "forbidden"]
_FUNCTION: Final = "aws:lambda/function:Function"


@dataclass(frozen=True)
class Setting:
    """A config key; `values` by stack, `ABSENT` where it is not set."""

    key: str
    values: Mapping[str, str]
    verdict: Verdict


@dataclass(frozen=True)
class Finding:
    """A difference of the graphs, and why the verdict is what it is."""

    difference: Difference
    verdict: Verdict
    because: str = ""


@dataclass(frozen=True)
class Artifact:
    """The package of a function, by stack, as the SHA-256 of its bytes."""

    name: str
    digests: Mapping[str, str]

    @property
    def is_one(self) -> bool:
        """Whether all stacks that have the function have the same package."""
        return len(set(self.digests.values())) == 1


@dataclass(frozen=True)
class Report:
    """All that was found.

    Attributes:
        templates: those of the stacks that are only an example of a stack's file.
        failures: what the program says of stacks that it refuses, by stack.
        notes: what could not be told.
    """

    project: str
    stacks: Sequence[str]
    is_declared: bool
    settings: Sequence[Setting]
    findings: Sequence[Finding] = ()
    artifacts: Sequence[Artifact] = ()
    templates: Sequence[str] = ()
    failures: Mapping[str, str] = field(default_factory=dict[str, str])
    notes: Sequence[str] = ()

    @property
    def forbidden(self) -> int:
        """How many differences must not be."""
        return sum(each.verdict == "forbidden" for each in (*self.settings, *self.findings))

    def to_json(self) -> dict[str, Any]:
        """The object `envs --json` prints."""
        return {
            "project": self.project,
            "stacks": list(self.stacks),
            "templates": list(self.templates),
            "declared": self.is_declared,
            "settings": [{"key": s.key, "values": _plain(s.values), "verdict": s.verdict} for s in self.settings],
            "resources": [
                {
                    "type": f.difference.type,
                    "name": f.difference.name,
                    "property": f.difference.path,
                    "values": _plain(f.difference.values),
                    "resources": f.difference.parts,
                    "source": f.difference.where,
                    "verdict": f.verdict,
                    "because": f.because,
                }
                for f in self.findings
            ],
            "artifacts": [{"function": a.name, "sha256": dict(a.digests), "one": a.is_one} for a in self.artifacts],
            "failures": dict(self.failures),
            "notes": list(self.notes),
            "forbidden": self.forbidden,
        }


def settings_of(
    configs: Mapping[str, Mapping[str, str]], secrets: Mapping[str, frozenset[str]], declared: Declaration
) -> list[Setting]:
    """The matrix of settings. Secrets may have any value; whether they are set is a difference."""
    found: list[Setting] = []
    for key in sorted({key for values in configs.values() for key in values}):
        shown = {
            stack: SECRET if key in values and key in secrets[stack] else values.get(key, ABSENT)
            for stack, values in configs.items()
        }
        verdict: Verdict = "same"
        if len(set(shown.values())) > 1:
            verdict = _verdict(declared, allowed=declared.allows_setting(key))
        found.append(Setting(key, shown, verdict))
    return found


def findings_of(
    graphs: Mapping[str, Graph], equalized: Mapping[str, Graph] | None, declared: Declaration
) -> list[Finding]:
    """The differences of the graphs.

    Args:
        equalized: the graphs as they would be if all stacks had the same values of the settings that may differ: what
            is still different then follows from something else. None when that is not known.
    """
    remaining = None if equalized is None else {(d.key, d.path) for d in compare(equalized)}
    return [_judged(difference, remaining, declared) for difference in compare(graphs)]


def artifacts_of(graphs: Mapping[str, Graph]) -> list[Artifact]:
    """The packages of functions; what has no package of its own, such as an image, is left out."""
    found: dict[str, dict[str, str]] = {}
    for stack, graph in graphs.items():
        normal = Normal(graph)
        for name, digest in packages_of(graph).items():
            found.setdefault(normal.name(name), {})[stack] = digest
    return [Artifact(name, digests) for name, digests in found.items()]


def packages_of(graph: Graph) -> dict[str, str]:
    """SHA-256 of the package of each function, by its name in the program."""
    found: dict[str, str] = {}
    for function in graph.of_type(_FUNCTION):
        code = function.inputs.get("code")
        code = code.value if isinstance(code, Secret) else code
        if isinstance(code, Archive) and code.sha256:
            found[function.name] = code.sha256
    return found


@cache
def guards() -> Mapping[str, Sequence[str]]:
    """Inputs that protect, by type."""
    return tomllib.loads((files(__package__ or "") / "data" / "guards.toml").read_text(encoding="utf-8"))


def _judged(difference: Difference, remaining: set[tuple[Any, str]] | None, declared: Declaration) -> Finding:
    if declared.allows_resource(difference.type, difference.name, difference.path):
        return Finding(difference, "allowed", "declared")
    guarded = [path for path in guards().get(difference.type, ()) if _covers(path, difference.path)]
    if guarded:
        return Finding(difference, "forbidden", f"{guarded[0]} may differ only where `resources` declares it")
    if not declared.is_given:
        return Finding(difference, "shown")
    if remaining is None:
        return Finding(difference, "shown", "what it follows from is not known")
    if any(key == difference.key and _touch(path, difference.path) for key, path in remaining):
        return Finding(difference, "forbidden", "follows from no setting that may differ")
    return Finding(difference, "allowed", "follows from settings that may differ")


def _verdict(declared: Declaration, *, allowed: bool) -> Verdict:
    if not declared.is_given:
        return "shown"
    return "allowed" if allowed else "forbidden"


def _covers(outer: str, inner: str) -> bool:
    return inner == outer or inner.startswith((f"{outer}.", f"{outer}["))


def _touch(one: str, other: str) -> bool:
    return not one or not other or _covers(one, other) or _covers(other, one)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {stack: None if value == ABSENT else value for stack, value in values.items()}
