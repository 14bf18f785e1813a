"""What is a difference between two environments, and what only looks like one."""

from __future__ import annotations

import json
from typing import Any

from stackwright.environments.comparing import ABSENT, Difference, compare
from stackwright.graph import Archive, Graph, Options, Resource, Secret

TABLE, FUNCTION = "aws:dynamodb/table:Table", "aws:lambda/function:Function"
ACCOUNTS = {"dev": "111111111111", "prod": "222222222222"}
REGIONS = {"dev": "eu-west-1", "prod": "us-east-1"}


def resource(stack: str, type_token: str, name: str, parent: str = "", /, **inputs: Any) -> Resource:
    chain = f"{parent.split('::')[2]}${type_token}" if parent else type_token
    urn = f"urn:pulumi:{stack}::shop::{chain}::{name}"
    return Resource(urn, type_token, name, inputs=inputs, parent=parent)


def graph(stack: str, *resources: Resource) -> Graph:
    provider = resource(stack, "pulumi:providers:aws", "own", region=REGIONS.get(stack, "us-east-1"))
    return Graph("shop", stack, "simulated", (provider, *resources))


def differences(make: Any) -> list[Difference]:
    """Of two graphs that a function makes of the stack's name."""
    return compare({stack: graph(stack, *make(stack)) for stack in ("dev", "prod")})


def paths(make: Any) -> list[str]:
    return [each.path for each in differences(make)]


def one(**inputs: Any) -> Any:
    """Two stacks with one table each; an input that is a tuple has a value for each."""
    return lambda stack: [
        resource(
            stack,
            TABLE,
            "items",
            **{k: v[stack == "prod"] if isinstance(v, tuple) else v for k, v in inputs.items()},
        )
    ]


def test_stack_account_and_region_are_no_difference() -> None:
    def make(stack: str) -> list[Resource]:
        where = f"{REGIONS[stack]}:{ACCOUNTS[stack]}"
        compact = REGIONS[stack].replace("-", "")
        texts = [f"arn:aws:sqs:{where}:shop-jobs-{stack}", f"shop-{stack}-{compact}", f"{stack.upper()}_{where}"]
        return [resource(stack, TABLE, f"items-{stack}", name=f"items-{stack}", tags={f"owner-{stack}": "a"}, of=texts)]

    assert paths(make) == []


def test_only_whole_words_are_the_stack() -> None:
    (found,) = differences(one(name=("device", "product")))
    assert dict(found.values) == {"dev": "device", "prod": "product"}


def test_key_order_json_text_and_sets_of_a_policy_are_no_difference() -> None:
    statement = {"Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:GetQueueUrl"], "Resource": "*"}
    other = {"Resource": ["*"], "Action": ["sqs:GetQueueUrl", "sqs:SendMessage"], "Effect": "Allow"}
    assert paths(one(policy=tuple(json.dumps({"Statement": [each]}) for each in (statement, other)))) == []
    third = json.dumps({"Statement": [{**other, "Action": "sqs:*"}]})
    assert paths(one(policy=(json.dumps({"Statement": [statement]}), third))) == ["policy.Statement[0].Action"]


def test_lists_are_compared_by_id_where_they_have_one() -> None:
    old, parts = {"id": "old", "days": 90}, {"id": "parts", "days": 7}
    assert paths(one(rules=([old, parts], [parts, old]))) == []
    assert paths(one(rules=([old, parts], [parts, {"id": "old", "days": 30}]))) == ["rules[old].days"]
    assert paths(one(rules=([old, parts], [old]))) == ["rules[parts].id", "rules[parts].days"]
    assert paths(one(subnets=(["a", "b"], ["b", "a"]))) == ["subnets"]


def test_a_reference_means_the_same_resource_whatever_it_is_called() -> None:
    def make(stack: str, refers: str = "one") -> list[Resource]:
        made: dict[str, Resource] = {}
        for name in ("one", "two"):
            outputs = {"arn": f"arn:aws:sns:{stack}-{name}", "owner": ACCOUNTS[stack]}
            topic = resource(stack, "aws:sns/topic:Topic", name)
            made[name] = Resource(topic.urn, topic.type, name, id=f"{len(stack)}81234{name}", outputs=outputs)
        used = made[refers].outputs["arn"]
        policy = json.dumps({"Resource": f"{used}/*"})
        return [*made.values(), resource(stack, TABLE, "items", id=made[refers].id, arn=used, policy=policy)]

    assert paths(make) == []
    assert paths(lambda stack: make(stack, "one" if stack == "dev" else "two")) == ["id", "arn", "policy.Resource"]


def test_a_word_that_was_computed_is_no_reference() -> None:
    def make(stack: str) -> list[Resource]:
        mapping = resource(stack, "aws:lambda/eventSourceMapping:EventSourceMapping", "stream")
        made = Resource(mapping.urn, mapping.type, "stream", outputs={"state": "Enabled", "kind": "x"})
        table = resource(stack, TABLE, "items", status="Enabled")
        return [made, table] if stack == "prod" else [table]

    assert paths(make) == [""]


def test_a_name_that_had_to_be_cut_ends_with_a_hash() -> None:
    assert paths(one(name=("a-very-long-n-0a1b2c", "a-very-long-n-ffffff"))) == []


def test_a_package_is_its_bytes() -> None:
    same = tuple(Archive("file", f"/{place}.zip", "ab" * 32) for place in "xy")
    assert paths(one(code=same)) == []
    assert paths(one(code=(same[0], Archive("file", "/x.zip", "cd" * 32)))) == ["code"]


def test_secrets_may_have_any_value_and_are_never_said() -> None:
    assert paths(one(password=(Secret("hunter2"), Secret("correct horse")))) == []
    (found,) = differences(one(password=(Secret("hunter2"), "open")))
    assert dict(found.values) == {"dev": "[secret]", "prod": "open"}


def test_what_one_stack_lacks_is_said_once_with_all_that_goes_with_it() -> None:
    def make(stack: str) -> list[Resource]:
        table = resource(stack, TABLE, "items")
        if stack == "dev":
            return [table]
        copies = resource(stack, "shop:index:Copies", "copies")
        function = resource(stack, FUNCTION, "copy", copies.urn)
        return [table, copies, function, resource(stack, TABLE, "copied", copies.urn)]

    (found,) = differences(make)
    assert (found.name, found.path, found.parts) == ("copies", "", 3)
    assert dict(found.values) == {"dev": ABSENT, "prod": "present"}


def test_options_count() -> None:
    def make(stack: str) -> list[Resource]:
        table = resource(stack, TABLE, "items")
        return [Resource(table.urn, TABLE, "items", options=Options(protect=stack == "prod"))]

    assert paths(make) == ["option:protect"]
