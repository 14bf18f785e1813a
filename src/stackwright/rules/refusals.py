"""Which findings speak of a resource that AWS has refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from stackwright.rules.finding import Finding

# Classes of what decides who may do what: AWS says it of the resource that needs the right, not of what gives it.
PERMISSIONS: Final = frozenset(
    {
        "dlq-unwritable",
        "iam-missing-permission",
        "iam-wildcard",
        "key-policy-gap",
        "ordering",
        "permission-source",
        "policy-document",
        "trigger-without-permission",
    }
)


def about(urn: str, needed: frozenset[str], findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that may say why a resource was refused.

    Those at the resource come first, then those that name it as the other end. Only when there are neither, those of
    permissions at what it needs.

    Args:
        needed: URNs of all that is made before it.
    """
    at = [f for f in findings if f.place.urn == urn]
    other_end = [f for f in findings if f not in at and any(r.place.urn == urn for r in f.related)]
    if at or other_end:
        return (*at, *other_end)
    return tuple(f for f in findings if f.place.urn in needed and f.failure_class in PERMISSIONS)
