import pulumi
import pulumi_aws as aws


class Cellar:
    """Readings that several queues get."""

    def __init__(self, name: str) -> None:
        self.readings = aws.sns.Topic(f"{name}-readings")
        self.other = aws.sns.Topic(f"{name}-other")
        self.queue = aws.sqs.Queue(f"{name}-queue")
        send = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": self.queue.arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": self.other.arn}},
        }
        aws.sqs.QueuePolicy(
            f"{name}-queue",
            queue_url=self.queue.url,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]}),
        )
        aws.sns.TopicSubscription(
            f"{name}-queue",
            topic=self.readings.arn,
            protocol="sqs",
            endpoint=self.queue.arn,  # expect: IAM152
        )
