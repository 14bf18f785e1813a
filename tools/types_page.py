"""docs/reference/types: what of each resource type a local run shows, read off ledger, provisioners and the SDK."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from provisioner_source import has, mentioned

from stackwright.engine.schema import sdk
from stackwright.provider import fidelity, registry, services
from stackwright.provider.fidelity import Entry
from stackwright.provider.provisioner import Provisioner

WRITTEN = "<!-- Written by tools/reference.py from the provisioners and the fidelity ledger; change those. -->"
INTRODUCTION = """# Resource types

{written}

{types} resource types of {services} services are really made by `stackwright up`, by AWS calls under a deployer role.
Every other type of any Pulumi package is simulated: it has well-formed ids and outputs, nothing is behind it, and `up`
names it (`--strict` refuses it instead).

Each page says of every input of a type what a local run does with it. Inputs are named as Pulumi's engine names them:
`message_retention_seconds` in Python is `messageRetentionSeconds` here, in `stackwright limits` and in
[the graph](../graph.md). The words:

{words}
- **passed on**: given to AWS's call; what comes of it is what the page says of the type. Where it says nothing, the
  emulator keeps and describes it, and no test of ours shows an effect.
- **replaces**: another value makes another resource, as on AWS

This is read off the source of the provisioners. What your own program uses and a local run does not show is said by
`stackwright limits`. The tests behind "enforced" are linked in the [fidelity ledger](../fidelity.md).

| service | types |
|---|---|
{rows}

These apply to every type: {everywhere}.
"""


@dataclass
class Type:
    """What is known of the inputs of one type."""

    name: str
    entries: list[Entry]
    passed: list[str] = field(default_factory=list[str])
    ignored: list[str] = field(default_factory=list[str])
    replaces: list[str] = field(default_factory=list[str])


def modules() -> list[str]:
    """The SDK's modules that have provisioners."""
    found = [m.name.rstrip("_") for m in pkgutil.iter_modules(services.__path__) if not m.name.startswith("_")]
    return [module for module in found if registry.of_module(module)]


def index() -> str:
    """The page that leads to the others."""
    everywhere = [e for e in fidelity.ledger() if e.type == fidelity.ANY_TYPE]
    rows = [
        f"| [{module}]({module}.md) | {', '.join(f'[{_title(t)}]({module}.md#{_title(t).lower()})' for t in of)} |"
        for module in modules()
        for of in [sorted(registry.of_module(module))]
    ]
    return INTRODUCTION.format(
        written=WRITTEN,
        types=sum(len(registry.of_module(module)) for module in modules()),
        services=len(modules()),
        words="\n".join(f"- **{status}**: {meaning}" for status, meaning in fidelity.MEANING.items()),
        rows="\n".join(rows),
        everywhere=", ".join(f"`{entry.property}` ({entry.says.rstrip('.')})" for entry in everywhere),
    )


def page(module: str) -> str:
    """The page of one of the SDK's modules."""
    covered = registry.of_module(module)
    lines = [f"# aws.{module}", "", WRITTEN, "", "The words are explained on [the first page](README.md).", ""]
    for name in sorted(covered):
        lines += [*_type(_known(name, covered[name])), ""]
    others = [entry for entry in fidelity.ledger() if entry.type.startswith(f"{module}/") and entry.type not in covered]
    if others:
        lines += ["## Not covered", "", *(f"- `{e.type}`: {e.says}" for e in others), ""]
    functions: Mapping[str, object] = getattr(registry.service(module), "FUNCTIONS", {})
    if functions:
        names = sorted(token.rpartition(":")[2] for token in functions)
        lines += ["## Functions that ask the emulator", "", ", ".join(f"`{name}`" for name in names), ""]
    return "\n".join(lines)


def _known(name: str, provisioner: Provisioner) -> Type:
    declared, found = sdk.resource_type(f"aws:{name}"), mentioned(provisioner)
    own = [e for e in fidelity.ledger() if e.type == name]
    known = Type(name, own)
    of_all = {e.property for e in fidelity.about(name).values() if e.type == fidelity.ANY_TYPE}
    said = {e.property for e in own if not e.case}
    for key in sorted({*declared.properties} - {*declared.computed} - of_all):
        if key in provisioner.replace_on:
            known.replaces.append(key)
        if key not in said:
            (known.passed if has(found.names, key) else known.ignored).append(key)
    return known


def _type(known: Type) -> Iterator[str]:
    yield from (f"## {_title(known.name)}", "", f"`aws:{known.name}`")
    for entry in known.entries:
        if not entry.property:
            yield from ("", f"**{entry.status}**: {entry.says}")
    special = [entry for entry in known.entries if entry.property]
    if special:
        yield from ("", "| input | here | what it means |", "|---|---|---|")
        for entry in special:
            case = f" ({entry.case})" if entry.case else ""
            yield f"| `{entry.property}`{case} | {entry.status} | {entry.says.replace('|', '/')} |"
    for word, keys in (("Passed on", known.passed), ("Not emulated", known.ignored), ("Replaces", known.replaces)):
        if keys:
            yield from ("", f"{word}: {', '.join(f'`{key}`' for key in keys)}.")


def _title(name: str) -> str:
    return name.rpartition(":")[2]
