import json

import pulumi
import pulumi_aws as aws


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def document(*statements: object) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


SOURCE = "def handler(event, context):\n    return {}\n"

logs = aws.cloudwatch.LogGroup("weigh", name="/aws/lambda/weigh", retention_in_days=30)
role = aws.iam.Role("weigh", assume_role_policy=trust("lambda"))
write = {
    "Effect": "Allow",
    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": logs.arn,
}
allowed = aws.iam.RolePolicy(
    "weigh",
    role=role.name,
    policy=document(write),  # expect: IAM103
)
aws.lambda_.Function(
    "weigh",
    name="weigh",
    runtime="python3.13",
    handler="weigh.handler",
    code=pulumi.AssetArchive({"weigh.py": pulumi.StringAsset(SOURCE)}),
    role=role.arn,  # expect: IAM133
    opts=pulumi.ResourceOptions(depends_on=[logs, allowed]),
)
