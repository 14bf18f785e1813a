"""Programs with one dependency removed come up, and are told which, whatever the order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from stackwright.emulator.process import Emulator
from stackwright.engine.deployment.waiting import Order
from stackwright.workspace import UpOptions, UpResult, locate, open_project

BASE = """
import json
import pulumi
import pulumi_aws as aws
from pulumi import Output, ResourceOptions

def document(**statement):
    return Output.json_dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})

def role(service="lambda", **more):
    trust = document(Action="sts:AssumeRole", Principal={"Service": f"{service}.amazonaws.com"})
    return aws.iam.Role("role", assume_role_policy=trust, **more)

def function(role_arn, needs=(), **more):
    code = pulumi.AssetArchive({"index.py": pulumi.StringAsset("def handler(event, context):\\n    return 1\\n")})
    return aws.lambda_.Function("function", role=role_arn, runtime="python3.13", handler="index.handler", code=code,
                                opts=ResourceOptions(depends_on=list(needs)), **more)

def subnet():
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
    return aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
"""


@dataclass(frozen=True)
class Case:
    """A program, and the pair that it lacks; `NEEDS` stands for the dependency that is removed."""

    program: str
    resource: str
    needs: str


CASES = {
    "a function in a network, and an attachment": Case(
        """
r, s = role(), subnet()
other = aws.iam.RolePolicy("other", role=r.id, policy=document(Action="s3:GetObject", Resource="*"))
needed = aws.iam.RolePolicyAttachment("needed", role=r.name,
    policy_arn="arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole")
function(r.arn, needs=NEEDS, vpc_config={"subnet_ids": [s.id], "security_group_ids": []})
""",
        "function",
        "needed",
    ),
    "a function with a dead letter queue": Case(
        """
r, queue = role(), aws.sqs.Queue("queue")
needed = aws.iam.RolePolicy("needed", role=r.id, policy=document(Action="sqs:SendMessage", Resource=queue.arn))
function(r.arn, needs=NEEDS, dead_letter_config={"target_arn": queue.arn})
""",
        "function",
        "needed",
    ),
    "a function with a dead letter topic": Case(
        """
r, topic = role(), aws.sns.Topic("topic")
needed = aws.iam.RolePolicy("needed", role=r.id, policy=document(Action="sns:Publish", Resource=topic.arn))
function(r.arn, needs=NEEDS, dead_letter_config={"target_arn": topic.arn})
""",
        "function",
        "needed",
    ),
    "a mapping of a queue": Case(
        """
r, queue = role(), aws.sqs.Queue("queue")
needed = aws.iam.RolePolicy("needed", role=r.id, policy=document(Action="sqs:*", Resource=queue.arn))
aws.lambda_.EventSourceMapping("mapping", event_source_arn=queue.arn, function_name=function(r.arn).arn,
    opts=ResourceOptions(depends_on=NEEDS))
""",
        "mapping",
        "needed",
    ),
    "a mapping of a stream": Case(
        """
r = role()
table = aws.dynamodb.Table("table", hash_key="id", billing_mode="PAY_PER_REQUEST", stream_enabled=True,
    stream_view_type="NEW_IMAGE", attributes=[{"name": "id", "type": "S"}])
policy = aws.iam.Policy("policy", policy=document(Action="dynamodb:*", Resource="*"))
needed = aws.iam.RolePolicyAttachment("needed", role=r.name, policy_arn=policy.arn)
aws.lambda_.EventSourceMapping("mapping", event_source_arn=table.stream_arn, starting_position="LATEST",
    function_name=function(r.arn).arn, opts=ResourceOptions(depends_on=NEEDS))
""",
        "mapping",
        "needed",
    ),
    "a notification of a function": Case(
        """
f, bucket = function(role().arn), aws.s3.Bucket("bucket")
needed = aws.lambda_.Permission("needed", function=f.name, action="lambda:InvokeFunction",
    principal="s3.amazonaws.com", source_arn=bucket.arn)
aws.s3.BucketNotification("notification", bucket=bucket.id, opts=ResourceOptions(depends_on=NEEDS),
    lambda_functions=[{"lambda_function_arn": f.arn, "events": ["s3:ObjectCreated:*"]}])
""",
        "notification",
        "needed",
    ),
    "a notification of a queue": Case(
        """
