import pulumi
import pulumi_aws as aws


class Lights(pulumi.ComponentResource):
    """Queues that every keeper may read."""

    def __init__(self, name: str, coasts: list[str], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("coast:index:Lights", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.queues = [aws.sqs.Queue(f"{name}-{coast}", opts=inside) for coast in coasts]
        self.names = pulumi.Output.all(*[q.name for q in self.queues]).apply(lambda names: ",".join(names))
        self.register_outputs({"names": self.names})


pulumi.export("names", Lights("lamp", ["east", "west"]).names)
