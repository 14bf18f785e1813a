import pulumi_aws as aws


class Safe:
    """A bucket with a key."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.key = aws.kms.Key(name, enable_key_rotation=True)
        self.bucket = aws.s3.Bucket(name)

    def encrypt(self) -> None:
        default = {"sse_algorithm": "aws:kms", "kms_master_key_id": self.key.arn}
        aws.s3.BucketServerSideEncryptionConfiguration(
            self.name,
            bucket=self.bucket.bucket,
            rules=[{"apply_server_side_encryption_by_default": default, "bucket_key_enabled": True}],
        )
