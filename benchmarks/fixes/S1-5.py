"""The configuration under its old name, with a prefix: deprecated, and right."""

import pulumi_aws as aws

files = aws.s3.Bucket("files")
aws.s3.BucketLifecycleConfigurationV2(
    "files",
    bucket=files.id,
    rules=[
        {
            "id": "delete-processed-files",
            "status": "Enabled",
            "filter": {"prefix": "processed/"},
            "expiration": {"days": 30},
        }
    ],
)
