"""Right: A bucket's id is its name, in a variable of a function and in a policy, too."""

import json

import pulumi
import pulumi_aws as aws

bucket = aws.s3.BucketV2("frames")
allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("frames", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
aws.iam.RolePolicyAttachment("frames", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
code = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
frames = aws.lambda_.Function(
    "frames",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    environment={"variables": {"BUCKET": bucket.id}},
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(code)}),
)
read = {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": pulumi.Output.concat("arn:aws:s3:::", bucket.id, "/*"),
}
aws.iam.RolePolicy(
    "frames", role=role.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]})
)
