import pulumi
import pulumi_aws as aws


class Gate(pulumi.ComponentResource):
    """A gate that remembers its address."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("resort:index:Gate", name, None, opts)
        self.queue = aws.sqs.Queue(name, opts=pulumi.ResourceOptions(parent=self))
        self._remember(self.queue.url)
        self.register_outputs({})

    def _remember(self, url: pulumi.Input[str]) -> None:
        aws.ssm.Parameter("gate", type="String", value=url)


Gate("valley")
