import pulumi_aws as aws


class Store:
    def __init__(self, name: str) -> None:
        self.name = name
        self.bucket = aws.s3.Bucket(name)

    def close(self) -> None:
        aws.s3.BucketPublicAccessBlock(
            self.name,
            bucket=self.bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
