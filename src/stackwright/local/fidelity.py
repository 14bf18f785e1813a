"""The fidelity ledger: what a green local run proves, and what it does not.

Its entries stand in `data/fidelity/<module>.toml`:

    [[entry]]
    type = "lambda/function:Function"      # without the package
    property = "vpcConfig"                 # left out when it is about the type as a whole
    status = "not-emulated"                # enforced | rule | stored | not-emulated
    says = "One sentence: what this means for a green local run."
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Final, Literal, cast, get_args

from stackwright.graph import Graph, Resource

Status = Literal["enforced", "rule", "stored", "not-emulated"]

MEANING: Final[dict[Status, str]] = {
    "enforced": "behaves as on AWS; a green local run shows it",
    "rule": "not shown by a local run; to be read off the graph",
    "stored": "kept and given back, without effect",
    "not-emulated": "the emulator does not have it",
}


@dataclass(frozen=True, order=True)
class Entry:
    """One line of the ledger."""

    type: str
    property: str
    status: Status
    says: str


@functools.cache
def ledger() -> tuple[Entry, ...]:
    """All entries, sorted.

    Raises:
        ValueError: an entry is malformed; names the file.
    """
    found: list[Entry] = []
    for path in (resources.files("stackwright.local") / "data" / "fidelity").iterdir():
        if not path.name.endswith(".toml"):
            continue
        for raw in tomllib.loads(path.read_text(encoding="utf-8")).get("entry", []):
            if set(raw) - {"property"} != {"type", "status", "says"} or raw["status"] not in get_args(Status):
                raise ValueError(f"{path.name}: malformed entry {raw}")
            found.append(Entry(raw["type"], raw.get("property", ""), cast(Status, raw["status"]), raw["says"]))
    return tuple(sorted(found))


def limits(graph: Graph) -> list[Entry]:
    """What a program uses and a green local run does not show, sorted; each once.

    Entries of the ledger, and inputs that the local provider does not pass on.
    """
    open_entries = [e for e in ledger() if e.status != "enforced"]
    found = {(e.type, e.property): e for e in open_entries if any(_touches(e, r) for r in graph.resources)}
    # About these the ledger says more.
    known = {(e.type, e.property) for e in ledger()}
    for resource in graph.resources:
        for name, why in resource.simulated.items():
            entry = Entry(resource.type.removeprefix("aws:"), name, "not-emulated", f"{why[0].upper()}{why[1:]}.")
            if name and (entry.type, name) not in known:
                found[entry.type, name] = entry
    return sorted(found.values())


def page() -> str:
    """The ledger as a Markdown page."""
    lines = [
        "# Fidelity ledger",
        "",
        "What a green local run proves, and what it does not. Generated from `src/stackwright/local/data/fidelity`.",
        "",
        *(f"- **{status}**: {meaning}" for status, meaning in MEANING.items()),
    ]
    for module, entries in _by_module(ledger()):
        lines += ["", f"## {module}", "", "| type | property | status | what it means |", "|---|---|---|---|"]
        lines += [
            f"| `{e.type}` | {f'`{e.property}`' if e.property else ''} | {e.status} | {e.says.replace('|', '/')} |"
            for e in entries
        ]
    return "\n".join(lines) + "\n"


def _touches(entry: Entry, resource: Resource) -> bool:
    if resource.type != f"aws:{entry.type}":
        return False
    return not entry.property or resource.inputs.get(entry.property) not in (None, False, [], {})


def _by_module(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.type.split("/")[0], []).append(entry)
    return sorted(groups.items())
