"""A function on a schedule, with its log group, an alarm on its errors and a dashboard."""

import json

import pulumi
import pulumi_aws as aws

role = aws.iam.Role(
    "report",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
            ],
        }
    ),
)
function = aws.lambda_.Function(
    "report",
    name="nightly-report",
    runtime="python3.12",
    handler="index.handler",
    role=role.arn,
    code=pulumi.AssetArchive({"index.py": pulumi.StringAsset("def handler(event, context):\n    return 'reported'\n")}),
)
logs = aws.cloudwatch.LogGroup("report", name=pulumi.Output.concat("/aws/lambda/", function.name), retention_in_days=7)
schedule = aws.cloudwatch.EventRule("nightly", schedule_expression="cron(0 3 * * ? *)")
aws.cloudwatch.EventTarget("nightly", rule=schedule.name, arn=function.arn)
aws.lambda_.Permission(
    "nightly",
    action="lambda:InvokeFunction",
    function=function.name,
    principal="events.amazonaws.com",
    source_arn=schedule.arn,
)
alarm = aws.cloudwatch.MetricAlarm(
    "errors",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=1,
    metric_name="Errors",
    namespace="AWS/Lambda",
    period=60,
    statistic="Sum",
    threshold=0,
    dimensions={"FunctionName": function.name},
    treat_missing_data="notBreaching",
)
widget = {
    "type": "metric",
    "width": 12,
    "height": 6,
    "properties": {"metrics": [["AWS/Lambda", "Errors"]], "region": "us-east-1"},
}
aws.cloudwatch.Dashboard("report", dashboard_name="nightly", dashboard_body=json.dumps({"widgets": [widget]}))
pulumi.export("function", function.name)
pulumi.export("rule", schedule.name)
pulumi.export("alarm", alarm.name)
pulumi.export("log_group", logs.name)
