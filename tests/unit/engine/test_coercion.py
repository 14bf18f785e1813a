"""Inputs get the form of the type's schema."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackwright.engine.deployment.diffs import same
from stackwright.engine.schema.coercion import coerced
from stackwright.errors import ResourceError
from stackwright.graph import UNKNOWN, Resource, ResourceReference, Secret


def inputs(type_token: str, **given: Any) -> Any:
    resource = Resource("urn", f"aws:{type_token}", "thing", inputs=given)
    return coerced(resource, lambda urn: UNKNOWN if urn == "pending" else f"id of {urn}").inputs


POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "a&b", "Resource": "*"}]}
TEXT = '{"Statement":[{"Action":"a\\u0026b","Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}'


def test_a_policy_given_as_an_object_is_the_text_that_the_provider_writes() -> None:
    assert inputs("iam/rolePolicy:RolePolicy", policy=POLICY)["policy"] == TEXT
    assert inputs("iam/role:Role", assumeRolePolicy=POLICY)["assumeRolePolicy"] == TEXT
    assert inputs("ecr/lifecyclePolicy:LifecyclePolicy", policy={"rules": []})["policy"] == '{"rules":[]}'
    assert inputs("iam/policy:Policy", policy='{"as": "given"}')["policy"] == '{"as": "given"}'


def test_a_policy_with_a_secret_is_secret_and_one_with_an_unknown_is_unknown() -> None:
    hidden = {**POLICY, "Statement": [{**POLICY["Statement"][0], "Resource": Secret("*")}]}
    assert inputs("iam/policy:Policy", policy=hidden)["policy"] == Secret(TEXT)
    assert inputs("iam/policy:Policy", policy=Secret(POLICY))["policy"] == Secret(TEXT)
    assert inputs("iam/policy:Policy", policy={"Statement": [UNKNOWN]})["policy"] is UNKNOWN


def test_numbers_and_truths_written_as_texts() -> None:
    alarm = inputs(
        "cloudwatch/metricAlarm:MetricAlarm",
        threshold="80.0",
        evaluationPeriods="2",
        actionsEnabled="false",
        period=60.0,
        metricQueries=[{"id": "m", "returnData": "1", "metric": {"period": "60", "stat": "Sum"}}],
    )
    assert alarm == {
        "threshold": 80,
        "evaluationPeriods": 2,
        "actionsEnabled": False,
        "period": 60,
        "metricQueries": [{"id": "m", "returnData": True, "metric": {"period": 60, "stat": "Sum"}}],
    }
    assert inputs("cloudwatch/metricAlarm:MetricAlarm", threshold="1.5e-1")["threshold"] == 0.15
    assert inputs("sqs/nothing:Nothing", whatever="5") == {"whatever": "5"}


def test_texts_written_as_numbers_and_truths() -> None:
    tagged = inputs("sqs/queue:Queue", tags={"a": 5, "b": True, "c": 1.5, "d": Secret(2.0)})
    assert tagged["tags"] == {"a": "5", "b": "true", "c": "1.5", "d": Secret("2")}
    function = inputs("lambda/function:Function", environment={"variables": {"PORT": 8080}}, memorySize="256")
    assert function == {"environment": {"variables": {"PORT": "8080"}}, "memorySize": 256}


def test_one_thing_without_its_list_and_one_block_with_it() -> None:
    assert inputs("cloudwatch/metricAlarm:MetricAlarm", alarmActions="arn")["alarmActions"] == ["arn"]
    assert inputs("dynamodb/table:Table", attributes={"name": "id", "type": "S"})["attributes"] == [
        {"name": "id", "type": "S"}
    ]
    assert inputs("lambda/function:Function", vpcConfig=[{"subnetIds": "s"}])["vpcConfig"] == {"subnetIds": ["s"]}
    assert inputs("lambda/function:Function", vpcConfig=[])["vpcConfig"] is None


def test_a_whole_resource_stands_for_its_id() -> None:
    given = {"role": ResourceReference("r"), "policy": "{}"}
    assert inputs("iam/rolePolicy:RolePolicy", **given)["role"] == "id of r"
    assert inputs("iam/rolePolicy:RolePolicy", role=ResourceReference("pending"))["role"] is UNKNOWN
    subnets = [ResourceReference("a"), ResourceReference("b")]
    assert inputs("lb/loadBalancer:LoadBalancer", subnets=subnets)["subnets"] == ["id of a", "id of b"]


@pytest.mark.parametrize(
    ("type_token", "given", "says"),
    [
        ("cloudwatch/metricAlarm:MetricAlarm", {"threshold": "high"}, 'threshold has to be a number, but is "high"'),
        ("sqs/queue:Queue", {"visibilityTimeoutSeconds": "5.5"}, "visibilityTimeoutSeconds has to be a whole number"),
        ("sqs/queue:Queue", {"fifoQueue": "yes"}, 'fifoQueue has to be true or false, but is "yes"'),
        ("sqs/queue:Queue", {"redrivePolicy": {"maxReceiveCount": 3}}, "redrivePolicy has to be a text, but is {"),
        ("sqs/queue:Queue", {"tags": {"a": ["b"]}}, r"tags\.a has to be a text"),
        ("lambda/function:Function", {"vpcConfig": [{}, {}]}, "vpcConfig has to be an object"),
    ],
)
def test_what_cannot_be_given_that_form_is_refused(type_token: str, given: dict[str, Any], says: str) -> None:
    with pytest.raises(ResourceError, match=f"aws:{type_token} 'thing': {says}") as caught:
        inputs(type_token, **given)
    assert caught.value.fix


def test_a_policy_written_in_another_way_is_no_change() -> None:
    ours = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["b", "a"],
                "Resource": "x",
                "Principal": {"AWS": ["1"]},
                "Condition": {"Bool": {"aws:SecureTransport": True}},
            },
            {"Effect": "Deny", "Action": "c", "Resource": ["y"]},
        ],
    }
    theirs = {
        "Statement": [
            {"Resource": "y", "Effect": "Deny", "Action": ["c"]},
            {
                "Effect": "Allow",
                "Action": ["a", "b"],
                "Resource": ["x"],
                "Principal": {"AWS": "1"},
                "Condition": {"Bool": {"aws:SecureTransport": ["true"]}},
            },
        ],
        "Version": "2012-10-17",
    }
    assert same(json.dumps(ours), json.dumps(theirs, indent=2))
    assert not same(json.dumps(ours), json.dumps({**theirs, "Version": "2008-10-17"}))
    assert not same(json.dumps({"a": [1, 2]}), json.dumps({"a": [2, 1]}))
    assert not same('{"Statement": ', '{"Statement":  ')
