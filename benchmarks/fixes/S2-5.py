"""`bucket` in place of `id`: the same text. Both are right."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("upload", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
uploads = aws.s3.Bucket("uploads")
files = aws.dynamodb.Table(
    "files", billing_mode="PAY_PER_REQUEST", hash_key="file_id", attributes=[{"name": "file_id", "type": "S"}]
)
allowed = [
    {"Effect": "Allow", "Action": "s3:PutObject", "Resource": pulumi.Output.concat(uploads.arn, "/*")},
    {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": files.arn},
]
rights = aws.iam.RolePolicy(
    "rights", role=role.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": allowed})
)
SOURCE = """
import os

import boto3


def handler(event, context):
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET_NAME"], Key="a", Body=b"")
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET_ID"], Key="a", Body=b"")
    boto3.resource("dynamodb").Table(os.environ["METADATA_TABLE"]).put_item(Item={"file_id": "a"})
"""
aws.lambda_.Function(
    "upload",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(SOURCE)}),
    environment={"variables": {"BUCKET_NAME": uploads.bucket, "BUCKET_ID": uploads.id, "METADATA_TABLE": files.name}},
)
