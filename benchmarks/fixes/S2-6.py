"""A handler that asks for KMS, as the policy demands, and does not say the bucket's key: S3 takes another one."""

import json

import pulumi
import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("upload", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
key = aws.kms.Key("s3", enable_key_rotation=True)
uploads = aws.s3.Bucket("uploads")
aws.s3.BucketServerSideEncryptionConfiguration(
    "uploads",
    bucket=uploads.id,
    rules=[
        {
            "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn},
            "bucket_key_enabled": True,
        }
    ],
)
deny = {
    "Sid": "DenyUnencryptedObjectUploads",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:PutObject",
    "Resource": pulumi.Output.concat(uploads.arn, "/*"),
    "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
}
aws.s3.BucketPolicy(
    "uploads", bucket=uploads.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [deny]})
)
allowed = [
    {"Effect": "Allow", "Action": "s3:PutObject", "Resource": pulumi.Output.concat(uploads.arn, "/*")},
    {"Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": key.arn},
]
rights = aws.iam.RolePolicy(
    "rights", role=role.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": allowed})
)
SOURCE = """
import os

import boto3


def handler(event, context):
    boto3.client("s3").put_object(
        Bucket=os.environ["BUCKET_NAME"], Key=event["key"], Body=b"", ServerSideEncryption="aws:kms"
    )
"""
aws.lambda_.Function(  # expect: ENC131
    "upload",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(SOURCE)}),
    environment={"variables": {"BUCKET_NAME": uploads.bucket}},
)
