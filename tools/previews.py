"""Programs as a first `pulumi preview` shows them: what AWS will answer is not known yet.

What the rules say then, which a policy pack is asked for, must be a part of what they say when all is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from stackwright.graph import UNKNOWN, Graph, Resource, Secret
from stackwright.rules import registry
from stackwright.rules.finding import Report
from stackwright.rules.lines import Lines
from stackwright.rules.runner import Subjects, report
from stackwright.rules.settings import Settings
from stackwright.rules.view import View

# Pulumi makes these up before it asks AWS, so a preview knows them.
_NAMES = ("name", "bucket", "identifier", "clusterIdentifier")
_LEAST = 4  # characters; a shorter answer stands in other texts by chance


def false_in_preview(found: Report) -> list[str]:
    """What is said of a preview, and not of the program with all values known."""
    if found.graph is None:
        return []
    rules = [rule for rule in registry.rules().values() if rule.subject in ("graph", "check")]
    # All are asked, so that none may raise; only those that were asked before can be compared.
    shown = report(rules, Subjects(Lines(None), graph=View(planned(found.graph))), Settings("all"))
    known = {(f.code, f.place.urn) for f in (*found.findings, *(s.finding for s in found.suppressed))}
    asked = found.asked | {"STW003"}
    return [
        f"in a preview: {f.code} {f.message}"
        for f in shown.findings
        if f.code in asked and (f.code, f.place.urn) not in known
    ]


def planned(graph: Graph) -> Graph:
    """The graph without what is only known after a deployment."""
    answers = [text for resource in graph if resource.custom for text in _answers(resource)]
    return replace(graph, mode="unknown", resources=tuple(_planned(resource, answers) for resource in graph))


def _planned(resource: Resource, answers: Iterable[str]) -> Resource:
    inputs = {
        key: _without(value, answers) if key in resource.property_dependencies else value
        for key, value in resource.inputs.items()
    }
    if not resource.custom or resource.type.startswith("pulumi:") or resource.external:
        return replace(resource, inputs=inputs)
    kept = {key: value for key, value in resource.outputs.items() if key in _NAMES}
    outputs = {**dict.fromkeys(resource.outputs, UNKNOWN), **kept, **inputs}
    return replace(resource, id=UNKNOWN, inputs=inputs, outputs=outputs)


def _answers(resource: Resource) -> list[str]:
    texts = [v for k, v in resource.outputs.items() if k not in resource.inputs and k not in _NAMES]
    return [text for text in (resource.id, *texts) if isinstance(text, str) and len(text) >= _LEAST]


def _without(value: Any, answers: Iterable[str]) -> Any:
    match value:
        case str():
            return UNKNOWN if any(answer in value for answer in answers) else value
        case Secret(inner):
            return Secret(_without(inner, answers))
        case Mapping():
            return {key: _without(item, answers) for key, item in value.items()}
        case list() | tuple():
            return [_without(item, answers) for item in value]
        case _:
            return value
