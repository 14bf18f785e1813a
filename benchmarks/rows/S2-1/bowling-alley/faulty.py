import pulumi
import pulumi_aws as aws


class Alley(pulumi.ComponentResource):
    """The scores of one alley."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("bowling:index:Alley", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        self.strikes = aws.sqs.Queue(f"{name}-strikes", sqs_managed_sse_enabled=True, opts=mine)
        self.league = aws.sns.Topic(f"{name}-league", opts=mine)
        self.register_outputs({})


city = aws.Provider("city", region=pulumi.Config().get("region") or "us-east-1")  # expect: PRV101
Alley("downtown")
