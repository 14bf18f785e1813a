"""An endpoint whose policy lets everything through, in a VPC in which no function is."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("users", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
network = aws.ec2.Vpc("private", cidr_block="10.0.0.0/16")
routes = aws.ec2.RouteTable("private", vpc_id=network.id)
anything = {"Effect": "Allow", "Principal": "*", "Action": "dynamodb:*", "Resource": "*"}
aws.ec2.VpcEndpoint(
    "tables",
    vpc_id=network.id,  # expect: NET104
    service_name="com.amazonaws.us-east-1.dynamodb",
    vpc_endpoint_type="Gateway",
    route_table_ids=[routes.id],
    policy=json.dumps({"Version": "2012-10-17", "Statement": [anything]}),  # expect: NET102
)
users = aws.dynamodb.Table(
    "users", billing_mode="PAY_PER_REQUEST", hash_key="userId", attributes=[{"name": "userId", "type": "S"}]
)
code = pulumi.AssetArchive(
    {"app.py": pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")}
)
service = aws.lambda_.Function(
    "service",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=code,
    environment={"variables": {"USERS": users.name}},
)
