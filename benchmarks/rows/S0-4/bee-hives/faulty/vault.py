import pulumi_aws as aws


class Vault:
    """Stores that share one key."""

    def __init__(self, name: str) -> None:
        self.key = aws.kms.Key(name, enable_key_rotation=True)  # expect: ENC102
        aws.kms.Alias(name, name=f"alias/{name}", target_key_id=self.key.id)

    def queue(self, name: str) -> aws.sqs.Queue:
        return aws.sqs.Queue(name, sqs_managed_sse_enabled=True)

    def bucket(self, name: str) -> aws.s3.Bucket:
        bucket = aws.s3.Bucket(name)
        default = {"sse_algorithm": "AES256"}
        aws.s3.BucketServerSideEncryptionConfiguration(
            name, bucket=bucket.id, rules=[{"apply_server_side_encryption_by_default": default}]
        )
        return bucket
