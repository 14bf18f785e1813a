"""Every rule's page is whole, and its two programs are what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from checked_programs import Programs

from stackwright.rules.finding import Finding
from stackwright.rules.registry import rules
from stackwright.rules.rule import SECTIONS, Rule

RULES = list(rules().values())
# It tells of faults of our own, which no program can have.
WITHOUT_EXAMPLE = {"STW003"}
CLASSES = frozenset(
    (Path(__file__).parents[3] / "src/stackwright/rules/data/classes.txt").read_text(encoding="utf-8").split()
)
ROW = re.compile(r"S[0-3]-\d{1,2}")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_page_is_whole(rule: Rule) -> None:
    assert rule.summary.endswith("."), "the first paragraph says in a sentence what the pattern is"
    assert rule.failure_class in CLASSES
    assert all(ROW.fullmatch(row) for row in rule.rows)
    for title in SECTIONS:
        if rule.code not in WITHOUT_EXAMPLE or title == SECTIONS[0]:
            assert rule.section(title), title
    for name in rule.parameters:
        assert f"`{name}`" in rule.section("Parameters"), f"the docstring's part Parameters explains {name}"


@pytest.mark.parametrize("rule", [r for r in RULES if r.code not in WITHOUT_EXAMPLE], ids=lambda rule: rule.code)
def test_the_example_is_found_and_what_to_use_instead_is_not(rule: Rule, programs: Programs) -> None:
    # Those about the check itself need others to be about.
    select = () if rule.subject == "check" else (rule.code,)
    bad = programs.check(rule.program("Example"), *select)
    good = programs.check(rule.program("Use instead"), *select)

    assert rule.code in {f.code for f in bad.findings}, bad
    assert [f for f in good.findings if f.code == rule.code] == []
    assert [n for n in good.not_checked if n.code == rule.code] == []
    assert {f.code for f in good.findings} <= {rule.code}, "a rule of ours has failed"
    for finding in bad.findings:
        if finding.code == rule.code:
            says_what_where_and_what_to_do(finding)


def says_what_where_and_what_to_do(finding: Finding) -> None:
    message, place = finding.message, finding.place
    assert place.line, "where"
    assert "\n" not in message, "one sentence"
    assert not re.search(r"Calling __str__|<stackwright|\[secret\]", message), "words of ours, or none at all"
    name = place.urn.rpartition("::")[2]
    assert name in message, "it names the resource"
    assert name or re.search(r"[`'\"]|\b[A-Z]{3}\d{3}\b|\w\(|\.\w", message), "or a value"
    assert finding.fix.strip(), "what to do"
    assert finding.fix != message
