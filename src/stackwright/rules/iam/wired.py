"""What roles are for by the wiring of a program: who uses which role to do what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from weakref import WeakKeyDictionary

from stackwright.iam.code.calls import Call, Place
from stackwright.iam.code.values import ANYTHING, Text, Value
from stackwright.iam.needs import Home, Need, needs
from stackwright.iam.patterns import HOLE
from stackwright.iam.roles import Role
from stackwright.rules.iam.workflows import tasks
from stackwright.rules.view import Node, View

Purpose = Literal["work", "failures", "logs", "traces"]
_NOWHERE: Final = Place("", 0)
# What a service does with a target, by the service of its ARN:
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
_DELIVERY: Final = {
    "sqs": ("sqs:SendMessage",),
    "sns": ("sns:Publish",),
    "lambda": ("lambda:InvokeFunction",),
    "states": ("states:StartExecution",),
    "events": ("events:PutEvents",),
    "kinesis": ("kinesis:PutRecord|kinesis:PutRecords",),
    "firehose": ("firehose:PutRecord|firehose:PutRecordBatch",),
    "ecs": ("ecs:RunTask",),
}
# https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, with-ddb.html and with-kinesis.html
_SOURCES: Final = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "dynamodb": ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"),
    "kinesis": (
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:DescribeStream|kinesis:DescribeStreamSummary",
    ),
}
# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
_LOG_DELIVERY: Final = (
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
)
FUNCTION: Final = "lambda/function:Function"


@dataclass(frozen=True, slots=True)
class Wired:
    """One thing that a role must be able to do.

    Attributes:
        node: the resource that makes it so.
        path: its input.
        says: who does it, for messages: `the function 'orders'`.
    """

    node: Node
    path: str
    role: Role
    need: Need
    says: str
    purpose: Purpose = "work"


_FOUND: Final = WeakKeyDictionary["View", "list[Wired]"]()


def wired(graph: View) -> list[Wired]:
    """Everything, with the keys of encrypted resources; worked out once for a graph."""
    if graph not in _FOUND:
        _FOUND[graph] = _wired(graph)
    return _FOUND[graph]


def _wired(graph: View) -> list[Wired]:
    found = list[Wired]()
    for one in (*_functions(graph), *_workflows(graph), *_targets(graph), *_buckets(graph), *_apis(graph)):
        for need in graph.permissions.with_keys([one.need]):
            found.append(Wired(one.node, one.path, one.role, need, one.says, one.purpose))
    return found


def _need(actions: tuple[str, ...] | str, resource: str, call: str) -> list[Need]:
    listed = (actions,) if isinstance(actions, str) else actions
    return [Need(tuple(a.split("|")), resource, call, _NOWHERE) for a in listed]


def _service(arn: str) -> str:
    return arn.split(":")[2] if arn.startswith("arn:") and arn.count(":") >= 5 else ""


def _delivered(arn: str) -> list[Need]:
    resource = f"{arn.partition(':cluster/')[0]}:{HOLE}" if _service(arn) == "ecs" else arn
    return _need(_DELIVERY.get(_service(arn), ()), resource, "delivery")


# ---- functions -------------------------------------------------------------------------------------------------------


def _functions(graph: View) -> Iterator[Wired]:
    groups = {str(g.get("name", "")): g for g in graph.all("cloudwatch/logGroup:LogGroup")}
    for function in graph.all(FUNCTION):
        role = graph.roles.of(function.get("role"))
        if role is None:
            continue
        says = f"the function {function.name!r}"
        for need in _delivered(str(function.get("deadLetterConfig.targetArn", ""))):
            yield Wired(function, "deadLetterConfig.targetArn", role, need, says, "failures")
        if function.get("vpcConfig.subnetIds"):
            actions = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
            for need in _need(actions, HOLE, "network interfaces"):
                yield Wired(function, "vpcConfig", role, need, says)
        if function.get("tracingConfig.mode") == "Active":
            for need in _need("xray:PutTraceSegments", "*", "tracing"):
                yield Wired(function, "tracingConfig", role, need, says, "traces")
        name = str(function.get("loggingConfig.logGroup") or f"/aws/lambda/{function.get('name', '')}")
        if name in groups:
            streams = f"{groups[name].arn.removesuffix(':*')}:log-stream:{HOLE}"
            for need in _need(("logs:CreateLogStream", "logs:PutLogEvents"), streams, "logs"):
                resource = (
                    streams
                    if need.actions[0] == "logs:PutLogEvents"
                    else f"{groups[name].arn.removesuffix(':*')}:{HOLE}"
                )
                made = Need(need.actions, resource, need.call, need.place)
                yield Wired(function, "role", role, made, says, "logs")
    yield from _invocations(graph)
    yield from _event_sources(graph)


def _invocations(graph: View) -> Iterator[Wired]:
    for config in graph.all("lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"):
        function = graph.function(str(config.get("functionName", "")))
        role = graph.roles.of(function.get("role")) if function else None
        if function is None or role is None:
            continue
        for way in ("onFailure", "onSuccess"):
            path = f"destinationConfig.{way}.destination"
            for need in _delivered(str(config.get(path, ""))):
                yield Wired(config, path, role, need, f"the function {function.name!r}", "failures")


def _event_sources(graph: View) -> Iterator[Wired]:
    for mapping in graph.all("lambda/eventSourceMapping:EventSourceMapping"):
        function = graph.function(str(mapping.get("functionName", "")))
        role = graph.roles.of(function.get("role")) if function else None
        if function is None or role is None:
            continue
        source = str(mapping.get("eventSourceArn", ""))
        says = f"the function {function.name!r}"
        for need in _need(_SOURCES.get(_service(source), ()), source, "event source"):
            yield Wired(mapping, "eventSourceArn", role, need, says)
        path = "destinationConfig.onFailure.destinationArn"
        for need in _delivered(str(mapping.get(path, ""))):
            yield Wired(mapping, path, role, need, says, "failures")


# ---- workflows -------------------------------------------------------------------------------------------------------


def _workflows(graph: View) -> Iterator[Wired]:
    for machine in graph.all("sfn/stateMachine:StateMachine"):
        role = graph.roles.of(machine.get("roleArn"))
        if role is None:
            continue
        says = f"the state machine {machine.name!r}"
        home = Home.of(machine.arn) if machine.arn.count(":") > 5 else None
        if home is not None:
            for call in tasks(machine.get("definition")):
                for need in needs(call, home):
                    yield Wired(machine, "definition", role, need, says)
        if str(machine.get("loggingConfiguration.level", "OFF")) != "OFF":
            for need in _need(_LOG_DELIVERY, "*", "log delivery"):
                yield Wired(machine, "loggingConfiguration", role, need, says, "logs")
        if machine.get("tracingConfiguration.enabled") is True:
            for need in _need("xray:PutTraceSegments", "*", "tracing"):
                yield Wired(machine, "tracingConfiguration", role, need, says, "traces")


# ---- targets ---------------------------------------------------------------------------------------------------------


def _targets(graph: View) -> Iterator[Wired]:
    for kind, arn, role_arn, says in (
        ("cloudwatch/eventTarget:EventTarget", "arn", "roleArn", "the target"),
        ("scheduler/schedule:Schedule", "target.arn", "target.roleArn", "the schedule"),
        ("cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "destinationArn", "roleArn", "the subscription"),
        ("pipes/pipe:Pipe", "target", "roleArn", "the pipe"),
        ("pipes/pipe:Pipe", "enrichment", "roleArn", "the pipe"),
    ):
        for node in graph.all(kind):
            role = graph.roles.of(node.get(role_arn))
            if role is None:
                continue
            for need in _delivered(str(node.get(arn, ""))):
                yield Wired(node, arn, role, need, f"{says} {node.name!r}")
    for node in graph.all("scheduler/schedule:Schedule"):
        if role := graph.roles.of(node.get("target.roleArn")):
            for need in _delivered(str(node.get("target.deadLetterConfig.arn", ""))):
                yield Wired(node, "target.deadLetterConfig", role, need, f"the schedule {node.name!r}", "failures")
    for node in graph.all("pipes/pipe:Pipe"):
        source = str(node.get("source", ""))
        if role := graph.roles.of(node.get("roleArn")):
            for need in _need(_SOURCES.get(_service(source), ()), source, "source"):
                yield Wired(node, "source", role, need, f"the pipe {node.name!r}")


# ---- buckets ---------------------------------------------------------------------------------------------------------


def _buckets(graph: View) -> Iterator[Wired]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html"""
    for node in graph.all("s3/bucketReplicationConfig:BucketReplicationConfig"):
        role = graph.roles.of(node.get("role"))
        if role is None:
            continue
        source = f"arn:aws:s3:::{node.get('bucket')}"
        says = f"the replication {node.name!r}"
        for need in _need(("s3:GetReplicationConfiguration", "s3:ListBucket"), source, "replication"):
            yield Wired(node, "role", role, need, says)
        for need in _need("s3:GetObjectVersionForReplication", f"{source}/{HOLE}", "replication"):
            yield Wired(node, "role", role, need, says)
        for index in range(len(node.items("rules"))):
            at = f"rules.{index}.destination"
            bucket = node.text(f"{at}.bucket")
            for need in _need("s3:ReplicateObject", f"{bucket}/{HOLE}", "replication") if bucket else ():
                yield Wired(node, at, role, need, says)
            key = graph.resource_policies.key(node.text(f"{at}.encryptionConfiguration.replicaKmsKeyId"))
            if key is not None:
                yield Wired(node, at, role, _key_need(key.outputs, bucket), says)


