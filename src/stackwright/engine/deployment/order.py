"""Two orders of resources: the one a graph is written in, and the one things are deleted in."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import Any, Final

from stackwright.engine.deployment.events import Registration
from stackwright.graph import Resource

REPLACEMENT: Final = "::replacement#"  # ends a seed, with the number of the replacement
PENDING: Final = "::pending#"  # ends the URN of what waits for its deletion


def canonical(resources: Iterable[Resource]) -> list[Resource]:
    """What a resource needs comes before it; otherwise the lines of the program decide, then the URN.

    Registrations arrive in an order that depends on threads; this order depends on the program alone.
    """
    by_urn = {r.urn: r for r in resources}
    # What a replacement left over was needed under its first URN.
    present = {original_urn(r): r.urn for r in by_urn.values()} | {urn: urn for urn in by_urn}
    waiting = {urn: _needs(resource, present) for urn, resource in by_urn.items()}
    needed_by: dict[str, list[str]] = {}
    for urn, needs in waiting.items():
        for other in needs:
            needed_by.setdefault(other, []).append(urn)
    ready = [(program_line(by_urn[urn]), urn) for urn, needs in waiting.items() if not needs]
    heapq.heapify(ready)
    ordered: list[Resource] = []
    while ready:
        _, urn = heapq.heappop(ready)
        ordered.append(by_urn[urn])
        for other in needed_by.get(urn, ()):
            waiting[other].discard(urn)
            if not waiting[other]:
                heapq.heappush(ready, (program_line(by_urn[other]), other))
    return ordered


def dependents_first(resources: Iterable[Resource]) -> list[Resource]:
    """The order of deletion."""
    return list(reversed(canonical(resources)))


def pending_urn(old: Resource) -> str:
    """The URN under which a replaced resource waits for its deletion; unique, as every replacement has a new seed."""
    _, _, number = old.seed.partition(REPLACEMENT)
    return f"{old.urn}{PENDING}{number or 0}"


def next_seed(seed: str) -> str:
    """The seed of what replaces a resource with this one."""
    base, _, number = seed.partition(REPLACEMENT)
    return f"{base}{REPLACEMENT}{int(number or 0) + 1}"


def original_urn(resource: Resource) -> str:
    """The URN without what `pending_urn` has added."""
    return resource.urn.rpartition(PENDING)[0] if resource.pending_delete else resource.urn


def _needs(resource: Resource, present: dict[str, str]) -> set[str]:
    urns = {*resource.dependencies, resource.parent, resource.provider}
    return {present[urn] for urn in urns if urn in present} - {resource.urn}


def program_line(resource: Resource | Registration) -> tuple[Any, ...]:
    """Where the program asked for a resource; sorts in the program's order."""
    # The outermost frame first: where the program itself was when all of this happened.
    return tuple((p.file, p.line) for p in reversed(resource.stack))
