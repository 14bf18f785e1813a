import json

import pulumi_aws as aws

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
)
seeds = aws.s3.Bucket("seeds")
role = aws.iam.Role("packer", assume_role_policy=TRUST)
document = """{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "%s/incoming/*"}]
}"""
aws.iam.RolePolicy("packer", role=role.name, policy=document % seeds.arn)  # expect: OUT101
