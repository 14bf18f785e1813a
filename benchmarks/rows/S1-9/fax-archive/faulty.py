import json

import pulumi
import pulumi_aws as aws

account = aws.get_caller_identity().account_id
faxes = aws.s3.BucketV2("faxes")
failed = aws.sqs.Queue("failed-faxes", message_retention_seconds=1209600, sqs_managed_sse_enabled=True)
trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("reader", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
logs = aws.iam.RolePolicyAttachment(
    "reader-logs", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE
)
policy = aws.iam.RolePolicy(
    "reader",
    role=role.name,
    policy=failed.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}],
            }
        )
    ),
)
code = "def handler(event, context):\n    return [r['s3']['object']['key'] for r in event['Records']]\n"
reader = aws.lambda_.Function(
    "reader",
    role=role.arn,
    runtime="python3.13",
    handler="reader.handler",
    code=pulumi.AssetArchive({"reader.py": pulumi.StringAsset(code)}),
    dead_letter_config={"target_arn": failed.arn},
    opts=pulumi.ResourceOptions(depends_on=[policy]),
)
permission = aws.lambda_.Permission(
    "reader",
    action="lambda:InvokeFunction",
    function=reader.name,
    principal="s3.amazonaws.com",
    source_arn=faxes.arn,  # expect: EVT101
)
aws.s3.BucketNotification(
    "faxes",
    bucket=faxes.id,
    lambda_functions=[
        {"lambda_function_arn": reader.arn, "events": ["s3:ObjectCreated:*"], "filter_prefix": "incoming/"}
    ],
    opts=pulumi.ResourceOptions(depends_on=[permission]),
)
