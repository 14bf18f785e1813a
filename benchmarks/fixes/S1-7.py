"""Metric math has no `?:`, and no function is called `upload`."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("upload", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
code = pulumi.AssetArchive(
    {"app.py": pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")}
)
upload = aws.lambda_.Function("upload", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
heard = aws.sns.Topic("heard")
aws.cloudwatch.MetricAlarm(
    "errors",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=2,
    threshold=1,
    alarm_actions=[heard.arn],
    metric_queries=[
        {
            "id": "errors",
            "metric": {
                "namespace": "AWS/Lambda",
                "metric_name": "Errors",
                "period": 300,
                "stat": "Sum",
                "dimensions": {"FunctionName": "upload"},  # expect: ALM105
            },
        },
        {
            "id": "calls",
            "metric": {
                "namespace": "AWS/Lambda",
                "metric_name": "Invocations",
                "period": 300,
                "stat": "Sum",
                "dimensions": {"FunctionName": "upload"},  # expect: ALM105
            },
        },
        {"id": "rate", "expression": "calls > 0 ? errors / calls * 100 : 0", "return_data": True},  # expect: ALM101
    ],
)
