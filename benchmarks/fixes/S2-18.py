"""The alarm's topic has a key without a policy for CloudWatch: the alarm fires, and nobody hears of it."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("upload", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
code = pulumi.AssetArchive(
    {"app.py": pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")}
)
upload = aws.lambda_.Function("upload", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
key = aws.kms.Key("sns", enable_key_rotation=True, deletion_window_in_days=30)
heard = aws.sns.Topic("notifications", kms_master_key_id=key.arn)
aws.cloudwatch.MetricAlarm(
    "errors",
    namespace="AWS/Lambda",
    metric_name="Errors",
    statistic="Sum",
    period=300,
    evaluation_periods=2,
    threshold=5,
    comparison_operator="GreaterThanThreshold",
    dimensions={"FunctionName": upload.name},
    alarm_actions=[heard.arn],  # expect: IAM151
)
