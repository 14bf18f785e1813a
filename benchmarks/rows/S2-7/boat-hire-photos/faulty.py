import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("inspect", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
failed = aws.sqs.Queue("failed", message_retention_seconds=1209600, sqs_managed_sse_enabled=True)
send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": failed.arn}
rights = aws.iam.RolePolicy(
    "inspect", role=role.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]})
)
inspect = aws.lambda_.Function(
    "inspect",
    role=role.arn,
    runtime="python3.13",
    handler="inspect_boat.handler",
    code=pulumi.AssetArchive({"inspect_boat.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")}),
    dead_letter_config={"target_arn": failed.arn},
    opts=pulumi.ResourceOptions(depends_on=[rights]),
)
boats = aws.s3.Bucket("boats")
aws.s3.BucketPublicAccessBlock(
    "boats",
    bucket=boats.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)
aws.lambda_.Permission(
    "inspect",
    action="lambda:InvokeFunction",
    function=inspect.name,
    principal="s3.amazonaws.com",
    source_arn=boats.arn,
    source_account=aws.get_caller_identity_output().account_id,
)
aws.s3.BucketNotification(
    "boats",
    bucket=boats.id,
    lambda_functions=[
        {
            "lambda_function_arn": inspect.arn,  # expect: ORD102
            "events": ["s3:ObjectCreated:Put"],
            "filter_suffix": ".jpg",
        }
    ],
)
