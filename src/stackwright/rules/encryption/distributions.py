"""Distributions before buckets that they cannot read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from stackwright.rules.encryption.buckets import BUCKET, encryption_of
from stackwright.rules.finding import Problem
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View


@graph_rule("ENC111", "breaks", "oai-with-kms", rows=("S0-14",), each="cloudfront/distribution:Distribution")
def distribution_that_cannot_decrypt(distribution: Node, graph: View) -> Iterator[Problem]:
    """A distribution before a bucket with KMS that it reads by an origin access identity, or by nothing.

    ## Why is this bad?
    An origin access identity cannot use KMS, and nobody can use the key `aws/s3` from another service: CloudFront
    answers 403 for every object, and nothing is reported at deployment. An origin access control signs requests, and
    works with a key of your own whose policy lets `cloudfront.amazonaws.com` decrypt.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html

    ## Example
    ```python
    key = aws.kms.Key("pages", enable_key_rotation=True)
    bucket = aws.s3.Bucket("pages")
    aws.s3.BucketServerSideEncryptionConfiguration(
        "pages",
        bucket=bucket.bucket,
        rules=[
            {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn}}
        ],
    )
    identity = aws.cloudfront.OriginAccessIdentity("pages")
    aws.cloudfront.Distribution(
        "pages",
        enabled=True,
        origins=[
            {
                "origin_id": "pages",
                "domain_name": bucket.bucket_regional_domain_name,
                "s3_origin_config": {"origin_access_identity": identity.cloudfront_access_identity_path},
            }
        ],
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
    key = aws.kms.Key("pages", enable_key_rotation=True)
    bucket = aws.s3.Bucket("pages")
    aws.s3.BucketServerSideEncryptionConfiguration(
        "pages",
        bucket=bucket.bucket,
        rules=[
            {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn}}
        ],
    )
    control = aws.cloudfront.OriginAccessControl(
        "pages", origin_access_control_origin_type="s3", signing_behavior="always", signing_protocol="sigv4"
    )
    aws.cloudfront.Distribution(
        "pages",
        enabled=True,
        origins=[
            {
                "origin_id": "pages",
                "domain_name": bucket.bucket_regional_domain_name,
                "origin_access_control_id": control.id,
            }
        ],
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
    for index, item in enumerate(distribution.items("origins")):
        if not isinstance(item, Mapping):
            continue
        origin = cast("Mapping[str, Any]", item)
        bucket = graph.find(str(origin.get("domainName") or ""), BUCKET)
        found = encryption_of(bucket, graph) if bucket else None
        if bucket is None or found is None:
            continue
        settings, path, default = found
        if not str(default.get("sseAlgorithm", "")).startswith("aws:kms"):
            continue
        key = str(default.get("kmsMasterKeyId") or "")
        has_control = bool(origin.get("originAccessControlId"))
        own = key and not key.endswith("alias/aws/s3")
        if has_control and own:
            continue
        if has_control:
            how, at = "is encrypted with aws/s3, which CloudFront cannot use", f"origins.{index}"
            fix = "kms_master_key_id=<a key of your own>, and kms:Decrypt for cloudfront.amazonaws.com in its policy"
        else:
            by = "an origin access identity" if origin.get("s3OriginConfig") else "no origin access control"
            how, at = f"is encrypted with KMS, by {by}", f"origins.{index}.s3OriginConfig"
            fix = "origin_access_control_id=aws.cloudfront.OriginAccessControl(…).id, and kms:Decrypt for CloudFront"
        yield distribution.problem(
            f"the distribution {distribution.name!r} reads the bucket {bucket.name!r}, which {how}",
            fix=fix,
            at=at,
            related=[settings.here("the bucket's encryption", path)],
        )
