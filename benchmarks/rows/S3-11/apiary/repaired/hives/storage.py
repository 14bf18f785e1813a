import pulumi_aws as aws

from hives.settings import Settings


class Honey:
    def __init__(self, name: str, settings: Settings) -> None:
        self.bucket = aws.s3.Bucket(name)
        aws.s3.BucketPublicAccessBlock(
            name,
            bucket=self.bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        aws.s3.BucketLifecycleConfiguration(
            name,
            bucket=self.bucket.bucket,
            rules=[
                {
                    "id": "old-weights",
                    "status": "Enabled",
                    "filter": {"prefix": "weights/"},
                    "transitions": [
                        {
                            "storage_class": "STANDARD_IA",
                            "days": settings.archive_after,
                        }
                    ],
                    "expiration": {"days": settings.delete_after},
                }
            ],
        )
