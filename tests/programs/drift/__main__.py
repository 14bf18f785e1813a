"""Sizing that may differ and does; a versioning, a queue and a package that may not and do."""

import json

import pulumi
import pulumi_aws as aws

config, stack = pulumi.Config(), pulumi.get_stack()
region = pulumi.Config("aws").require("region")

rules = [
    {"id": "old", "status": "Enabled", "noncurrent_version_expiration": {"noncurrent_days": 90}},
    {"id": "parts", "status": "Enabled", "abort_incomplete_multipart_upload": {"days_after_initiation": 7}},
]
bucket = aws.s3.Bucket("data", bucket=f"drift-data-{stack}-{region}")
versioning = {"status": config.require("versioning")}
aws.s3.BucketVersioning("data", bucket=bucket.bucket, versioning_configuration=versioning)
aws.s3.BucketLifecycleConfiguration("data", bucket=bucket.bucket, rules=rules if stack == "dev" else rules[::-1])

# Only staging forgets to encrypt, only prod delays: the second is declared.
jobs = aws.sqs.Queue(
    "jobs",
    name=f"drift-jobs-{stack}",
    kms_master_key_id=None if stack == "staging" else "alias/aws/sqs",
    delay_seconds=5 if stack == "prod" else 0,
    visibility_timeout_seconds=config.require_int("memory_mb") // 4,
)
trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
role = aws.iam.Role("work", name=f"drift-work-{stack}", assume_role_policy=json.dumps({"Statement": [trust]}))
send = {"Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:GetQueueUrl"], "Resource": jobs.arn}
if stack == "prod":
    send["Action"].reverse()
aws.iam.RolePolicy("work", role=role.name, policy=pulumi.Output.json_dumps({"Statement": [send]}))
text = (
    "def handler(event, context):\n    return 'hotfix'\n" if stack == "prod" else "def handler(event, context): ...\n"
)
aws.lambda_.Function(
    "work",
    name=f"drift-work-{stack}",
    runtime="python3.13",
    handler="work.handler",
    role=role.arn,
    memory_size=config.require_int("memory_mb"),
    code=pulumi.AssetArchive({"work.py": pulumi.StringAsset(text)}),
    environment={"variables": {"QUEUE": jobs.url, "PASSWORD": config.require_secret("password")}},
)
if config.get_bool("replicate"):
    copies = pulumi.ComponentResource("drift:index:Copies", "copies")
    for name in ("first", "second"):
        aws.sqs.Queue(name, name=f"drift-{name}-{stack}", opts=pulumi.ResourceOptions(parent=copies))
if stack == "prod":
    aws.sns.Topic("pager", name="drift-pager")
