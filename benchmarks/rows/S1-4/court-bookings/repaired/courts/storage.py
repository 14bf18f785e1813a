import pulumi
import pulumi_aws as aws


class Store:
    def __init__(self, name: str) -> None:
        self.bucket = aws.s3.Bucket(name)

    @property
    def objects(self):
        return pulumi.Output.concat(self.bucket.arn, "/*")
