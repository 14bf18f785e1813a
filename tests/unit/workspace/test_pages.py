"""What opens where: the local URLs of distributions."""

from __future__ import annotations

from typing import Any

from stackwright.graph import Graph, Resource
from stackwright.workspace.pages import pages

ENDPOINT = "http://127.0.0.1:4566"


def graph(*inputs: dict[str, Any], kind: str = "cloudfront/distribution:Distribution") -> Graph:
    resources = [
        Resource(
            f"urn:{number}",
            f"aws:{kind}",
            str(number),
            inputs=given,
            outputs={"domainName": f"d{number}.cloudfront.net"},
        )
        for number, given in enumerate(inputs)
    ]
    return Graph("shop", "dev", "emulator", tuple(resources))


def test_every_name_of_every_distribution_opens_on_the_endpoints_port() -> None:
    assert pages(graph({"enabled": True}, {"enabled": True, "aliases": ["www.example.org"]}), ENDPOINT) == {
        "d0.cloudfront.net": "http://d0.cloudfront.net.localhost:4566/",
        "d1.cloudfront.net": "http://d1.cloudfront.net.localhost:4566/",
        "www.example.org": "http://www.example.org.localhost:4566/",
    }


def test_what_cannot_be_opened_is_left_out() -> None:
    assert pages(graph({"enabled": False}), ENDPOINT) == {}
    assert list(pages(graph({"enabled": True, "aliases": ["*.example.org"]}), ENDPOINT)) == ["d0.cloudfront.net"]
    assert pages(graph({"enabled": True}, kind="apigateway/domainName:DomainName"), ENDPOINT) == {}
    assert pages(Graph("shop", "dev", "emulator"), ENDPOINT) == {}
