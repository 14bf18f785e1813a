import pulumi
import pulumi_aws as aws


class Results(pulumi.ComponentResource):
    """The log of a race."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("regatta:index:Results", name, None, opts)
        group = aws.cloudwatch.LogGroup(name, retention_in_days=14, opts=pulumi.ResourceOptions(parent=self))
        self.settings = {"destination": "%s:*" % group.arn, "level": "ALL"}  # expect: OUT101
        self.register_outputs(self.settings)


pulumi.export("settings", Results("sprint").settings)
