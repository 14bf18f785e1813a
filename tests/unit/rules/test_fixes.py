"""A rule with a fix mends its own example, and what it says can be made is certain."""

from __future__ import annotations

import pytest
from checked_programs import Programs, whole

from stackwright.editing.edits import applied, fit
from stackwright.rules.fixing import Fixes
from stackwright.rules.registry import rules
from stackwright.rules.rule import Rule

FIXABLE = [rule for rule in rules().values() if rule.fix is not None]


def mended(files: dict[str, str], programs: Programs, *select: str) -> dict[str, str]:
    """The files of a program with every edit that fits to the others."""
    texts = {name: whole(name, text) for name, text in files.items()}
    edits = {name: [] for name in texts}
    fixes = Fixes()
    for finding in programs.check(files, *select).findings:
        file = finding.place.file
        found = fixes.of(finding, texts[file]) if file in texts else ()
        if fit(found, edits[file]):
            edits[file] += found
    return {name: applied(text, edits[name]) for name, text in texts.items()}


@pytest.mark.parametrize("rule", FIXABLE, ids=lambda rule: rule.code)
def test_a_fix_mends_the_example_of_its_page(rule: Rule, programs: Programs) -> None:
    select = () if rule.subject == "check" else (rule.code,)
    example = rule.program("Example")

    files = mended(example, programs, *select)

    assert files != {name: whole(name, text) for name, text in example.items()}
    report = programs.check(files, *select)
    assert [f for f in report.findings if f.code == rule.code] == [], files
    assert [f for f in report.findings if f.code.startswith("RUN")] == []
