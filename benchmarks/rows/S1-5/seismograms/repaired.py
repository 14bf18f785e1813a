import pulumi_aws as aws

waves = aws.s3.Bucket("waves")
aws.s3.BucketLifecycleConfiguration(
    "waves",
    bucket=waves.id,
    rules=[
        {
            "id": "processed",
            "status": "Enabled",
            "filter": {"prefix": "processed/"},
            "expiration": {"days": 30},
        }
    ],
)
