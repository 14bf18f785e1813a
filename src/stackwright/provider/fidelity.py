"""The fidelity ledger: what a green local run proves, and what it does not.

Its entries stand in `data/fidelity/<module>.toml`, each truth once; provisioners, `up`, `stackwright limits` and the
reference page take it from there:

    [[entry]]
    type = "lambda/function:Function"      # without the package; a list of types, or "*" for every type
    property = "vpcConfig"                 # or a list; left out when it is about the type as a whole
    case = "no container"                  # only for some values: those for which the provisioner calls `Inputs.limit`
    status = "not-emulated"                # see `MEANING`
    says = "One sentence: what this means for a green local run."
    shown_by = ["tests/…/test_x.py::test_y"]  # enforced ones: the tests that fail when it is not so
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, Literal, cast, get_args

from stackwright.caching import cached
from stackwright.graph import Graph

Status = Literal["enforced", "rule", "stored", "dropped", "not-emulated", "provider"]

MEANING: Final[dict[Status, str]] = {
    "enforced": "behaves as on AWS; a green local run shows it",
    "rule": "not shown by a local run; to be read off the graph",
    "stored": "kept and given back, without effect",
    "dropped": "sent to the emulator, which forgets it",
    "not-emulated": "the emulator does not have it",
    "provider": "tells Pulumi's AWS provider how to name, wait, replace or delete; nothing of it is left open",
}
ANY_TYPE: Final = "*"
# What no entry has to say of any property.
NOT_LOOKED_AT: Final = "Not emulated."
NOT_CHANGED: Final = "A change of it has no effect here: the emulator keeps what the resource was made with."

_REQUIRED: Final = {"type", "status", "says"}
_OPTIONAL: Final = {"property", "case", "shown_by"}
_REPOSITORY: Final = "../.."


@dataclass(frozen=True, order=True)
class Entry:
    """One line of the ledger. See the module for its fields."""

    type: str
    property: str
    status: Status
    says: str
    case: str = ""
    shown_by: tuple[str, ...] = ()

    def is_shown(self) -> bool:
        """Nothing of it is left open by a green local run."""
        return self.status in ("enforced", "provider")

    def touches(self, inputs: Mapping[str, Any]) -> bool:
        """It is about something that these inputs say; a case is for the provisioner to find."""
        if self.case:
            return False
        return not self.property or inputs.get(self.property) not in (None, False, [], {})


@cached
def ledger() -> tuple[Entry, ...]:
    """All entries, sorted.

    Raises:
        ValueError: an entry is malformed; names the file.
    """
    return tuple(sorted(entry for raw in raw_entries() for entry in _entries(raw)))


def raw_entries() -> Iterator[dict[str, Any]]:
    """The entries as they stand in the files; one may be about several types and properties."""
    for path in (resources.files("stackwright.provider") / "data" / "fidelity").iterdir():
        if not path.name.endswith(".toml"):
            continue
        for raw in tomllib.loads(path.read_text(encoding="utf-8")).get("entry", []):
            if not _REQUIRED <= set(raw) <= _REQUIRED | _OPTIONAL or raw["status"] not in get_args(Status):
                raise ValueError(f"{path.name}: malformed entry {raw}")
            yield raw


def _entries(raw: Mapping[str, Any]) -> Iterator[Entry]:
    status, case, shown_by = cast(Status, raw["status"]), raw.get("case", ""), tuple(raw.get("shown_by", ()))
    for name, key in itertools.product(_listed(raw["type"]), _listed(raw.get("property", ""))):
        yield Entry(name, key, status, raw["says"], case, shown_by)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@cached
def about(type_name: str) -> Mapping[tuple[str, str], Entry]:
    """Entries about a type, given without the package, by property and case; those of every type included."""
    return {(e.property, e.case): e for e in ledger() if e.type in (ANY_TYPE, type_name)}


def limits(graph: Graph) -> list[Entry]:
    """What a program uses and a green local run does not show, sorted; each once.

    Entries of the ledger, and inputs that the local provider does not pass on.
    """
    found: set[Entry] = set()
    for resource in graph.resources:
        name = resource.type.removeprefix("aws:")
        known = about(name)
        touched = {e for e in known.values() if not e.is_shown() and e.touches(resource.inputs)}
        covered = {e.property for e in touched}
        found |= touched if resource.type.startswith("aws:") else set()
        sentences = {e.says: e for e in known.values()}
        for key, why in resource.simulated.items():
            if key and key not in covered:
                says = f"{why[0].upper()}{why[1:].removesuffix('.')}."
                found.add(sentences.get(why) or Entry(name, key, "not-emulated", says))
    return sorted(found)


def page() -> str:
    """The ledger as a Markdown page."""
    lines = [
        "# Fidelity ledger",
        "",
        "What a green local run proves, and what it does not. Generated from `src/stackwright/provider/data/fidelity`.",
        "What is in brackets behind a property is a case: it is so for these values only. `*` is every type.",
        "",
        *(f"- **{status}**: {meaning}" for status, meaning in MEANING.items()),
    ]
    for module, entries in _by_module(ledger()):
        lines += ["", f"## {module}", "", "| type | property | status | what it means | shown by |"]
        lines += ["|---|---|---|---|---|", *(_row(entry) for entry in entries)]
    return "\n".join(lines) + "\n"


def _row(entry: Entry) -> str:
    name = f"`{entry.property}`" if entry.property else ""
    case = f" ({entry.case})" if entry.case else ""
    tests = ", ".join(_link(test) for test in entry.shown_by)
    return f"| `{entry.type}` | {name}{case} | {entry.status} | {entry.says.replace('|', '/')} | {tests} |"


def _link(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}]({_REPOSITORY}/{path})"


def _by_module(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.type.split("/")[0], []).append(entry)
    return sorted(groups.items())
