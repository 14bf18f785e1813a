"""A rule for processed files without a filter: it deletes what has not been processed, too."""

import pulumi_aws as aws

data = aws.s3.Bucket("data")
aws.s3.BucketLifecycleConfiguration(
    "data",
    bucket=data.id,
    rules=[{"id": "old", "status": "Enabled", "expiration": {"days": 30}}],  # expect: LIF101
)
