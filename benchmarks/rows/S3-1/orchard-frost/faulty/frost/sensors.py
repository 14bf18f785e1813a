import pulumi
import pulumi_aws as aws


class Sensors:
    def __init__(self, name: str, provider: aws.Provider) -> None:
        self.nights = aws.dynamodb.Table(
            f"{name}-nights",
            billing_mode="PAY_PER_REQUEST",
            hash_key="tree",
            attributes=[{"name": "tree", "type": "S"}],
            opts=pulumi.ResourceOptions(provider=provider),
        )
