import pulumi
import pulumi_aws as aws
from keys import key


class Tiles:
    def __init__(self, name: str) -> None:
        bucket = aws.s3.Bucket(name)
        default = {
            "sse_algorithm": "aws:kms",
            "kms_master_key_id": key(name).arn,
        }
        aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=bucket.id,
            rules=[{"apply_server_side_encryption_by_default": default, "bucket_key_enabled": True}],
        )
        control = aws.cloudfront.OriginAccessControl(
            name, origin_access_control_origin_type="s3", signing_behavior="always", signing_protocol="sigv4"
        )
        distribution = aws.cloudfront.Distribution(
            name,
            enabled=True,
            default_root_object="index.html",
            origins=[
                aws.cloudfront.DistributionOriginArgs(
                    origin_id="tiles",
                    domain_name=bucket.bucket_regional_domain_name,  # expect: IAM151
                    origin_access_control_id=control.id,
                )
            ],
            default_cache_behavior=aws.cloudfront.DistributionDefaultCacheBehaviorArgs(
                target_origin_id="tiles",
                viewer_protocol_policy="redirect-to-https",
                allowed_methods=["GET", "HEAD"],
                cached_methods=["GET", "HEAD"],
                cache_policy_id="658327ea-f89d-4fab-a63d-7e88639e58f6",
            ),
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate={"cloudfront_default_certificate": True},
        )
        read = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": pulumi.Output.concat(bucket.arn, "/*"),
            "Condition": {"StringEquals": {"AWS:SourceArn": distribution.arn}},
        }
        aws.s3.BucketPolicy(
            name,
            bucket=bucket.id,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]}),
        )
