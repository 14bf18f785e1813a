import pulumi
import pulumi_aws as aws


class Letterbox(pulumi.ComponentResource):
    """A queue, and an alarm when its letters grow old."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("post:index:Letterbox", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.queue = aws.sqs.Queue(name, opts=inside)
        aws.cloudwatch.MetricAlarm(  # expect: ALM107
            f"{name}-old",
            namespace="AWS/SQS",
            metric_name="ApproximateAgeOfOldestMessage",
            dimensions={"QueueName": self.queue.id},  # expect: ALM105
            statistic="Maximum",
            period=300,
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=3600,
            opts=inside,
        )
        self.register_outputs({"url": self.queue.url})


letters = Letterbox("letters")
pulumi.export("letters", letters.queue.url)
