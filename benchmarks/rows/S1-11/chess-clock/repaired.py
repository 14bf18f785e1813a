import json

import pulumi
import pulumi_aws as aws

account = aws.get_caller_identity().account_id
region = aws.get_region().region
allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("clock", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
group = aws.cloudwatch.LogGroup("clock", name="/aws/lambda/chess-clock", retention_in_days=14)
policy = aws.iam.RolePolicy(
    "clock",
    role=role.id,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": f"arn:aws:logs:{region}:{account}:log-group:/aws/lambda/chess-clock:*",
                }
            ],
        }
    ),
)
aws.lambda_.Function(
    "clock",
    name="chess-clock",
    role=role.arn,
    runtime="python3.13",
    handler="clock.handler",
    code=pulumi.AssetArchive({"clock.py": pulumi.StringAsset("def handler(event, context):\n    return 1\n")}),
    opts=pulumi.ResourceOptions(depends_on=[policy, group]),
)
