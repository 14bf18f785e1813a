import pulumi
import pulumi_aws as aws


class Plates(pulumi.ComponentResource):
    """Plates of one telescope."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("sky:index:Plates", name, None, opts)
        region = aws.get_region(opts=pulumi.InvokeOptions(parent=self))
        aws.sqs.Queue(
            name,
            name=f"{name}-plates-{region.region.replace('-', '')}",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


Plates("refractor")
