import pulumi
import pulumi_aws as aws


class Wishes(pulumi.ComponentResource):
    """A topic for wishes of listeners' clubs."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("radio:index:Wishes", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        topic = aws.sns.Topic(f"{name}-topic", opts=inside)
        clubs = {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["sns:Subscribe", "sns:Publish"],
            "Resource": topic.arn,
        }
        aws.sns.TopicPolicy(
            f"{name}-policy",
            arn=topic.arn,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [clubs]}),  # expect: IAM141
            opts=inside,
        )
        self.register_outputs({})


Wishes("evening")
