import json

import pulumi
import pulumi_aws as aws

role = aws.iam.Role("stars", assume_role_policy='{"Version": "2012-10-17", "Statement": []}')
trace = {"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"}
tracing = aws.iam.RolePolicy("stars", role=role.id, policy=json.dumps({"Version": "2012-10-17", "Statement": [trace]}))
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")})
stars = aws.lambda_.Function(
    "stars",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=code,
    tracing_config={"mode": "Active"},
    opts=pulumi.ResourceOptions(depends_on=[tracing]),
)
trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
runner = aws.iam.Role("nights", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
rights = [
    {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": stars.arn},
    {
        "Effect": "Allow",
        "Action": [
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
        ],
        "Resource": "*",
    },
]
may = aws.iam.RolePolicy(
    "nights", role=runner.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": rights})
)
night = {
    "Type": "Task",
    "Resource": stars.arn,
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Cloudy"}],
    "End": True,
}
aws.sfn.StateMachine(
    "nights",
    role_arn=runner.arn,
    definition=pulumi.Output.json_dumps(
        {"StartAt": "Look", "States": {"Look": night, "Cloudy": {"Type": "Fail", "Error": "Cloudy"}}}
    ),
    tracing_configuration={"enabled": False},  # expect: TRC101
    opts=pulumi.ResourceOptions(depends_on=[may]),
)
