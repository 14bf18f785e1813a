import pulumi
import pulumi_aws as aws


class Archive:
    """A bucket with an access list."""

    def __init__(self, name: str) -> None:
        self.bucket = aws.s3.Bucket(name)
        owners = aws.s3.BucketOwnershipControls(
            name,
            bucket=self.bucket.bucket,
            rule={"object_ownership": "BucketOwnerPreferred"},
        )
        aws.s3.BucketAcl(
            name,
            bucket=self.bucket.bucket,
            acl="authenticated-read",  # expect: IAM142
            opts=pulumi.ResourceOptions(depends_on=[owners]),
        )
