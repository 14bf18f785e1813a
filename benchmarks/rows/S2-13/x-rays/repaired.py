import pulumi_aws as aws

pictures = aws.s3.Bucket("pictures")
aws.s3.BucketLifecycleConfiguration(
    "pictures",
    bucket=pictures.id,
    rules=[
        {
            "id": "transition-old-pictures",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "transitions": [{"days": 30, "storage_class": "STANDARD_IA"}],
            "expiration": {"days": 90},
        }
    ],
)
