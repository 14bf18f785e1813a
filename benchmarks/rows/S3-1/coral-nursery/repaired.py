import pulumi
import pulumi_aws as aws


class Tank(pulumi.ComponentResource):
    """One environment, in an account of its own."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("corals:index:Tank", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        self.water = aws.s3.Bucket(f"{name}-water", opts=mine)
        self.growth = aws.dynamodb.Table(
            f"{name}-growth",
            billing_mode="PAY_PER_REQUEST",
            hash_key="coral",
            attributes=[{"name": "coral", "type": "S"}],
            opts=mine,
        )
        self.alarms = aws.sns.Topic(f"{name}-alarms", opts=mine)
        self.register_outputs({})


ROLES = {"staging": "arn:aws:iam::111111111111:role/deploy", "prod": "arn:aws:iam::222222222222:role/deploy"}
for environment, role in ROLES.items():
    account = aws.Provider(environment, region="ap-southeast-2", assume_roles=[{"role_arn": role}])
    Tank(environment, pulumi.ResourceOptions(providers={"aws": account}))
