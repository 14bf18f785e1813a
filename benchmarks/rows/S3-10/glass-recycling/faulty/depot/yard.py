import pulumi_aws as aws


class Yard:
    def __init__(self, name: str) -> None:
        self.name = f"{name}-weighings"
        self.weighings = aws.s3.BucketV2(self.name)
        aws.s3.BucketNotification(self.name, bucket=self.weighings.id, eventbridge=True)
