import pulumi
import pulumi_aws as aws


class Station(pulumi.ComponentResource):
    """An alarm with its metric."""

    def __init__(self, name: str, topic: aws.sns.Topic, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("glacier:index:Station", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        queue = aws.sqs.Queue(name, opts=inside)
        metric = {
            "namespace": "AWS/SQS",
            "metricName": "ApproximateAgeOfOldestMessage",
            "period": 300,
            "statistic": "Maximum",  # expect: SDK101
            "dimensions": {"QueueName": queue.name},
        }
        aws.cloudwatch.MetricAlarm(
            name,
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=2,
            threshold=60,
            alarm_actions=[topic.arn],
            metric_queries=[{"id": "late", "returnData": True, "metric": metric}],
            opts=inside,
        )
        self.register_outputs({})


Station("ice", aws.sns.Topic("rangers"))
