"""Alarms on rates, with the right expression, that nobody hears."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("users", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
code = pulumi.AssetArchive(
    {"app.py": pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")}
)
users = aws.lambda_.Function("users", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
aws.cloudwatch.MetricAlarm(  # expect: ALM107
    "errors",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=2,
    threshold=1.0,
    treat_missing_data="notBreaching",
    metric_queries=[
        {
            "id": "errors",
            "metric": {
                "namespace": "AWS/Lambda",
                "metric_name": "Errors",
                "period": 60,
                "stat": "Sum",
                "dimensions": {"FunctionName": users.name},
            },
        },
        {
            "id": "invocations",
            "metric": {
                "namespace": "AWS/Lambda",
                "metric_name": "Invocations",
                "period": 60,
                "stat": "Sum",
                "dimensions": {"FunctionName": users.name},
            },
        },
        {"id": "rate", "expression": "IF(invocations > 0, (errors / invocations) * 100, 0)", "return_data": True},
    ],
)
