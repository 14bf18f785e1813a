import pulumi
import pulumi_aws as aws


class Turbine(pulumi.ComponentResource):
    """A turbine's readings."""

    def __init__(self, name: str, key: aws.kms.Key) -> None:
        super().__init__("wind:index:Turbine", name)
        inside = pulumi.ResourceOptions(parent=self)
        aws.efs.FileSystem(name, encrypted=True, kms_key_id=key.arn, opts=inside)
        aws.sqs.Queue(name, kms_master_key_id=key.arn, opts=inside)
        self.register_outputs({})


shared = aws.kms.Key("turbines", enable_key_rotation=True)
for number in range(2):
    Turbine(f"turbine-{number}", shared)
