import pulumi
import pulumi_aws as aws


class Oven:
    """Baking times that EventBridge puts into an encrypted queue."""

    def __init__(self, name: str) -> None:
        self.key = aws.kms.Key(
            name,
            enable_key_rotation=True,
            deletion_window_in_days=7,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": self._users()}),
        )
        self.times = aws.sqs.Queue(f"{name}-times", kms_master_key_id=self.key.arn)
        self.rule = aws.cloudwatch.EventRule(f"{name}-times", schedule_expression="rate(10 minutes)")
        send = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": self.times.arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": self.rule.arn}},
        }
        policy = aws.sqs.QueuePolicy(
            f"{name}-times",
            queue_url=self.times.url,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]}),
        )
        aws.cloudwatch.EventTarget(
            f"{name}-times",
            rule=self.rule.name,
            arn=self.times.arn,  # expect: IAM151
            opts=pulumi.ResourceOptions(depends_on=[policy]),
        )

    def _users(self) -> list[object]:
        root = pulumi.Output.concat("arn:aws:iam::", aws.get_caller_identity_output().account_id, ":root")
        owner = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
        return [owner]
