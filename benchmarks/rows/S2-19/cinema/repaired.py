import pulumi
import pulumi_aws as aws


class Hall(pulumi.ComponentResource):
    """A hall with its own key for its tickets."""

    def __init__(self, name: str) -> None:
        super().__init__("cinema:index:Hall", name)
        inside = pulumi.ResourceOptions(parent=self)
        self.key = aws.kms.Key(f"{name}-tickets", enable_key_rotation=True, opts=inside)
        self.tickets = aws.sqs.Queue(f"{name}-tickets", kms_master_key_id=self.key.arn, opts=inside)
        self.register_outputs({})


halls = [Hall(name) for name in ("red", "blue")]
