import pulumi
import pulumi_aws as aws

failed = aws.sqs.Queue("subtitles-failed", message_retention_seconds=1209600)
given_up = aws.sqs.Queue("subtitles-given-up", message_retention_seconds=1209600)
role = aws.iam.Role("subtitles", assume_role_policy='{"Version": "2012-10-17", "Statement": []}')
send = aws.iam.RolePolicy(
    "subtitles",
    role=role.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": [failed.arn, given_up.arn]}],
        }
    ),
)
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")})
subtitles = aws.lambda_.Function(
    "subtitles",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=code,
    dead_letter_config={"target_arn": failed.arn},
    opts=pulumi.ResourceOptions(depends_on=[send]),
)
aws.lambda_.FunctionEventInvokeConfig(
    "subtitles",
    function_name=subtitles.name,
    maximum_retry_attempts=2,
    destination_config={"on_failure": {"destination": given_up.arn}},
    opts=pulumi.ResourceOptions(depends_on=[send]),
)
