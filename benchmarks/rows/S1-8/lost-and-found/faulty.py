import json

import pulumi
import pulumi_aws as aws


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def document(*statements: object) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


unclaimed = aws.sqs.Queue("unclaimed", message_retention_seconds=1209600)
role = aws.iam.Role("finder", assume_role_policy=trust("lambda"))
allowed = aws.iam.RolePolicy(
    "finder",
    role=role.name,
    policy=document({"Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": unclaimed.arn}),
)
aws.lambda_.Function(
    "finder",
    role=role.arn,
    runtime="python3.13",
    handler="finder.handler",
    code=pulumi.AssetArchive({"finder.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")}),
    dead_letter_config={
        "target_arn": unclaimed.arn,  # expect: IAM132
    },
    opts=pulumi.ResourceOptions(depends_on=[allowed]),
)
