"""What distributions serve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from stackwright.iam.evaluation import decide
from stackwright.iam.request import Caller, Request
from stackwright.rules.encryption.buckets import BUCKET
from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_DISTRIBUTION = "cloudfront/distribution:Distribution"


@graph_rule("CDN101", "breaks", "dangling-reference", rows=("S0-14",), each=_DISTRIBUTION)
def behavior_without_origin(distribution: Node, graph: View) -> Iterator[Problem]:
    """A behavior of a distribution whose origin the distribution does not have.

    ## Why is this bad?
    CloudFront refuses the distribution: "One or more of your origins or origin groups do not exist".
    https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DefaultCacheBehavior.html

    ## Example
    ```python
    bucket = aws.s3.Bucket("pages")
    aws.cloudfront.Distribution(
        "pages",
        enabled=True,
        origins=[{"origin_id": "pages", "domain_name": bucket.bucket_regional_domain_name}],
        default_cache_behavior={
            "allowed_methods": ["GET", "HEAD"],
            "cached_methods": ["GET", "HEAD"],
            "target_origin_id": "Pages",
            "viewer_protocol_policy": "redirect-to-https",
            "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        },
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={"cloudfront_default_certificate": True},
    )
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("pages")
    aws.cloudfront.Distribution(
        "pages",
        enabled=True,
        origins=[{"origin_id": "pages", "domain_name": bucket.bucket_regional_domain_name}],
        default_cache_behavior={
            "allowed_methods": ["GET", "HEAD"],
            "cached_methods": ["GET", "HEAD"],
            "target_origin_id": "pages",
            "viewer_protocol_policy": "redirect-to-https",
            "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        },
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={"cloudfront_default_certificate": True},
    )
    ```
    """
    known = {str(o.get("originId")) for path in ("origins", "originGroups") for o in distribution.structs(path)}
    behaviors: list[tuple[str, Any]] = [("defaultCacheBehavior", distribution.get("defaultCacheBehavior"))]
    ordered = distribution.structs("orderedCacheBehaviors")
    behaviors += [(f"orderedCacheBehaviors.{index}", one) for index, one in enumerate(ordered)]
    for path, behavior in behaviors:
        wanted = cast("Mapping[str, Any]", behavior).get("targetOriginId") if isinstance(behavior, Mapping) else None
        if isinstance(wanted, str) and known and wanted not in known:
            yield distribution.problem(
                f"the distribution {distribution.name!r} sends requests to the origin {wanted!r}, and has "
                f"{', '.join(map(repr, sorted(known)))}",
                fix="target_origin_id=<the origin_id of one of them>",
                at=f"{path}.targetOriginId",
            )


@graph_rule("CDN102", "breaks", "iam-missing-permission", rows=("S0-14",), each=_DISTRIBUTION)
def distribution_without_permission(distribution: Node, graph: View) -> Iterator[Problem]:
    """A distribution with an origin access control, before a bucket whose policy does not let it read.

    ## Why is this bad?
    Every request is answered with 403. The deployment tells nothing: CloudFront asks the bucket when somebody asks it.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html

    ## Example
    ```python
    bucket = aws.s3.Bucket("pages")
    control = aws.cloudfront.OriginAccessControl(
        "pages", origin_access_control_origin_type="s3", signing_behavior="always", signing_protocol="sigv4"
    )
    origin = {
        "origin_id": "pages",
        "domain_name": bucket.bucket_regional_domain_name,
        "origin_access_control_id": control.id,
    }
    aws.cloudfront.Distribution(
        "pages",
        enabled=True,
        origins=[origin],
        default_cache_behavior={
            "allowed_methods": ["GET", "HEAD"],
            "cached_methods": ["GET", "HEAD"],
            "target_origin_id": "pages",
            "viewer_protocol_policy": "redirect-to-https",
            "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        },
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={"cloudfront_default_certificate": True},
    )
    ```

    ## Use instead
    ```python
    bucket = aws.s3.Bucket("pages")
    control = aws.cloudfront.OriginAccessControl(
        "pages", origin_access_control_origin_type="s3", signing_behavior="always", signing_protocol="sigv4"
    )
    origin = {
        "origin_id": "pages",
        "domain_name": bucket.bucket_regional_domain_name,
        "origin_access_control_id": control.id,
    }
    pages = aws.cloudfront.Distribution(
        "pages",
        enabled=True,
        origins=[origin],
        default_cache_behavior={
            "allowed_methods": ["GET", "HEAD"],
            "cached_methods": ["GET", "HEAD"],
            "target_origin_id": "pages",
            "viewer_protocol_policy": "redirect-to-https",
            "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        },
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={"cloudfront_default_certificate": True},
    )
    read = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": pulumi.Output.concat(bucket.arn, "/*"),
        "Condition": {"StringEquals": {"AWS:SourceArn": pages.arn}},
    }
    aws.s3.BucketPolicy(
        "pages",
        bucket=bucket.bucket,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]}),
    )
    ```
    """
    for index, origin in enumerate(distribution.structs("origins")):
        bucket = _bucket(str(origin.get("domainName") or ""), graph)
        if bucket is None or bucket.resource.external or not origin.get("originAccessControlId"):
            continue
        account = distribution.arn.split(":")[4] if distribution.arn.count(":") >= 5 else ""
        context = {
            "aws:sourcearn": distribution.arn,
            "aws:sourceaccount": account,
            "aws:securetransport": "true",
            "aws:principalisawsservice": "true",
        }
        request = Request(
            "s3:GetObject", f"{bucket.arn}/index.html", Caller(service="cloudfront.amazonaws.com"), context
        )
        decision = decide(request, [], resource=graph.resource_policies.of(bucket.arn))
        if decision.outcome == "denied":
            why = f"denies it ({decision.statement})" if decision.statement else "has no statement that lets it"
            yield distribution.problem(
                f"the distribution {distribution.name!r} reads the bucket {bucket.name!r}, whose policy {why}",
                fix='{"Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": '
                '"s3:GetObject", "Resource": <the bucket>/*, "Condition": {"StringEquals": {"AWS:SourceArn": '
                "<the distribution>}}}",
                at=f"origins.{index}.domainName",
                related=[bucket.here("the bucket")],
            )


def _bucket(domain: str, graph: View) -> Node | None:
    domains = ("bucketRegionalDomainName", "bucketDomainName")
    return next((b for b in graph.all(BUCKET) if domain and any(b.get(d) == domain for d in domains)), None)
