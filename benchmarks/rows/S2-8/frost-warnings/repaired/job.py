import pulumi
import pulumi_aws as aws


class Job:
    """A function that works on what a topic says."""

    def __init__(self, name: str, topic: aws.sns.Topic) -> None:
        self.failed = aws.sqs.Queue(f"{name}-failed", message_retention_seconds=1209600)
        role = aws.iam.Role(name, assume_role_policy='{"Version": "2012-10-17", "Statement": []}')
        statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": self.failed.arn}
        send = aws.iam.RolePolicy(
            name,
            role=role.id,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
        code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")})
        self.function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="app.handler",
            code=code,
            dead_letter_config={"target_arn": self.failed.arn},
            opts=pulumi.ResourceOptions(depends_on=[send]),
        )
        allowed = aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=self.function.name,
            principal="sns.amazonaws.com",
            source_arn=topic.arn,
        )
        aws.sns.TopicSubscription(
            name,
            topic=topic.arn,
            protocol="lambda",
            endpoint=self.function.arn,
            opts=pulumi.ResourceOptions(depends_on=[allowed]),
        )
