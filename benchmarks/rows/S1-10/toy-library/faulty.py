import pulumi
import pulumi_aws as aws


class Desk(pulumi.ComponentResource):
    """The address of a desk."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("toys:index:Desk", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        queue = aws.sqs.Queue(name, opts=inside)
        region = aws.get_region(opts=pulumi.InvokeOptions(parent=self))
        self.address = pulumi.Output.concat(queue.queue_url, "#", region.id)  # expect: SDK103
        self.register_outputs({"address": self.address})


pulumi.export("desk", Desk("loans").address)
