import pulumi
import pulumi_aws as aws


class Hives(pulumi.ComponentResource):
    """Hives that tell when they swarm."""

    def __init__(self, name: str, count: int, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("apiary:index:Hives", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.topics = [aws.sns.Topic(f"{name}-{number}", opts=inside) for number in range(count)]
        arns = [topic.arn for topic in self.topics]
        self.summary = pulumi.Output.all(*arns).apply(lambda first, second: f"{first} {second}")  # expect: OUT104
        self.register_outputs({"summary": self.summary})


pulumi.export("hives", Hives("meadow", 2).summary)