queue, bucket = aws.sqs.Queue("queue"), aws.s3.Bucket("bucket")
needed = aws.sqs.QueuePolicy("needed", queue_url=queue.url, policy=document(Action="sqs:SendMessage",
    Principal={"Service": "s3.amazonaws.com"}, Resource=queue.arn))
aws.s3.BucketNotification("notification", bucket=bucket.id, opts=ResourceOptions(depends_on=NEEDS),
    queues=[{"queue_arn": queue.arn, "events": ["s3:ObjectCreated:*"]}])
""",
        "notification",
        "needed",
    ),
    "a replica of a bucket": Case(
        """
source, target = aws.s3.Bucket("source"), aws.s3.Bucket("target")
there = aws.s3.BucketVersioning("there", bucket=target.id, versioning_configuration={"status": "Enabled"})
needed = aws.s3.BucketVersioning("needed", bucket=source.id, versioning_configuration={"status": "Enabled"})
aws.s3.BucketReplicationConfig("replica", bucket=source.id, role=role("s3").arn,
    rules=[{"status": "Enabled", "destination": {"bucket": target.arn}}],
    opts=ResourceOptions(depends_on=[there, *NEEDS]))
""",
        "replica",
        "needed",
    ),
    "a log group with a key": Case(
        """
key, LOGS = aws.kms.Key("key"), "logs.us-east-1.amazonaws.com"
needed = aws.kms.KeyPolicy("needed", key_id=key.id, policy=Output.json_dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}},
    {"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": {"Service": LOGS}}]}))
aws.cloudwatch.LogGroup("group", kms_key_id=key.arn, opts=ResourceOptions(depends_on=NEEDS))
""",
        "group",
        "needed",
    ),
    "a policy of a role by its name": Case(
        """
needed = role(name=NAME)
aws.iam.RolePolicy("policy", role=NAME, policy=document(Action="s3:*", Resource="*"),
    opts=ResourceOptions(depends_on=NEEDS))
""",
        "policy",
        "role",
    ),
    "a subscription of a topic by its address": Case(
        """
queue, needed = aws.sqs.Queue("queue"), aws.sns.Topic("topic", name=NAME)
aws.sns.TopicSubscription("subscription", topic=f"arn:aws:sns:us-east-1:123456789012:{NAME}", protocol="sqs",
    endpoint=queue.arn, opts=ResourceOptions(depends_on=NEEDS))
""",
        "subscription",
        "topic",
    ),
    "a role that is looked up": Case(
        """
needed = role(name=NAME)
aws.iam.Role.get("found", NAME, opts=ResourceOptions(depends_on=NEEDS))
""",
        "found",
        "role",
    ),
}


class Programs:
    def __init__(self, endpoint: str, directory: Path) -> None:
        self._endpoint = endpoint
        self._directory = directory
        self._numbers: Iterator[int] = itertools.count()

    def up(self, case: Case, order: Order, *, needs: str) -> UpResult:
        number = next(self._numbers)
        project = self._directory / f"order-{number}"
        project.mkdir()
        name = f"{self._directory.name}-{number}".replace("_", "-")[-40:]
        (project / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
        text = f"{BASE}\nNAME = {name!r}\n{case.program.replace('NEEDS', needs)}"
        (project / "__main__.py").write_text(text)
        options = UpOptions(endpoint=self._endpoint, order=order)
        with open_project(locate(str(project)), options).connect() as session:
            return session.apply()


@pytest.fixture
def ups(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    monkeypatch.setenv("STACKWRIGHT_HOME", str(tmp_path / "home"))
    root = emulator.root()
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", root.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", root.secret_key)
    return Programs(emulator.endpoint, tmp_path)


def pairs(result: UpResult) -> list[tuple[Any, Any]]:
    return [(m.urn.rpartition("::")[2], m.needs.rpartition("::")[2]) for m in result.ordering]


@pytest.mark.parametrize("case", CASES)
def test_a_dependency_that_is_missing_is_named(ups: Programs, case: str) -> None:
    expected = [(CASES[case].resource, CASES[case].needs)]
    for order in ("eager", "worst"):
        result = ups.up(CASES[case], order, needs="[]")
        assert pairs(result) == expected
        assert all(m.source and m.needs_source for m in result.ordering)


@pytest.mark.parametrize("case", CASES)
def test_one_that_is_there_is_not(ups: Programs, case: str) -> None:
    assert pairs(ups.up(CASES[case], "eager", needs="[needed]")) == []
