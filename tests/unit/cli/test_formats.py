"""The forms in which a report is given."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from stackwright.cli.formats import Checked, as_github, as_json, as_junit, as_sarif, as_text
from stackwright.rules.finding import Finding, NotChecked, Place, Related, Report, Suppressed

URN = "urn:pulumi:dev::shop::aws:sqs/queue:Queue::jobs"


def finding(**changed) -> Finding:
    values = {
        "code": "API101",
        "name": "integration-uri",
        "failure_class": "integration-uri",
        "severity": "breaks",
        "rows": ("S0-6",),
        "message": "the URI 'a:b,c%' is wrong\x1b[2J",
        "fix": "uri=function.invoke_arn",
        "place": Place(URN, "my app/__main__.py", 2, 5),
        "related": (
            Related("the function", Place("urn:f", "my app/__main__.py", 1, 1)),
            Related("AWS", Place("urn:x")),
        ),
        "fingerprint": "abc",
    }
    return Finding(**(values | changed))


@pytest.fixture
def checked(tmp_path: Path) -> list[Checked]:
    (tmp_path / "my app").mkdir()
    (tmp_path / "my app/__main__.py").write_text("function()\nuri=function\nend()\n")
    report = Report(
        findings=(finding(), finding(code="EVT101", severity="preference", place=Place(URN), related=())),
        not_checked=(NotChecked("EVT102", "x", "sourceArn of p", "not known", Place("", "my app/__main__.py", 3)),),
        suppressed=(Suppressed(finding(code="PRV101", related=()), "we mean it"),),
        asked=frozenset({"API101", "EVT101", "EVT102", "PRV101"}),
        rules=4,
        by_severity={"breaks": 1, "preference": 1},
    )
    return [Checked("shop", tmp_path, report)]


def test_json_has_the_documented_shape(checked):
    report = json.loads(as_json.text(checked))

    assert list(report) == ["findings", "notChecked", "suppressed", "summary"]
    assert report["findings"][0] == {
        "code": "API101",
        "name": "integration-uri",
        "class": "integration-uri",
        "severity": "breaks",
        "rows": ["S0-6"],
        "message": "the URI 'a:b,c%' is wrong\x1b[2J",
        "fix": "uri=function.invoke_arn",
        "urn": URN,
        "file": "my app/__main__.py",
        "line": 2,
        "column": 5,
        "related": [
            {"message": "the function", "urn": "urn:f", "file": "my app/__main__.py", "line": 1, "column": 1},
            {"message": "AWS", "urn": "urn:x", "file": "", "line": 0, "column": 0},
        ],
    }
    assert report["suppressed"][0]["reason"] == "we mean it"
    assert report["notChecked"][0]["value"] == "sourceArn of p"
    assert report["summary"]["findings"] == 2


def test_several_projects_are_told_apart(checked):
    report = json.loads(as_json.text([*checked, Checked("other", checked[0].directory, checked[0].report)]))

    assert [f["project"] for f in report["findings"]] == ["shop", "shop", "other", "other"]


def test_text_shows_both_ends_with_their_lines(checked):
    text = "\n".join(line.plain for line in as_text.lines(checked))

    assert "API101 breaks my app/__main__.py:2:5  integration-uri" in text
    assert "  > 2 | uri=function\n      |     ^" in text
    assert "  the function: my app/__main__.py:1:1\n  > 1 | function()" in text
    assert f"EVT101 preference {URN}" in text
    assert "EVT102 not checked my app/__main__.py:3: sourceArn of p" in text
    assert "PRV101 accepted my app/__main__.py:2:5: we mean it" in text
    assert "2 findings, 1 of them faults, 1 not checked, 1 accepted (4 rules" in text
    assert text.endswith("--fix tries to mend 1 of them, and shows how")


def test_github_annotations_are_escaped(checked, monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(checked[0].directory.parent))
    first, second = as_github.lines(checked)

    place = f"file={checked[0].directory.name}/my app/__main__.py,line=2,col=5"
    assert first == (
        f"::error {place},title=API101 integration-uri::"
        "the URI 'a:b,c%25' is wrong\\x1b[2J%0AFix: uri=function.invoke_arn"
    )
    assert second.startswith("::warning title=EVT101 integration-uri::")


def test_junit_has_a_case_for_each_rule(checked):
    (suite,) = ElementTree.fromstring(as_junit.text(checked))

    assert {k: suite.get(k) for k in ("tests", "failures", "skipped")} == {
        "tests": "4",
        "failures": "2",
        "skipped": "1",
    }
    cases = {str(case.get("name"))[:6]: [child.tag for child in case] for case in suite}
    assert cases == {"API101": ["failure"], "EVT101": ["failure"], "EVT102": ["skipped"], "PRV101": []}


def test_sarif_is_what_the_standard_asks_for(checked):
    """The parts of its schema that are required of what we write, and what code scanning asks beyond it."""
    log = json.loads(as_sarif.text(checked))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("/sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "stackwright"
    assert re.fullmatch(r"\d+\.\d+.*", driver["version"])
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
        assert all(isinstance(tag, str) for tag in rule["properties"]["tags"])
    root = run["originalUriBaseIds"]["SRCROOT"]["uri"]
    assert root.startswith("file:///")
    assert root.endswith("/")
    assert len(run["results"]) == 3
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["level"] in ("note", "warning", "error")
        assert all(isinstance(v, str) for v in result["partialFingerprints"].values())
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            physical = location["physicalLocation"]
            assert re.fullmatch(r"[^ \\]+", physical["artifactLocation"]["uri"]), "a URI reference"
            assert physical["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
            assert all(isinstance(n, int) and n >= 1 for n in physical["region"].values())
    assert run["results"][2]["suppressions"] == [{"kind": "inSource", "justification": "we mean it"}]
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert rules[told["associatedRule"]["index"]]["id"] == "EVT102"
    assert isinstance(run["invocations"][0]["executionSuccessful"], bool)
