import pulumi_aws as aws

tides = aws.s3.Bucket("tides")
aws.s3.BucketVersioning("tides", bucket=tides.id, versioning_configuration={"status": "Enabled"})
aws.s3.BucketLifecycleConfiguration(
    "tides",
    bucket=tides.id,
    rules=[
        {
            "id": "expire-processed",
            "status": "Enabled",
            "filter": {"prefix": "processed/"},
            "expiration": {"days": 30},
            "noncurrent_version_expiration": {"noncurrent_days": 7},
        }
    ],
)
