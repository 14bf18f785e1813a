"""Right: X-Ray's actions on `*`, beside another on its own resource."""

import json

import pulumi_aws as aws

role = aws.iam.Role(
    "tracer",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
)
table = aws.dynamodb.Table(
    "spans", billing_mode="PAY_PER_REQUEST", hash_key="span", attributes=[{"name": "span", "type": "S"}]
)
document = aws.iam.get_policy_document_output(
    statements=[
        {"actions": ["xray:PutTraceSegments", "xray:GetSamplingRules", "xray:GetSamplingTargets"], "resources": ["*"]},
        {"actions": ["dynamodb:PutItem"], "resources": [table.arn]},
    ]
)
policy = aws.iam.Policy("tracer", policy=document.json)
aws.iam.RolePolicyAttachment("tracer", role=role.name, policy_arn=policy.arn)
