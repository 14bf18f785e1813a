import pulumi_aws as aws


class Store:
    def __init__(self, name: str) -> None:
        self.bucket = aws.s3.Bucket(name)

    @property
    def objects(self):
        return self.bucket.arn + "/*"  # expect: OUT101
