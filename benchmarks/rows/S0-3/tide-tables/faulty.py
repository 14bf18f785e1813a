import pulumi_aws as aws

tides = aws.s3.Bucket("tides")
aws.s3.BucketVersioning("tides", bucket=tides.id, versioning_configuration={"status": "Enabled"})
aws.s3.BucketLifecycleConfiguration(
    "tides",
    bucket=tides.id,
    rules=[
        {  # expect: LIF101, LIF102
            "id": "expire-processed",
            "status": "Enabled",
            "expiration": {"days": 30},
        }
    ],
)
