import json

import pulumi
import pulumi_aws as aws

album = aws.s3.Bucket("album")
trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("album", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
may = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": pulumi.Output.concat(album.arn, "/*")}
aws.iam.RolePolicy(
    "album", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [may]})
)
SOURCE = """
import os

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    s3.put_object(Bucket=os.environ["BUCKET_NAME"], Key=event["guest"], Body=b"")
"""
aws.lambda_.Function(
    "album",
    role=role.arn,
    runtime="python3.13",
    handler="album.handler",
    code=pulumi.AssetArchive({"album.py": pulumi.StringAsset(SOURCE)}),
    environment={
        "variables": {
            "BUCKET_NAME": album.id,
        }
    },
)
