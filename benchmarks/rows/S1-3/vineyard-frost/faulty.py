import pulumi
import pulumi_aws as aws


class Watch(pulumi.ComponentResource):
    """A queue with a second one for what fails."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vineyard:index:Watch", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.failed = aws.sqs.Queue(f"{name}-failed", opts=inside)
        self.queue = aws.sqs.Queue(
            name,
            dead_letter_config={"target_arn": self.failed.arn},  # expect: SDK101
            opts=inside,
        )
        self.register_outputs({})


Watch("frost")
