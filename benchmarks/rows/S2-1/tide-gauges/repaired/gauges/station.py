import pulumi
import pulumi_aws as aws


class Station:
    def __init__(self, name: str, provider: aws.Provider) -> None:
        asks = pulumi.InvokeOptions(provider=provider)
        owner = aws.get_caller_identity(opts=asks).account_id
        self.levels = aws.s3.Bucket(
            name, bucket=f"levels-{name}-{owner}", opts=pulumi.ResourceOptions(provider=provider)
        )
