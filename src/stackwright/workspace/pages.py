"""Where the distributions of a stack open on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast
from urllib.parse import urlsplit

from stackwright.emulator.launcher.distributions import LOCAL
from stackwright.graph import Graph, Resource

_DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"


def pages(graph: Graph, endpoint: str) -> dict[str, str]:
    """Local URLs of all distributions, by the names under which AWS serves them: domain names, then aliases.

    The embedded emulator takes a name with `.localhost` behind it for the name itself; browsers and curl resolve
    `*.localhost` to this machine.

    Args:
        endpoint: URL of the embedded emulator.
    """
    port = urlsplit(endpoint).port
    return {name: f"http://{name}{LOCAL}:{port}/" for r in graph.resources for name in _names(r)}


def _names(resource: Resource) -> list[str]:
    domain_name = resource.outputs.get("domainName")
    if resource.type != _DISTRIBUTION or not isinstance(domain_name, str) or not resource.inputs.get("enabled", True):
        return []
    aliases = cast("Sequence[Any]", resource.inputs.get("aliases") or resource.outputs.get("aliases") or ())
    # A wildcard is no name that could be opened.
    return [domain_name, *(alias for alias in aliases if isinstance(alias, str) and not alias.startswith("*"))]
