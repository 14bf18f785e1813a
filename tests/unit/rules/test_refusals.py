"""Which findings stand beside a refusal."""

from __future__ import annotations

from stackwright.rules import registry
from stackwright.rules.finding import Finding, Place, Related
from stackwright.rules.refusals import PERMISSIONS, about


def finding(name: str, urn: str, *related: str, failure_class: str = "config") -> Finding:
    ends = tuple(Related("", Place(other)) for other in related)
    return Finding("ABC101", name, failure_class, "breaks", (), "", "", Place(urn), ends)


AT = finding("at", "mapping")
END = finding("end", "role", "mapping")
OF_ROLE = finding("role", "role", failure_class="iam-missing-permission")
OF_TABLE = finding("table", "table", failure_class="iam-missing-permission")
SETTING = finding("setting", "role")
NEEDED = frozenset({"role"})


def test_findings_at_the_resource_come_before_those_that_name_it() -> None:
    assert about("mapping", NEEDED, [END, OF_ROLE, AT]) == (AT, END)


def test_without_them_permissions_of_what_it_needs_count() -> None:
    assert about("mapping", NEEDED, [OF_TABLE, SETTING, OF_ROLE]) == (OF_ROLE,)
    assert about("mapping", frozenset(), [OF_ROLE]) == ()


def test_a_finding_without_a_resource_explains_none() -> None:
    assert about("mapping", NEEDED, [finding("source", "")]) == ()


def test_the_classes_are_those_of_rules() -> None:
    assert {rule.failure_class for rule in registry.rules().values()} >= PERMISSIONS
