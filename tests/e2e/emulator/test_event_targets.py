"""Patch ``event_targets``: rules and schedules deliver with permission and keep what they cannot deliver."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

PRINTING = "import json\ndef handler(event, context):\n    print('got', event['detail']['id'])"


class Rule:
    """A rule of its own for each test, on events from its own source."""

    def __init__(self, account: Any) -> None:
        self.account = account
        self.name = account.name("rule")
        self.client = account.client("events")
        pattern = json.dumps({"source": [self.name]})
        self.arn = self.client.put_rule(Name=self.name, EventPattern=pattern)["RuleArn"]

    def target(self, arn: str, **settings: Any) -> None:
        answer = self.client.put_targets(Rule=self.name, Targets=[{"Id": "t", "Arn": arn, **settings}])
        assert answer["FailedEntryCount"] == 0

    def put(self, number: int = 1) -> None:
        detail = json.dumps({"id": number})
        self.client.put_events(Entries=[{"Source": self.name, "DetailType": "d", "Detail": detail}])

    def queue_policy(self, url: str, arn: str) -> None:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": self.arn}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.account.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


@pytest.fixture
def rule(account: Any) -> Rule:
    return Rule(account)


def function_arn(account: Any, name: str) -> str:
    return account.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]


def allow(account: Any, name: str, service: str, source_arn: str) -> None:
    account.client("lambda").add_permission(
        FunctionName=name,
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal=f"{service}.amazonaws.com",
        SourceArn=source_arn,
    )


def test_a_function_needs_the_rule_in_its_policy(account: Any, rule: Rule) -> None:
    name = account.function(PRINTING)
    dead_url, dead_arn = account.queue()
    rule.queue_policy(dead_url, dead_arn)
    rule.target(function_arn(account, name), DeadLetterConfig={"Arn": dead_arn})
    rule.put(1)
    (lost,) = account.until(lambda: account.messages(dead_url))
    assert json.loads(lost["Body"])["detail"] == {"id": 1}
    attributes = {key: value["StringValue"] for key, value in lost["MessageAttributes"].items()}
    assert attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert attributes["RULE_ARN"] == rule.arn
    assert account.log_events(name) == []
    allow(account, name, "events", rule.arn)
    rule.put(2)
    account.until(lambda: "got 2" in account.log_events(name))


def test_a_permission_for_another_rule_does_not_count(account: Any, rule: Rule) -> None:
    name = account.function(PRINTING)
    dead_url, dead_arn = account.queue()
    rule.queue_policy(dead_url, dead_arn)
    allow(account, name, "events", rule.arn + "-other")
    rule.target(function_arn(account, name), DeadLetterConfig={"Arn": dead_arn})
    rule.put()
    account.until(lambda: account.messages(dead_url))


def test_a_failing_function_is_retried_and_ends_in_its_own_dead_letter_queue(account: Any, rule: Rule) -> None:
    url, arn = account.queue()
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
    code = "def handler(event, context):\n    print('try')\n    raise ValueError('x')"
    name = account.function(code, [send], DeadLetterConfig={"TargetArn": arn})
    allow(account, name, "events", rule.arn)
    rule.target(function_arn(account, name))
    rule.put(7)
    (message,) = account.until(lambda: account.messages(url))
    assert json.loads(message["Body"])["detail"] == {"id": 7}
    assert account.log_events(name).count("try") == 3


def test_a_missing_target_ends_in_the_dead_letter_queue(account: Any, rule: Rule) -> None:
    dead_url, dead_arn = account.queue()
    rule.queue_policy(dead_url, dead_arn)
    rule.target(dead_arn + "-missing", DeadLetterConfig={"Arn": dead_arn})
    rule.put()
    (lost,) = account.until(lambda: account.messages(dead_url))
    assert lost["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_RESOURCE"


def test_an_encrypted_dead_letter_queue_needs_the_rule_in_the_policy_of_its_key(account: Any, rule: Rule) -> None:
    kms = account.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    dead_url, dead_arn = account.queue(KmsMasterKeyId=key)
    rule.queue_policy(dead_url, dead_arn)
    rule.target(dead_arn + "-missing", DeadLetterConfig={"Arn": dead_arn})
    rule.put(1)
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    policy["Statement"].append(
        {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
            "Resource": "*",
            "Condition": {"ArnEquals": {"aws:SourceArn": rule.arn}},
        }
    )
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    rule.put(2)
    (kept,) = account.until(lambda: account.messages(dead_url))
    assert json.loads(kept["Body"])["detail"] == {"id": 2}


def test_a_queue_needs_the_rule_in_its_policy(account: Any, rule: Rule) -> None:
    url, arn = account.queue()
    rule.target(arn)
    rule.put(1)
    rule.queue_policy(url, arn)
    rule.put(2)
    received = account.until(lambda: account.messages(url))
    assert [json.loads(message["Body"])["detail"]["id"] for message in received] == [2]


def test_a_state_machine_needs_the_role_of_the_target(account: Any, rule: Rule) -> None:
    definition = json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})
    sfn = account.client("stepfunctions")
    machine = sfn.create_state_machine(
        name=account.name("machine"), definition=definition, roleArn=account.role("states")
    )["stateMachineArn"]
    start = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": machine}
    rule.target(machine, RoleArn=account.role("events"))
    rule.put(1)
    rule.target(machine, RoleArn=account.role("events", [start]))
    rule.put(2)
    account.until(lambda: sfn.list_executions(stateMachineArn=machine)["executions"])
    assert len(sfn.list_executions(stateMachineArn=machine)["executions"]) == 1
