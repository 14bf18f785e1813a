"""Every rule's page is whole, and its two programs are what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from checked_programs import Programs

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
    of_rule = [f for f in bad.findings if f.code == rule.code]
    assert all(f.message and f.fix and f.place.line for f in of_rule), "what, where and what to do"
