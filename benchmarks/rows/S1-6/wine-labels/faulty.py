# profile: stackwright
import pulumi
import pulumi_aws as aws


class Labels(pulumi.ComponentResource):
    """The pictures on the bottles."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("wine:index:Labels", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.bucket = aws.s3.Bucket(name, opts=inside)  # expect: ENC122
        aws.s3.BucketPublicAccessBlock(
            name,
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=inside,
        )
        self.register_outputs({"bucket": self.bucket.id})


Labels("labels")
