"""SARIF 2.1.0, for code scanning. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Any, Final
from urllib.parse import quote

from stackwright.cli.formats import Checked, Finding, Suppressed
from stackwright.editing.edits import Edit
from stackwright.rules.finding import ERRORS, Place, Related
from stackwright.rules.registry import rules
from stackwright.rules.rule import Rule

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HOME: Final = "https://pypi.org/project/stackwright/"


def text(checked: Sequence[Checked]) -> str:
    """One run for each project, so that `%SRCROOT%` is the project's directory."""
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(one) for one in checked]}, indent=2)


def _run(one: Checked) -> dict[str, Any]:
    known = list(rules().values())
    index = {rule.code: number for number, rule in enumerate(known)}
    edits: Mapping[Finding, Sequence[Edit]] = one.fixes.edits if one.fixes is not None else {}
    findings = [_result(f, index) | _fixes(f, edits.get(f, ())) for f in one.report.findings]
    accepted = [_accepted(s, index) for s in one.report.suppressed]
    notifications = [
        {
            "level": "note",
            "message": {"text": f"{n.code} not checked: {n.value}: {n.reason}"},
            "associatedRule": {"id": n.code, "index": index[n.code]},
            **({"locations": [_location(n.place)]} if n.place.file else {}),
        }
        for n in one.report.not_checked
    ]
    driver = {
        "name": "stackwright",
        "version": metadata.version("stackwright"),
        "informationUri": _HOME,
        "rules": [_rule(rule) for rule in known],
    }
    return {
        "tool": {"driver": driver},
        "originalUriBaseIds": {"SRCROOT": {"uri": f"{one.directory.resolve().as_uri()}/"}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
        "results": [*findings, *accepted],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.section("Why is this bad?") or rule.summary},
        "help": {"text": rule.docstring, "markdown": rule.docstring},
        "defaultConfiguration": {"level": _level(rule.severity)},
        "properties": {"tags": [rule.severity, rule.failure_class, *rule.rows]},
    }


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": _level(finding.severity),
        "message": {"text": f"{finding.message}\nFix: {finding.fix}"},
        "locations": [_location(finding.place)],
        "partialFingerprints": {"stackwright/v1": finding.fingerprint},
    }
    related = [_related(number, r) for number, r in enumerate(finding.related) if r.place.file]
    return {**result, "relatedLocations": related} if related else result


def _fixes(finding: Finding, edits: Sequence[Edit]) -> dict[str, Any]:
    if not edits:
        return {}
    replacements = [
        {
            "deletedRegion": {
                "startLine": edit.line,
                "startColumn": edit.column,
                "endLine": edit.end_line,
                "endColumn": edit.end_column,
            },
            "insertedContent": {"text": edit.text},
        }
        for edit in edits
    ]
    change = {"artifactLocation": _artifact(finding.place.file), "replacements": replacements}
    return {"fixes": [{"description": {"text": finding.fix}, "artifactChanges": [change]}]}


def _artifact(file: str) -> dict[str, str]:
    return {"uri": quote(file), "uriBaseId": "SRCROOT"}


def _accepted(accepted: Suppressed, index: dict[str, int]) -> dict[str, Any]:
    suppressions = [{"kind": "inSource", "justification": accepted.reason}]
    return {**_result(accepted.finding, index), "suppressions": suppressions}


def _related(number: int, related: Related) -> dict[str, Any]:
    return {"id": number, "message": {"text": related.message}, **_location(related.place)}


def _location(place: Place) -> dict[str, Any]:
    """Code scanning shows only results with a file and a line."""
    region: dict[str, int] = {"startLine": max(place.line, 1)}
    if place.column:
        region["startColumn"] = place.column
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _artifact(place.file or "Pulumi.yaml"),
            "region": region,
        }
    }
    if place.urn:
        location["logicalLocations"] = [{"fullyQualifiedName": place.urn, "kind": "resource"}]
    return location


def _level(severity: str) -> str:
    if severity in ERRORS:
        return "error"
    return "warning" if severity == "preference" else "note"
