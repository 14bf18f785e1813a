"""A static web site: files in a private bucket, served by CloudFront through an origin access control."""

import mimetypes
from pathlib import Path

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
folder = Path(config.get("path") or "www")
index_document = config.get("indexDocument") or "index.html"

bucket = aws.s3.Bucket("site")
aws.s3.BucketPublicAccessBlock(
    "site",
    bucket=bucket.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)

for file in sorted(folder.rglob("*")):
    if file.is_file():
        key = file.relative_to(folder).as_posix()
        aws.s3.BucketObjectv2(
            key,
            bucket=bucket.id,
            key=key,
            source=pulumi.FileAsset(str(file)),
            content_type=mimetypes.guess_type(key)[0] or "application/octet-stream",
        )

access = aws.cloudfront.OriginAccessControl(
    "site", origin_access_control_origin_type="s3", signing_behavior="always", signing_protocol="sigv4"
)
distribution = aws.cloudfront.Distribution(
    "cdn",
    enabled=True,
    default_root_object=index_document,
    origins=[
        {
            "origin_id": "bucket",
            "domain_name": bucket.bucket_regional_domain_name,
            "origin_access_control_id": access.id,
        }
    ],
    default_cache_behavior={
        "target_origin_id": "bucket",
        "viewer_protocol_policy": "allow-all",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "forwarded_values": {"query_string": False, "cookies": {"forward": "none"}},
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={"cloudfront_default_certificate": True},
)
readers = aws.iam.get_policy_document_output(
    statements=[
        {
            "actions": ["s3:GetObject"],
            "resources": [pulumi.Output.concat(bucket.arn, "/*")],
            "principals": [{"type": "Service", "identifiers": ["cloudfront.amazonaws.com"]}],
            "conditions": [{"test": "StringEquals", "variable": "AWS:SourceArn", "values": [distribution.arn]}],
        }
    ]
)
aws.s3.BucketPolicy("site", bucket=bucket.id, policy=readers.json)

pulumi.export("bucket", bucket.id)
pulumi.export("domain", distribution.domain_name)
pulumi.export("url", pulumi.Output.format("https://{0}", distribution.domain_name))
