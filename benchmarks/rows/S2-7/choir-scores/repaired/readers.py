import pulumi
import pulumi_aws as aws


class ScoreReader:
    def __init__(self, name, archive):
        self.queue = aws.sqs.Queue(name, sqs_managed_sse_enabled=True)
        self.policy = self.let(name, archive)
        self.listen(name, archive)

    def let(self, name, archive):
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": self.queue.arn,
            "Condition": {
                "ArnEquals": {"aws:SourceArn": archive.bucket.arn},
                "StringEquals": {"aws:SourceAccount": aws.get_caller_identity_output().account_id},
            },
        }
        document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})
        return aws.sqs.QueuePolicy(name, queue_url=self.queue.url, policy=document)

    def listen(self, name, archive):
        aws.s3.BucketNotification(
            name,
            bucket=archive.bucket.id,
            queues=[
                aws.s3.BucketNotificationQueueArgs(
                    queue_arn=self.queue.arn,
                    events=["s3:ObjectCreated:*"],
                )
            ],
            opts=pulumi.ResourceOptions(depends_on=[self.policy]),
        )
