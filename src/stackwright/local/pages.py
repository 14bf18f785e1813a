"""Where the distributions of a stack open on this machine."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from stackwright.graph import Graph, Resource
from stackwright.local.launcher.distributions import LOCAL

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
    aliases = resource.inputs.get("aliases") or resource.outputs.get("aliases") or []
    # A wildcard is no name that could be opened.
    return [domain_name, *(alias for alias in aliases if isinstance(alias, str) and not alias.startswith("*"))]
