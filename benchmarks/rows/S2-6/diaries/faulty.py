import pulumi
import pulumi_aws as aws


class Diary(pulumi.ComponentResource):
    """A private, encrypted bucket."""

    def __init__(self, name: str) -> None:
        super().__init__("home:index:Diary", name)
        inside = pulumi.ResourceOptions(parent=self)
        key = aws.kms.Key(name, enable_key_rotation=False, opts=inside)  # expect: ENC101
        bucket = aws.s3.Bucket(name, opts=inside)
        aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=bucket.bucket,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default={
                        "sse_algorithm": "aws:kms",
                        "kms_master_key_id": key.arn,
                    },
                    bucket_key_enabled=True,
                )
            ],
            opts=inside,
        )
        self.register_outputs({})


Diary("diary")
