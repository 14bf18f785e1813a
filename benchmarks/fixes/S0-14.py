"""An origin access identity before a bucket with KMS: CloudFront can read none of it."""

import pulumi_aws as aws

key = aws.kms.Key("data", enable_key_rotation=True)
content = aws.s3.Bucket("content")
aws.s3.BucketServerSideEncryptionConfiguration(
    "content",
    bucket=content.id,
    rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn}}],
)
identity = aws.cloudfront.OriginAccessIdentity("content")
aws.cloudfront.Distribution(
    "content",
    enabled=True,
    origins=[
        {
            "origin_id": "s3",
            "domain_name": content.bucket_regional_domain_name,
            "s3_origin_config": {"origin_access_identity": identity.cloudfront_access_identity_path},  # expect: ENC111
        }
    ],
    default_cache_behavior={
        "target_origin_id": "s3",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={"cloudfront_default_certificate": True},
)
