"""Component resources inside component resources."""

import pulumi
import pulumi_aws as aws


class Worker(pulumi.ComponentResource):
    """A queue and the one its failures go to."""

    queue_url: pulumi.Output[str]

    def __init__(self, name: str, tries: int, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("acme:messaging:Worker", name, {}, opts)
        inner = pulumi.ResourceOptions(parent=self)
        failed = aws.sqs.Queue(f"{name}-failed", opts=inner)
        queue = aws.sqs.Queue(
            f"{name}-queue",
            redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": failed.arn, "maxReceiveCount": tries}),
            opts=inner,
        )
        self.queue_url = queue.url
        self.register_outputs({"queue_url": queue.url})


class Department(pulumi.ComponentResource):
    """Several workers."""

    def __init__(self, name: str, workers: list[str], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("acme:messaging:Department", name, {}, opts)
        self.workers = {w: Worker(f"{name}-{w}", 3, pulumi.ResourceOptions(parent=self)) for w in workers}
        self.register_outputs({"urls": {w: worker.queue_url for w, worker in self.workers.items()}})


shipping = Department("shipping", ["pack", "label"])
pulumi.export("urls", {name: worker.queue_url for name, worker in shipping.workers.items()})
