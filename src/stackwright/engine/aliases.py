"""The URNs a resource went by before; https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/"""

from __future__ import annotations

from typing import Any

from stackwright.engine.urns import make_urn


def resolve(request: Any, stack: str, project: str) -> tuple[str, ...]:
    """All former URNs that a registration names, as URNs or as what was different then."""
    found = list(request.aliasURNs)
    for alias in request.aliases:
        if alias.WhichOneof("alias") == "urn":
            found.append(alias.urn)
            continue
        spec = alias.spec
        parent = "" if spec.noParent else (spec.parentUrn or request.parent)
        found.append(
            make_urn(
                spec.stack or stack,
                spec.project or project,
                spec.type or request.type,
                spec.name or request.name,
                parent,
            )
        )
    return tuple(dict.fromkeys(found))
