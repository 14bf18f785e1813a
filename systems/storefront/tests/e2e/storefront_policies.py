"""The policies of the deployed resources, and taking a statement out of one for a while."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from storefront_roles import SERVICES, TABLES, arn, function_name
from storefront_stack import Storefront

from stackwright.provider.aws import Client

Rule = tuple[str, str]
"""The name of a resource, and that of a statement in its policy."""

covered: set[Rule] = set()
"""What is taken out by some test."""


def without_statement(*rules: Rule) -> Any:
    """Parametrize a test by the statements that it takes out, and count them as covered."""
    covered.update(rules)
    return pytest.mark.parametrize("rule", rules, ids=[f"{name} {statement}" for name, statement in rules])


@dataclass(frozen=True)
class ResourcePolicy:
    """How the policy of a resource is read and written."""

    read: Callable[[], str]
    write: Callable[[str], Any]

    def statements(self) -> dict[str, dict[str, Any]]:
        """The statements by their names."""
        found: list[dict[str, Any]] = json.loads(self.read())["Statement"]
        named = {statement_name(statement): statement for statement in found}
        assert len(named) == len(found)
        return named

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """Take a statement out, and put it back afterwards."""
        whole = self.read()
        statements = self.statements()
        del statements[name]
        # A policy needs a statement.
        nothing = {**json.loads(whole)["Statement"][0], "Sid": "Nothing", "Effect": "Deny", "Condition": NEVER}
        self.write(json.dumps({"Version": "2012-10-17", "Statement": list(statements.values()) or [nothing]}))
        try:
            yield
        finally:
            self.write(whole)


NEVER = {"StringEquals": {"aws:PrincipalType": "none"}}


def statement_name(statement: dict[str, Any]) -> str:
    """Its id, or the service that it lets in; for CloudWatch Logs with the group."""
    if statement.get("Sid"):
        return str(statement["Sid"])
    service = statement["Principal"]["Service"].partition(".")[0]
    if service != "logs":
        return service
    (group,) = statement["Condition"]["ArnEquals"].values()
    return f"{service} {group.rpartition(':')[2]}"


def resource_policies(storefront: Storefront) -> dict[str, ResourcePolicy]:
    """The policies of all buckets, tables, queues, topics and keys of the stack, by the resources' names."""
    outputs = storefront.outputs
    queues = {f"{one}-dlq": outputs[f"{one.replace('-', '_')}_dlq_url"] for one in SERVICES}
    return {
        "data-bucket": _bucket(storefront, outputs["data_bucket_name"]),
        "content-bucket": _bucket(storefront, outputs["content_bucket_name"]),
        **{f"{table}-table": _table(storefront, outputs[f"{table}_table_name"]) for table in TABLES},
        **{name: _queue(storefront, url) for name, url in queues.items()},
        "resume-orders-dlq": _queue(storefront, rule_dead_letters(storefront)),
        "alarm-notifications": _topic(storefront, outputs["alarm_topic_arn"]),
        "data-key": _key(storefront, outputs["kms_key_arn"]),
        "content-key": _key(storefront, outputs["content_kms_key_arn"]),
    }


def _bucket(storefront: Storefront, name: str) -> ResourcePolicy:
    s3 = storefront.client("s3")
    return ResourcePolicy(
        lambda: s3.get_bucket_policy(Bucket=name)["Policy"],
        lambda policy: s3.put_bucket_policy(Bucket=name, Policy=policy),
    )


def _table(storefront: Storefront, name: str) -> ResourcePolicy:
    dynamodb, table = storefront.client("dynamodb"), arn(storefront, "dynamodb", f"table/{name}")
    return ResourcePolicy(
        lambda: dynamodb.get_resource_policy(ResourceArn=table)["Policy"],
        lambda policy: dynamodb.put_resource_policy(ResourceArn=table, Policy=policy),
    )


def _queue(storefront: Storefront, url: str) -> ResourcePolicy:
    sqs = storefront.client("sqs")
    return ResourcePolicy(
        lambda: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"],
        lambda policy: sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy}),
    )


