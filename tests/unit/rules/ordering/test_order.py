"""What must wait, in other spellings, and what waits although it does not look so."""

from __future__ import annotations

import pytest
from checked_programs import Programs

TRUST = """\
trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("tides", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
def function(**more):
    return aws.lambda_.Function("tides", role=role.arn, runtime="python3.13", handler="app.handler", code=code, **more)
def allow(actions, resource):
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": resource}]}
    return pulumi.Output.json_dumps(document)
"""
QUEUE = """\
readings = aws.sqs.Queue("readings", visibility_timeout_seconds=180)
read = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
"""
MAPPING = 'aws.lambda_.EventSourceMapping("readings", event_source_arn=readings.arn, function_name=worker.arn{})\n'
BUCKET = """\
bucket = aws.s3.Bucket("charts")
worker = function()
permission = aws.lambda_.Permission(
    "charts", action="lambda:InvokeFunction", function=worker.name, principal="s3.amazonaws.com", source_arn=bucket.arn
)
"""
NOTIFICATION = """\
aws.s3.BucketNotification(
    "charts",
    bucket=bucket.id,
    lambda_functions=[{{"lambda_function_arn": {}, "events": ["s3:ObjectCreated:*"]}}],
)
"""


def codes(programs: Programs, program: str, *select: str) -> list[str]:
    return [f.code for f in programs.check(TRUST + program, *select).findings]


@pytest.mark.parametrize(
    "policy",
    [
        'aws.iam.RolePolicy("read", role=role.id, policy=allow(read, readings.arn))',
        'made = aws.iam.Policy("read", policy=allow(read, readings.arn))\n'
        'aws.iam.RolePolicyAttachment("read", role=role, policy_arn=made.arn)',
        'aws.iam.RolePolicyAttachment("read", role=role.name, '
        'policy_arn="arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole")',
    ],
)
def test_a_source_that_the_role_may_not_yet_read_is_found(programs: Programs, policy: str) -> None:
    program = f"{QUEUE}{policy}\nworker = function()\n{MAPPING.format('')}"

    assert codes(programs, program, "ORD101") == ["ORD101"]


@pytest.mark.parametrize(
    "program",
    [
        # The function has waited for it already.
        QUEUE
        + 'rights = aws.iam.RolePolicy("read", role=role.id, policy=allow(read, readings.arn))\n'
        + "worker = function(opts=pulumi.ResourceOptions(depends_on=[rights]))\n"
        + MAPPING.format(""),
        # The component has, and its children wait for it.
        QUEUE
        + 'rights = aws.iam.RolePolicy("read", role=role.id, policy=allow(read, readings.arn))\n'
        + 'part = pulumi.ComponentResource("t:x:Y", "y", None, pulumi.ResourceOptions(depends_on=[rights]))\n'
        + "worker = function()\n"
        + MAPPING.format(", opts=pulumi.ResourceOptions(parent=part)"),
        # It is part of the role.
        QUEUE
        + 'role = aws.iam.Role("i", assume_role_policy=role.assume_role_policy, '
        + 'inline_policies=[{"name": "read", "policy": allow(read, readings.arn)}])\n'
        + "worker = function()\n"
        + MAPPING.format(""),
        # Nothing is asked for when it is made.
        'aws.iam.RolePolicy("log", role=role.id, policy=allow(["logs:PutLogEvents"], "*"))\nfunction()\n',
    ],
)
def test_what_has_its_rights_in_time_is_not(programs: Programs, program: str) -> None:
    assert codes(programs, program, "ORD101") == []


def test_a_notification_waits_for_the_permission_through_a_value_made_of_it(programs: Programs) -> None:
    waiting = "permission.id.apply(lambda _: worker.arn)"

    assert codes(programs, BUCKET + NOTIFICATION.format("worker.arn"), "ORD102") == ["ORD102"]
    assert (
        codes(programs, BUCKET + NOTIFICATION.format("pulumi.Output.all(worker.arn, permission.id)[0]"), "ORD102") == []
    )
    assert codes(programs, BUCKET + NOTIFICATION.format(waiting), "ORD102") == []


@pytest.mark.parametrize(
    ("waits", "found"), [("", ["ORD102"]), (", opts=pulumi.ResourceOptions(depends_on=[lets])", [])]
)
def test_a_notification_to_a_queue_waits_for_the_policy_of_the_queue(
    programs: Programs, waits: str, found: list[str]
) -> None:
    program = f"""\
bucket, queue = aws.s3.Bucket("charts"), aws.sqs.Queue("charts")
statement = {{
    "Effect": "Allow",
    "Principal": {{"Service": "s3.amazonaws.com"}},
    "Action": "sqs:SendMessage", "Resource": queue.arn
}}
document = pulumi.Output.json_dumps({{"Version": "2012-10-17", "Statement": [statement]}})
lets = aws.sqs.QueuePolicy("charts", queue_url=queue.url, policy=document)
sent = {{"queue_arn": queue.arn, "events": ["s3:ObjectCreated:*"]}}
aws.s3.BucketNotification("charts", bucket=bucket.id, queues=[sent]{waits})
"""

    assert codes(programs, program, "ORD102") == found
