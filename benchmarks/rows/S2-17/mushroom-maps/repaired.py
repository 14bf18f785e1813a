import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("maps", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
basics = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
aws.iam.RolePolicyAttachment("logs", role=role.name, policy_arn=basics)
aws.iam.RolePolicyAttachment("traces", role=role.name, policy_arn="arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess")
tracing = pulumi.Config().get_bool("tracing", True)
aws.lambda_.Function(
    "maps",
    role=role.arn,
    runtime="python3.13",
    handler="maps.handler",
    code=pulumi.AssetArchive({"maps.py": pulumi.StringAsset("def handler(event, context):\n    return event\n")}),
    tracing_config={"mode": "Active" if tracing else "PassThrough"},
)
