import pulumi
import pulumi_aws as aws


class Counter(pulumi.ComponentResource):
    """Letters in a bucket, announced on a topic."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("post:index:Counter", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        letters = aws.s3.Bucket(f"{name}-letters", opts=inside)
        arrived = aws.sns.Topic(f"{name}-arrived", opts=inside)
        publish = {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": arrived.arn,
            "Condition": {
                "ArnLike": {"aws:SourceArn": letters.arn},
                "StringEquals": {"aws:SourceAccount": aws.get_caller_identity_output().account_id},
            },
        }
        policy = aws.sns.TopicPolicy(
            f"{name}-arrived",
            arn=arrived.arn,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [publish]}),
            opts=inside,
        )
        aws.s3.BucketNotification(
            f"{name}-arrived",
            bucket=letters.bucket,
            topics=[
                {
                    "topic_arn": arrived.arn,
                    "events": ["s3:ObjectCreated:*"],
                },
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.register_outputs({})


Counter("main-street")
