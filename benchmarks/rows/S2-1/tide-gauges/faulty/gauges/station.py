import pulumi
import pulumi_aws as aws


class Station:
    def __init__(self, name: str, provider: aws.Provider) -> None:
        owner = aws.get_caller_identity().account_id  # expect: PRV102
        self.levels = aws.s3.Bucket(
            name, bucket=f"levels-{name}-{owner}", opts=pulumi.ResourceOptions(provider=provider)
        )
