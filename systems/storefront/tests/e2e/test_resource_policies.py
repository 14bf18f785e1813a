"""Every statement in the policies of buckets, queues, topics and keys is needed.

Without one that allows, something fails, visibly; without one that denies, something forbidden is possible. The last
test reads the deployed policies, so that a new statement without a test is a failure.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError
from storefront_policies import (
    Rule,
    by_plain_http,
    covered,
    fired_by_events,
    resource_policies,
    rule_dead_letters,
    without_permission,
    without_statement,
)
from storefront_refusals import assert_failed, take_message
from storefront_roles import TABLES, last_decision
from storefront_stack import DEADLINE, Storefront, unique

from stackwright.verify import Response

pytestmark = pytest.mark.e2e

EVENTS = ("events", "")
NOT_EXERCISED = dict.fromkeys(
    ((f"{table}-table", "DataThroughEndpointOnly") for table in TABLES),
    # The policies of the endpoints themselves are not even stored. tests/infra/test_network.py looks at both.
    "nothing goes through an endpoint in the emulator, which does not ask the policies of tables",
)
QUEUES = ("user-service-dlq", "order-service-dlq", "product-service-dlq", "resume-orders-dlq")
LOG_GROUPS = (
    "/aws/lambda/storefront-user-service-dev",
    "/aws/lambda/storefront-order-service-dev",
    "/aws/lambda/storefront-product-service-dev",
    "/aws/apigateway/storefront-api-dev",
    "/aws/vendedlogs/states/storefront-order-workflow-dev",
)


def refusal(call: Callable[[], Any]) -> str:
    """The code of the error with which AWS answers a call; empty if it succeeds."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return ""


def decisions(storefront: Storefront, since: int, service: str) -> set[tuple[str, str]]:
    """What was denied to an AWS service: (principal, action)."""
    return {
        (each.principal, each.action)
        for each in storefront.emulator.decisions(since)
        if each.principal == service and each.decision != "Allow"
    }


# ---- what nobody may do ----------------------------------------------------------------------------------------------


@without_statement(
    ("data-bucket", "RefusePlainHttp"),
    ("content-bucket", "RefusePlainHttp"),
    ("alarm-notifications", "RefusePlainHttp"),
    *((queue, "RefusePlainHttp") for queue in QUEUES),
)
def test_plain_http_is_refused_by(storefront: Storefront, rule: Rule) -> None:
    def use() -> None:
        name, kind = rule[0], rule[0].rpartition("-")[2]
        if kind == "bucket":
            bucket = storefront.outputs[f"{name.replace('-', '_')}_name"]
            by_plain_http(storefront, "s3").list_objects_v2(Bucket=bucket)
        elif kind == "dlq":
            output = f"{name.replace('-', '_')}_url"
            url = storefront.outputs[output] if output in storefront.outputs else rule_dead_letters(storefront)
            by_plain_http(storefront, "sqs").receive_message(QueueUrl=url, VisibilityTimeout=0)
        else:
            topic = storefront.outputs["alarm_topic_arn"]
            by_plain_http(storefront, "sns").publish(TopicArn=topic, Message="a test of the topic's policy")

    assert refusal(use) in ("AccessDenied", "AuthorizationError")
    with resource_policies(storefront)[rule[0]].without(rule[1]):
        assert refusal(use) == ""
    assert refusal(use) in ("AccessDenied", "AuthorizationError")


