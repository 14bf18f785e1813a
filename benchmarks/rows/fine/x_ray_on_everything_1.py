"""Right: X-Ray's actions are about no resource, so `*` is the only one."""

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
send = {"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"}
aws.iam.RolePolicy("tracer", role=role.id, policy=json.dumps({"Version": "2012-10-17", "Statement": [send]}))
