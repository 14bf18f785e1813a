import pulumi
import pulumi_aws as aws


class Scans:
    """A bucket of scanned leaves."""

    def __init__(self, name: str, arriving: str) -> None:
        self.name = name
        self.bucket = aws.s3.Bucket(name)
        self.queue = aws.sqs.Queue(name)
        source = {"ArnEquals": {"aws:SourceArn": self.bucket.arn}}
        policy = aws.sqs.QueuePolicy(
            name,
            queue_url=self.queue.url,
            policy=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "s3.amazonaws.com"},
                            "Action": "sqs:SendMessage",
                            "Resource": self.queue.arn,
                            "Condition": source,
                        }
                    ],
                }
            ),
        )
        aws.s3.BucketNotification(
            name,
            bucket=self.bucket.id,
            queues=[
                {"queue_arn": self.queue.arn, "events": ["s3:ObjectCreated:*"], "filter_prefix": arriving},
            ],
            opts=pulumi.ResourceOptions(depends_on=[policy]),
        )

    def expire(self, name: str, prefix: str, days: int) -> None:
        rule = {"id": name, "status": "Enabled", "filter": {"prefix": prefix}, "expiration": {"days": days}}
        aws.s3.BucketLifecycleConfiguration(self.name, bucket=self.bucket.id, rules=[rule])
