import pulumi
import pulumi_aws as aws


class Oven(pulumi.ComponentResource):
    """A function with an alarm on its runs."""

    def __init__(self, name: str, role: aws.iam.Role, topic: aws.sns.Topic) -> None:
        super().__init__("bakery:index:Oven", name)
        code = pulumi.AssetArchive({"oven.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")})
        self.function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="oven.handler",
            code=code,
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.cloudwatch.MetricAlarm(
            f"{name}-burnt",
            namespace="AWS/Lambda",
            metric_name="Errors",
            dimensions={"FunctionName": name},  # expect: ALM105
            statistic="Sum",
            period=300,
            evaluation_periods=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=3,
            alarm_actions=[topic.arn],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


bakers = aws.sns.Topic("bakers")
trust = aws.iam.Role("oven", assume_role_policy='{"Version": "2012-10-17", "Statement": []}')
for kind in ("bread", "cake"):
    Oven(kind, trust, bakers)
