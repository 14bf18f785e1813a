"""Writes a Pulumi program with 135 resources of the types that programs use most."""

from __future__ import annotations

from pathlib import Path

RESOURCES = 135

_PROJECT = """\
name: generated
runtime: python
"""

# Eight services of 16 resources each, behind one API, with a topic, a key and a network: 8 * 16 + 7 = 135.
_PROGRAM = """\
import json

import pulumi
import pulumi_aws as aws

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
)

key = aws.kms.Key("key", enable_key_rotation=True)
topic = aws.sns.Topic("alarms")
vpc = aws.ec2.Vpc("network", cidr_block="10.0.0.0/16")
subnet = aws.ec2.Subnet("network", vpc_id=vpc.id, cidr_block="10.0.1.0/24")
api = aws.apigateway.RestApi("api")
integrations = []

for i in range(8):
    name = f"service-{i}"
    table = aws.dynamodb.Table(
        name,
        attributes=[{"name": "id", "type": "S"}],
        hash_key="id",
        billing_mode="PAY_PER_REQUEST",
        server_side_encryption={"enabled": True, "kms_key_arn": key.arn},
    )
    bucket = aws.s3.Bucket(name)
    aws.s3.BucketPublicAccessBlock(name, bucket=bucket.id, block_public_acls=True, block_public_policy=True)
    failed = aws.sqs.Queue(f"{name}-failed")
    jobs = aws.sqs.Queue(
        name,
        visibility_timeout_seconds=60,
        redrive_policy=failed.arn.apply(lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})),
    )
    logs = aws.cloudwatch.LogGroup(name, name=f"/aws/lambda/{name}", retention_in_days=7)
    role = aws.iam.Role(name, assume_role_policy=TRUST)
    policy = aws.iam.RolePolicy(
        name,
        role=role.id,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem"], "Resource": table.arn},
                    {
                        "Effect": "Allow",
                        "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
                        "Resource": jobs.arn,
                    },
                    {
                        "Effect": "Allow",
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                        "Resource": pulumi.Output.concat(logs.arn, ":*"),
                    },
                ],
            }
        ),
    )
    function = aws.lambda_.Function(
        name,
        name=name,
        runtime="python3.12",
        handler="index.handler",
        role=role.arn,
        timeout=10,
        environment={"variables": {"TABLE": table.name, "BUCKET": bucket.bucket}},
        code=pulumi.FileArchive("./handler"),
        opts=pulumi.ResourceOptions(depends_on=[policy, logs]),
    )
    aws.lambda_.EventSourceMapping(name, event_source_arn=jobs.arn, function_name=function.arn)
    path = aws.apigateway.Resource(name, rest_api=api.id, parent_id=api.root_resource_id, path_part=name)
    method = aws.apigateway.Method(
        name, rest_api=api.id, resource_id=path.id, http_method="GET", authorization="NONE"
    )
    integrations.append(
        aws.apigateway.Integration(
            name,
            rest_api=api.id,
            resource_id=path.id,
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=function.invoke_arn,
        )
    )
    aws.lambda_.Permission(
        name,
        action="lambda:InvokeFunction",
        function=function.name,
        principal="apigateway.amazonaws.com",
        source_arn=pulumi.Output.concat(api.execution_arn, f"/*/GET/{name}"),
    )
    aws.cloudwatch.MetricAlarm(
        name,
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        metric_name="Errors",
        namespace="AWS/Lambda",
        period=60,
        statistic="Sum",
        threshold=0,
        dimensions={"FunctionName": function.name},
        alarm_actions=[topic.arn],
    )
    aws.sns.TopicSubscription(name, topic=topic.arn, protocol="sqs", endpoint=failed.arn)

deployment = aws.apigateway.Deployment(
    "api", rest_api=api.id, opts=pulumi.ResourceOptions(depends_on=integrations)
)
stage = aws.apigateway.Stage("api", rest_api=api.id, deployment=deployment.id, stage_name="live")
pulumi.export("url", pulumi.Output.concat(stage.invoke_url, "/service-0"))
"""

HANDLER = """\
def handler(event, context):
    return {"statusCode": 200, "body": "MARK"}
"""


def write(directory: Path) -> None:
    """Write the project."""
    (directory / "handler").mkdir(parents=True)
    (directory / "Pulumi.yaml").write_text(_PROJECT)
    (directory / "__main__.py").write_text(_PROGRAM)
    (directory / "handler" / "index.py").write_text(HANDLER)
