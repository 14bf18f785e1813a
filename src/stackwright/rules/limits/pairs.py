"""Values that AWS refuses beside one another."""

from __future__ import annotations

from collections.abc import Iterator

from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_RESTRICTION = "restrictions.geoRestriction"


@graph_rule("LIM102", "breaks", "config", rows=("S0-14",), each="cloudfront/distribution:Distribution")
def countries_without_restriction(distribution: Node, graph: View) -> Iterator[Problem]:
    """A distribution that lets in, or keeps out, no country at all; or names countries without doing either.

    ## Why is this bad?
    CloudFront refuses a list of countries that is empty, and one that has no effect.
    https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GeoRestriction.html

    ## Example
    ```python
    behavior = {
        "target_origin_id": "o",
        "viewer_protocol_policy": "https-only",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
    }
    aws.cloudfront.Distribution(
        "maps",
        enabled=True,
        origins=[{"origin_id": "o", "domain_name": "maps.example.com"}],
        default_cache_behavior=behavior,
        restrictions={"geo_restriction": {"restriction_type": "whitelist", "locations": []}},
        viewer_certificate={"cloudfront_default_certificate": True},
    )
    ```

    ## Use instead
    ```python
    behavior = {
        "target_origin_id": "o",
        "viewer_protocol_policy": "https-only",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
    }
    aws.cloudfront.Distribution(
        "maps",
        enabled=True,
        origins=[{"origin_id": "o", "domain_name": "maps.example.com"}],
        default_cache_behavior=behavior,
        restrictions={"geo_restriction": {"restriction_type": "whitelist", "locations": ["DE", "FR"]}},
        viewer_certificate={"cloudfront_default_certificate": True},
    )
    ```
    """
    kind, places = (
        distribution.given(f"{_RESTRICTION}.restrictionType"),
        distribution.given(f"{_RESTRICTION}.locations"),
    )
    if kind in ("whitelist", "blacklist") and not places:
        yield distribution.problem(
            f"the distribution {distribution.name!r} has a {kind} of no country",
            fix='Name countries in locations, or restriction_type="none".',
            at=f"{_RESTRICTION}.restrictionType",
        )
    if kind == "none" and places:
        yield distribution.problem(
            f"the distribution {distribution.name!r} names countries, and restricts none",
            fix='restriction_type="whitelist" or "blacklist", or no locations.',
            at=f"{_RESTRICTION}.locations",
        )