UPLOADS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    # What an upload asks for, and what becomes of it when the policy allows it.
    "DenyUnencryptedObjectUploads": ({"ServerSideEncryption": "AES256"}, ""),
    # AWS would take its own key; the emulator has none.
    "DenyKmsWithoutKeyId": ({"ServerSideEncryption": "aws:kms"}, "InvalidArgument"),
    "DenyOtherKeys": ({"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "the other bucket's"}, ""),
    "DenyCustomerProvidedKeys": ({"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}, ""),
}


@without_statement(*((f"{bucket}-bucket", statement) for bucket in ("data", "content") for statement in UPLOADS))
def test_another_encryption_is_refused_by(storefront: Storefront, rule: Rule) -> None:
    bucket, key = storefront.outputs[f"{rule[0].replace('-', '_')}_name"], unique("encryption")
    asked, allowed = dict(UPLOADS[rule[1]][0]), UPLOADS[rule[1]][1]
    if "SSEKMSKeyId" in asked:
        asked["SSEKMSKeyId"] = storefront.outputs["content_kms_key_arn" if rule[0] == "data-bucket" else "kms_key_arn"]
    s3 = storefront.client("s3")

    def upload() -> None:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x", **asked)

    assert refusal(upload) == "AccessDenied"
    try:
        with resource_policies(storefront)[rule[0]].without(rule[1]):
            assert refusal(upload) == allowed
    finally:
        s3.delete_object(Bucket=bucket, Key=key)
    assert refusal(upload) == "AccessDenied"


# ---- who administers the keys ----------------------------------------------------------------------------------------


@without_statement(("data-key", "AccountAdministers"))
def test_roles_may_use_the_key_only_if_the_account_may(storefront: Storefront, rule: Rule) -> None:
    path = f"/users/{uuid.uuid4()}"
    with resource_policies(storefront)[rule[0]].without(rule[1]):
        assert_failed(storefront.call("GET", path))
    assert storefront.call("GET", path).status == 404


@without_statement(("content-key", "AccountAdministers"))
def test_the_page_can_be_changed_only_if_the_account_may_use_its_key(storefront: Storefront, rule: Rule) -> None:
    bucket, key = storefront.outputs["content_bucket_name"], unique("page")

    def upload() -> None:
        storefront.client("s3").put_object(Bucket=bucket, Key=key, Body=b"x")

    with resource_policies(storefront)[rule[0]].without(rule[1]):
        assert refusal(upload) == "AccessDenied"
    assert refusal(upload) == ""
    storefront.client("s3").delete_object(Bucket=bucket, Key=key)


@without_statement(*(("data-key", f"logs {group}") for group in LOG_GROUPS))
def test_a_log_group_needs_its_key(storefront: Storefront, rule: Rule) -> None:
    logs, group = storefront.client("logs"), rule[1].partition(" ")[2]

    def encrypt() -> None:
        logs.associate_kms_key(logGroupName=group, kmsKeyId=storefront.outputs["kms_key_arn"])

    (found,) = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["kmsKeyId"] == storefront.outputs["kms_key_arn"]
    with resource_policies(storefront)[rule[0]].without(rule[1]):
        assert refusal(encrypt) == "AccessDeniedException"
    assert refusal(encrypt) == ""


# ---- the page --------------------------------------------------------------------------------------------------------


def page(storefront: Storefront) -> Response:
    """What the distribution answers for the page."""
    return storefront.http(
        "GET",
        f"{storefront.endpoint.url}/index.html",
        headers={"Host": storefront.outputs["cloudfront_domain_name"], "X-Forwarded-Proto": "https"},
    )


@without_statement(("content-bucket", "ReadByDistribution"), ("content-key", "cloudfront"))
def test_the_page_needs(storefront: Storefront, rule: Rule) -> None:
    before = page(storefront)
    with resource_policies(storefront)[rule[0]].without(rule[1]):
        assert page(storefront).status == 403
    after = page(storefront)

    assert (before.status, after.status) == (200, 200)
    assert b"<!doctype html>" in after.body.lower()


# ---- alarms ----------------------------------------------------------------------------------------------------------


@without_statement(("alarm-notifications", "cloudwatch"), ("data-key", "cloudwatch"))
def test_alarms_need_to_publish(storefront: Storefront, rule: Rule) -> None:
    cloudwatch = storefront.client("cloudwatch")
    (name,) = [
        alarm["AlarmName"]
        for alarm in cloudwatch.describe_alarms()["MetricAlarms"]
        if "-order-workflow-timed-out-" in alarm["AlarmName"]
    ]

    def rings(marker: str) -> None:
        """Let the alarm go off; CloudWatch takes it back by itself."""
        storefront.eventually(f"{name} is quiet", lambda: state() != "ALARM", DEADLINE)
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason=marker)

    def state() -> str:
        return cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"]

    def is_told(marker: str) -> bool:
        return any(marker in message.message for message in storefront.emulator.messages())

    lost, told, since = unique("lost"), unique("told"), last_decision(storefront)
    action = {"alarm-notifications": "sns:Publish", "data-key": "kms:GenerateDataKey"}[rule[0]]
    with resource_policies(storefront)[rule[0]].without(rule[1]):
        rings(lost)
        denied = ("cloudwatch.amazonaws.com", action)
        storefront.eventually("it is refused", lambda: denied in decisions(storefront, since, denied[0]), DEADLINE)
    rings(told)
    storefront.eventually("it is published", lambda: is_told(told), DEADLINE)
    assert not is_told(lost)
    storefront.eventually(f"{name} is quiet", lambda: state() != "ALARM", DEADLINE)


# ---- the schedule ----------------------------------------------------------------------------------------------------


@without_statement(("resume-orders-dlq", "events"), ("data-key", "events"))
def test_keeping_what_the_schedule_could_not_deliver_needs(storefront: Storefront, rule: Rule) -> None:
    queue = rule_dead_letters(storefront)
    action = {"resume-orders-dlq": "sqs:SendMessage", "data-key": "kms:GenerateDataKey"}[rule[0]]
    lost, kept, since = unique("lost"), unique("kept"), last_decision(storefront)

    with fired_by_events(storefront) as fire, without_permission(storefront, "order-service", EVENTS):
        with resource_policies(storefront)[rule[0]].without(rule[1]):
            fire(lost)
            denied = ("events.amazonaws.com", action)
            storefront.eventually("it is refused", lambda: denied in decisions(storefront, since, denied[0]), DEADLINE)
        fire(kept)
        (message,) = storefront.eventually("it is kept", lambda: take_message(storefront, queue, kept), DEADLINE)
    assert json.loads(message["Body"])["detail"] == {"marker": kept}
    assert take_message(storefront, queue, lost) == []
    storefront.client("sqs").purge_queue(QueueUrl=queue)


# ---- all of them -----------------------------------------------------------------------------------------------------


def test_every_deployed_statement_is_exercised(storefront: Storefront) -> None:
    deployed = {
        (name, statement) for name, policy in resource_policies(storefront).items() for statement in policy.statements()
    }

    assert deployed == covered | NOT_EXERCISED.keys()
