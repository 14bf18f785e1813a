"""`Output.json_dumps` inside `apply` works: the Output in it is resolved, too."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("upload", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
files = aws.s3.Bucket("files")
document = files.arn.apply(
    lambda arn: pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"{arn}/*"}],
        }
    )
)
aws.iam.RolePolicy("files", role=role.id, policy=document)
code = pulumi.AssetArchive(
    {"app.py": pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")}
)
upload = aws.lambda_.Function("upload", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
