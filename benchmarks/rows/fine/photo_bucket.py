"""Right: `bucket.id` as the bucket's name, the keyless aws/s3 key, a condition that leaves default encryption alone."""

import pulumi
import pulumi_aws as aws

bucket = aws.s3.Bucket("photos")
aws.s3.BucketServerSideEncryptionConfiguration(
    "photos",
    bucket=bucket.id,
    rules=[
        {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}, "bucket_key_enabled": True},
    ],
)
access = aws.s3.BucketPublicAccessBlock(
    "photos",
    bucket=bucket.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)
aws.s3.BucketPolicy(
    "photos",
    bucket=bucket.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "DenyPlainHttp",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": [bucket.arn, pulumi.Output.concat(bucket.arn, "/*")],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                },
                {
                    "Sid": "DenyOtherEncryption",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:PutObject",
                    "Resource": pulumi.Output.concat(bucket.arn, "/*"),
                    "Condition": {
                        "StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
                        "Null": {"s3:x-amz-server-side-encryption": "false"},
                    },
                },
            ],
        }
    ),
    opts=pulumi.ResourceOptions(depends_on=[access]),
)
aws.s3.BucketLifecycleConfiguration(
    "photos",
    bucket=bucket.id,
    rules=[
        {
            "id": "unfinished",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
        }
    ],
)
pulumi.export("bucket", bucket.id)
