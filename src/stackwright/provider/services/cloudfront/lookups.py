"""Functions that find policies by name, AWS's own among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.errors import ResourceError
from stackwright.graph import Properties
from stackwright.provider.aws import Aws
from stackwright.provider.lookups import Lookup
from stackwright.provider.services._shapes import camel
from stackwright.provider.services.cloudfront.common import arn


def _finder(word: str, plural: str, kind: str) -> Lookup:
    """A lookup by id or name among the policies of one kind; its operations are `list_<plural>` and `get_<word>`."""

    def find(aws: Aws, args: Properties) -> dict[str, Any]:
        listed = getattr(aws.client("cloudfront"), f"list_{plural}")()[f"{kind}List"].get("Items") or []
        name, wanted = args.get("name"), args.get("id")
        for item in listed:
            policy = item[kind]
            config = policy[f"{kind}Config"]
            if policy["Id"] == wanted or (not wanted and config["Name"] == name):
                return {
                    **_spelled(config),
                    "id": policy["Id"],
                    "arn": arn(aws, word.replace("_", "-"), policy["Id"]),
                    "etag": "",
                    "name": config["Name"],
                }
        raise ResourceError(
            f"CloudFront has no {word.replace('_', ' ')} with the {'id' if wanted else 'name'} {wanted or name!r}"
        )

    return find


def _spelled(config: Mapping[str, Any]) -> dict[str, Any]:
    """Settings in the provider's spelling: in its results every nested object is a list of one, and named so."""
    times = {"minTTL": "minTtl", "defaultTTL": "defaultTtl", "maxTTL": "maxTtl"}
    return {times.get(k, k): v for k, v in _listed(camel(config)).items()}


def _listed(value: dict[str, Any]) -> dict[str, Any]:
    plain = {k: v for k, v in value.items() if not isinstance(v, dict) and k != "quantity"}
    nested = {k: v for k, v in value.items() if isinstance(v, dict)}
    return {**plain, **{k if k.endswith("s") else f"{k}s": [_listed(v)] for k, v in nested.items()}}


FUNCTIONS: Final[Mapping[str, Lookup]] = {
    "aws:cloudfront/getCachePolicy:getCachePolicy": _finder("cache_policy", "cache_policies", "CachePolicy"),
    "aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy": _finder(
        "origin_request_policy", "origin_request_policies", "OriginRequestPolicy"
    ),
    "aws:cloudfront/getResponseHeadersPolicy:getResponseHeadersPolicy": _finder(
        "response_headers_policy", "response_headers_policies", "ResponseHeadersPolicy"
    ),
}
