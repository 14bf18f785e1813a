import pulumi_aws as aws

from bakery.names import physical


class Store:
    def __init__(self, name: str, shelf: str) -> None:
        self.bucket = aws.s3.Bucket(
            name,
            bucket=physical(name, shelf),
        )
