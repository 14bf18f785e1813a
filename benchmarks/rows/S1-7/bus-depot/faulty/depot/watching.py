import pulumi_aws as aws


class Watching:
    def __init__(self, topic: aws.sns.Topic) -> None:
        self.topic = topic

    def late(self, queue: aws.sqs.Queue) -> None:
        aws.cloudwatch.MetricAlarm(
            "late",
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=2,
            threshold=60,
            alarm_actions=[self.topic.arn],
            metrics=[  # expect: SDK101
                {
                    "id": "late",
                    "return_data": True,
                    "metric": {
                        "namespace": "AWS/SQS",
                        "metric_name": "ApproximateAgeOfOldestMessage",
                        "period": 300,
                        "stat": "Maximum",
                        "dimensions": {"QueueName": queue.name},
                    },
                }
            ],
        )
