"""The URNs a resource went by before; https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from stackwright.engine.urns import make_urn, name_of, own_type, project_of, stack_of


def resolve(request: Any, stack: str, project: str, parent_aliases: Iterable[str] = ()) -> tuple[str, ...]:
    """All former URNs of a registration: those it names, and those that follow from its parent's.

    Args:
        request: a `RegisterResourceRequest`.
        parent_aliases: what this function gave for the parent.
    """
    own = [*request.aliasURNs, *(_from_proto(alias, request, stack, project) for alias in request.aliases)]
    now = make_urn(stack, project, request.type, request.name, request.parent)
    inherited = _inherited([now, *own], request.parent, parent_aliases)
    return tuple(urn for urn in dict.fromkeys([*own, *inherited]) if urn != now)


def _from_proto(alias: Any, request: Any, stack: str, project: str) -> str:
    if alias.WhichOneof("alias") == "urn":
        return str(alias.urn)
    spec = alias.spec
    parent = "" if spec.noParent else (spec.parentUrn or request.parent)
    return make_urn(
        spec.stack or stack, spec.project or project, spec.type or request.type, spec.name or request.name, parent
    )


def _inherited(children: Sequence[str], parent: str, parent_aliases: Iterable[str]) -> list[str]:
    found: list[str] = []
    for former in parent_aliases:
        for child in children:
            name = name_of(child)
            # Children are called `<parent>-<role>` by convention, so a renamed parent has renamed them.
            if name.startswith(name_of(parent)):
                name = name_of(former) + name.removeprefix(name_of(parent))
            found.append(make_urn(stack_of(former), project_of(former), own_type(child), name, former))
    return found
