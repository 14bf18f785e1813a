"""Transition and expiration in the right order, on every object: the filter is missing."""

import pulumi_aws as aws

uploads = aws.s3.Bucket("uploads")
old = {
    "id": "transition-old-files",
    "status": "Enabled",
    "transitions": [{"days": 30, "storage_class": "STANDARD_IA"}],
    "expiration": {"days": 90},
}
aws.s3.BucketLifecycleConfiguration("uploads", bucket=uploads.id, rules=[old])  # expect: LIF101
