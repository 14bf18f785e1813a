"""A function that runs for every new object of a bucket and writes into another one."""

from pathlib import Path

import pulumi
import pulumi_aws as aws

inbox = aws.s3.Bucket("inbox", force_destroy=True)
outbox = aws.s3.Bucket("outbox", force_destroy=True)

role = aws.iam.Role(
    "shrink",
    assume_role_policy=aws.iam.get_policy_document(
        statements=[
            {
                "actions": ["sts:AssumeRole"],
                "principals": [{"type": "Service", "identifiers": ["lambda.amazonaws.com"]}],
            }
        ]
    ).json,
)
policy = aws.iam.Policy(
    "shrink",
    policy=aws.iam.get_policy_document_output(
        statements=[
            {"actions": ["s3:GetObject"], "resources": [pulumi.Output.format("{0}/*", inbox.arn)]},
            {"actions": ["s3:PutObject"], "resources": [pulumi.Output.format("{0}/*", outbox.arn)]},
        ]
    ).json,
)
attachment = aws.iam.RolePolicyAttachment("shrink", role=role.name, policy_arn=policy.arn)

function = aws.lambda_.Function(
    "shrink",
    runtime="python3.12",
    handler="index.handler",
    role=role.arn,
    environment={"variables": {"OUTBOX": outbox.bucket}},
    code=pulumi.AssetArchive({"index.py": pulumi.StringAsset(Path("shrink.py").read_text())}),
    opts=pulumi.ResourceOptions(depends_on=[attachment]),
)
permission = aws.lambda_.Permission(
    "shrink",
    action="lambda:InvokeFunction",
    function=function.arn,
    principal="s3.amazonaws.com",
    source_arn=inbox.arn,
    source_account=aws.get_caller_identity().account_id,
)
aws.s3.BucketNotification(
    "inbox",
    bucket=inbox.id,
    lambda_functions=[{"lambda_function_arn": function.arn, "events": ["s3:ObjectCreated:*"], "filter_suffix": ".txt"}],
    opts=pulumi.ResourceOptions(depends_on=[permission]),
)
pulumi.export("inbox", inbox.bucket)
pulumi.export("outbox", outbox.bucket)