def _topic(storefront: Storefront, topic: str) -> ResourcePolicy:
    sns = storefront.client("sns")
    return ResourcePolicy(
        lambda: sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"],
        lambda policy: sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy),
    )


def _key(storefront: Storefront, key: str) -> ResourcePolicy:
    # Without the statement for the account, nobody but the root user of the emulator could put it back.
    kms = as_root(storefront, "kms")
    return ResourcePolicy(
        lambda: kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"],
        lambda policy: kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy),
    )


def as_root(storefront: Storefront, service: str) -> Client:
    """A client of the account's root user."""
    return storefront.endpoint.client_as(storefront.endpoint.root(storefront.endpoint.account), service)


def by_plain_http(storefront: Storefront, service: str) -> Client:
    """A client of the deployer whose requests count as not encrypted."""
    client: Any = storefront.endpoint.client_as(storefront.endpoint.deployer(), service)

    def tell(request: Any, **_: Any) -> None:
        request.headers["X-Forwarded-Proto"] = "http"

    client.meta.events.register("request-created", tell)
    return client


def resuming_rule(storefront: Storefront) -> dict[str, Any]:
    """The rule that starts orders again, with its one target under `Target`."""
    events = storefront.client("events")
    function = storefront.client("lambda").get_function(FunctionName=function_name(storefront, "order-service"))
    (name,) = events.list_rule_names_by_target(TargetArn=function["Configuration"]["FunctionArn"])["RuleNames"]
    (target,) = events.list_targets_by_rule(Rule=name)["Targets"]
    return {**events.describe_rule(Name=name), "Target": target}


def rule_dead_letters(storefront: Storefront) -> str:
    """URL of the queue for what the rule could not deliver."""
    queue: str = resuming_rule(storefront)["Target"]["DeadLetterConfig"]["Arn"]
    return storefront.client("sqs").get_queue_url(QueueName=queue.rpartition(":")[2])["QueueUrl"]


@contextmanager
def fired_by_events(storefront: Storefront) -> Iterator[Callable[[str], None]]:
    """Let the rule also fire for an event of ours, which waits for no minute; calls take a text to know it by."""
    rule, events = resuming_rule(storefront), storefront.client("events")
    settings = {name: rule[name] for name in ("Name", "ScheduleExpression", "State", "Description")}
    source = "storefront.tests"

    def fire(marker: str) -> None:
        detail = json.dumps({"marker": marker})
        events.put_events(Entries=[{"Source": source, "DetailType": "fired", "Detail": detail}])

    events.put_rule(**settings, EventPattern=json.dumps({"source": [source]}))
    try:
        yield fire
    finally:
        events.put_rule(**settings)


def permissions(storefront: Storefront, service: str) -> dict[Rule, dict[str, Any]]:
    """Who may invoke a service: statements of its policy by the AWS service, and the end of its resource's ARN."""
    functions = storefront.client("lambda")
    policy = json.loads(functions.get_policy(FunctionName=function_name(storefront, service))["Policy"])
    return {
        (
            statement["Principal"]["Service"].partition(".")[0],
            statement["Condition"]["ArnLike"]["AWS:SourceArn"].rpartition(":")[2].partition("/dev/")[2],
        ): statement
        for statement in policy["Statement"]
    }


@contextmanager
def without_permission(storefront: Storefront, service: str, permission: Rule) -> Iterator[None]:
    """Let nobody invoke a service by this permission, and put it back afterwards."""
    functions, name = storefront.client("lambda"), function_name(storefront, service)
    statement = permissions(storefront, service)[permission]
    account = statement["Condition"].get("StringEquals", {}).get("AWS:SourceAccount")
    functions.remove_permission(FunctionName=name, StatementId=statement["Sid"])
    try:
        yield
    finally:
        functions.add_permission(
            FunctionName=name,
            StatementId=statement["Sid"],
            Action=statement["Action"],
            Principal=statement["Principal"]["Service"],
            SourceArn=statement["Condition"]["ArnLike"]["AWS:SourceArn"],
            **({"SourceAccount": account} if account else {}),
        )
