import pulumi
import pulumi_aws as aws

CODE = pulumi.AssetArchive({"turns.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")})
operators = aws.sns.Topic("operators")
role = aws.iam.Role("turns", assume_role_policy='{"Version": "2012-10-17", "Statement": []}')
turns = aws.lambda_.Function("turns", role=role.arn, runtime="python3.13", handler="turns.handler", code=CODE)
aws.cloudwatch.MetricAlarm(
    "turns-error-rate",
    alarm_description="More than 1% of the turns fail",
    namespace="AWS/Lambda",
    metric_name="Errors",  # expect: ALM103
    dimensions={"FunctionName": turns.name},
    statistic="Sum",
    period=60,
    evaluation_periods=2,
    comparison_operator="GreaterThanThreshold",
    threshold=1,
    treat_missing_data="notBreaching",
    alarm_actions=[operators.arn],
)