def _key_need(outputs: Mapping[str, Any], bucket: str) -> Need:
    return Need(("kms:Encrypt",), str(outputs.get("arn", "")), f"encryption in {bucket}", _NOWHERE, through="s3")


# ---- API Gateway -----------------------------------------------------------------------------------------------------

_INTEGRATION: Final = re.compile(r"arn:[^:]+:apigateway:[^:]+:(?P<service>[^:]+):(?P<kind>action|path)/(?P<rest>.+)")


def _apis(graph: View) -> Iterator[Wired]:
    for account in graph.all("apigateway/account:Account"):
        role = graph.roles.of(account.get("cloudwatchRoleArn"))
        if role is not None:
            actions = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
            for need in _need(actions, f"arn:aws:logs:{HOLE}", "logs"):
                yield Wired(account, "cloudwatchRoleArn", role, need, "API Gateway", "logs")
    for node in graph.all("apigateway/integration:Integration"):
        role = graph.roles.of(node.get("credentials"))
        found = _INTEGRATION.fullmatch(str(node.get("uri", "")))
        if role is None or found is None:
            continue
        for need in _integration(found, node.region or "us-east-1", role):
            yield Wired(node, "uri", role, need, f"the integration {node.name!r}")


def _integration(found: re.Match[str], region: str, role: Role) -> list[Need]:
    service, rest = found["service"], found["rest"]
    home = Home("aws", region, role.caller.account)
    if service == "lambda":
        arn = re.search(r"functions/(arn:.+)/invocations", rest)
        return _need("lambda:InvokeFunction", arn[1], "invocation") if arn else []
    if service == "sqs" and found["kind"] == "path":
        url: Value = Text(f"https://sqs/{rest.rpartition('/')[2]}") if rest.count("/") else ANYTHING
        return needs(Call("sqs", "send_message", {"QueueUrl": url}), home)
    if found["kind"] == "action":
        operation = re.sub(r"(?<!^)(?=[A-Z])", "_", rest.partition("&")[0]).lower()
        return needs(Call({"states": "stepfunctions"}.get(service, service), operation), home)
    return []
