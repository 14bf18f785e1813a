"""docs/reference/models.md: which inputs `check` compares with AWS's own models."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

TOOLS = Path(__file__).parent
DATA = TOOLS.parent / "src/stackwright/rules/data/models"
PAGE = """# Inputs that are compared with AWS's models

<!-- Written by tools/reference.py from src/stackwright/rules/data/models; change tools/model_types.toml. -->

[LIM103](rules.md#lim103-value-that-the-api-has-not) compares {inputs} inputs of {types} resource types, nested ones
counted each, with what the models of botocore {version} ({date}) say of their parameters: values, patterns, lengths,
numbers of items, ranges. Inputs that are not here have no parameter of their own, or one that takes everything.
`tools/model_limits.py --list` prints each input with its parameter and what that takes.

| type | operations | inputs compared |
|---|---|---|
{rows}

## What is not believed

Where a model says something that AWS or the provider does not, the model is left out.

| input or shape | reason |
|---|---|
{wrong}

Capitals do not count in {any_case}: the provider puts some of them right. The values of an enum are those of the day
above; where AWS adds values often, new ones of the same form are taken.
"""


def page() -> str:
    """The page."""
    modules = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob("*.json"))]
    types: dict[str, Mapping[str, Any]] = {kind: tree for module in modules for kind, tree in module["types"].items()}
    counts = {kind: sum(_count(node) for node in tree.values()) for kind, tree in types.items()}
    wrong = tomllib.loads((TOOLS / "model_wrong.toml").read_text(encoding="utf-8"))
    reasons = [
        *(f"| `{e['input']}` of `{e['type']}` | {e['reason']} |" for e in wrong["input"]),
        *(f"| `{e['shape']}` of {e['service']} | {e['reason']} |" for e in wrong["shape"]),
    ]
    return PAGE.format(
        inputs=sum(counts.values()),
        types=len(types),
        version=modules[0]["botocore"],
        date=modules[0]["date"],
        rows="\n".join(f"| `{kind}` | {_operations(types[kind])} | {counts[kind]} |" for kind in sorted(types)),
        wrong="\n".join(reasons),
        any_case=", ".join(f"`{begin.strip('/:')}`" for begin in wrong["any_case"]),
    )


def _operations(tree: Mapping[str, Any]) -> str:
    return ", ".join(dict.fromkeys(str(node["of"]).replace(":", " ") for node in tree.values()))


def _count(node: Mapping[str, Any]) -> int:
    """The inputs in an input, and itself where something is said of its value, items, keys or values."""
    parts = [node, *(node[word] for word in ("items", "keys", "values") if word in node)]
    members = [part for inner in parts for part in cast("Mapping[str, Any]", inner.get("members", {})).values()]
    return any("takes" in part for part in parts) + sum(_count(member) for member in members)
