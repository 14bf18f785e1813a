from __future__ import annotations

import json
import re

import pulumi
import pulumi_aws as aws
import pytest

from stackwright.components import Bucket, ComponentError, Key, Queue, Table, Topic


def statements(registration):
    return json.loads(registration.inputs["policy"])["Statement"]


def granted(recorder, name="worker-policy"):
    return {
        (action, resource)
        for statement in statements(recorder.one(name, "RolePolicy"))
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def test_a_grant_after_the_function_reaches_the_policy_that_the_function_waits_for(run, environment, worker):
    def program():
        env = environment()
        function = worker(env)
        Bucket("files", opts=env.opts).grant(function, "s3:GetObject", prefix="incoming/")

    recorder = run(program)

    assert ("s3:GetObject", "arn:aws:s3:::shop-files-dev-useast1/incoming/*") in granted(recorder)
    function = recorder.one("worker-function")
    assert function.depends_on("worker-policy")
    assert function.depends_on("worker-logs")


def test_a_function_may_do_nothing_but_write_its_log_traces_and_failed_events(run, environment, worker):
    recorder = run(lambda: worker(environment()))

    group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/shop-worker-dev:*"
    assert granted(recorder) == {
        ("logs:CreateLogStream", group),
        ("logs:PutLogEvents", group),
        ("xray:PutTraceSegments", "*"),
        ("xray:PutTelemetryRecords", "*"),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:shop-worker-dlq-dev"),
    }


@pytest.mark.parametrize(
    ("service", "grant", "expected"),
    [
        ("s3", lambda key, o, f: Bucket("b", key=key, opts=o).grant(f, "s3:GetObject"), {"kms:Decrypt"}),
        (
            "s3",
            lambda key, o, f: Bucket("b", key=key, opts=o).grant(f, "s3:PutObject"),
            {"kms:GenerateDataKey", "kms:Decrypt"},
        ),
        ("s3", lambda key, o, f: Bucket("b", key=key, opts=o).grant(f, "s3:DeleteObject"), set()),
        (
            "dynamodb",
            lambda key, o, f: Table("t", key=key, attributes={"id": "S"}, hash_key="id", opts=o).grant(
                f, "dynamodb:PutItem"
            ),
            {"kms:Decrypt"},
        ),
        ("sqs", lambda key, o, f: Queue("q", key=key, opts=o).grant_send(f), {"kms:GenerateDataKey", "kms:Decrypt"}),
        ("sqs", lambda key, o, f: Queue("q", key=key, opts=o).grant_consume(f), {"kms:Decrypt"}),
        ("sns", lambda key, o, f: Topic("n", key=key, opts=o).grant_publish(f), {"kms:GenerateDataKey", "kms:Decrypt"}),
    ],
)
def test_a_grant_on_an_encrypted_resource_carries_the_key_along(run, environment, worker, service, grant, expected):
    def program():
        env = environment()
        grant(Key("data", opts=env.opts), env.opts, worker(env))

    recorder = run(program)

    found = [s for s in statements(recorder.one("worker-policy")) if s["Action"][0].startswith("kms:")]
    assert {action for s in found for action in s["Action"]} == expected
    for statement in found:
        assert statement["Resource"] == ["arn:aws:kms:us-east-1:123456789012:key/data-key"]
        assert statement["Condition"] == {"StringEquals": {"kms:ViaService": f"{service}.us-east-1.amazonaws.com"}}


def test_no_policy_has_a_wildcard_that_is_not_listed(run, environment, worker):
    def program():
        env = environment()
        function = worker(env)
        key = Key("data", opts=env.opts)
        Bucket("files", key=key, opts=env.opts).grant_write(function)
        table = Table("rows", key=key, attributes={"id": "S"}, hash_key="id", opts=env.opts)
        table.grant_read(function)
        table.grant_write(function)

    for action, resource in granted(run(program)):
        assert "*" not in action
        assert resource != "*" or action.startswith("xray:")
        assert resource == "*" or re.fullmatch(r"arn:aws:[a-z0-9]+:[a-z0-9-]*:(\d{12})?:[^\s]+", resource)


def test_the_same_grant_twice_is_one_statement(run, environment, worker):
    def program():
        env = environment()
        function = worker(env)
        queue = Queue("jobs", opts=env.opts)
        queue.grant_send(function)
        queue.grant_send(function)

    sends = [s for s in statements(run(program).one("worker-policy")) if s["Action"] == ["sqs:SendMessage"]]
    assert len(sends) == 2  # the dead-letter queue and jobs


def test_a_grant_that_comes_too_late_is_refused_and_not_lost(run, environment, worker):
    def program():
        env = environment()
        function = worker(env)
        aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=env.provider))
        Queue("jobs", opts=env.opts).grant_send(function)

    with pytest.raises(ComponentError, match="already sent"):
        run(program)


def test_an_index_that_the_table_has_not_cannot_be_granted(run, environment, worker):
    def program():
        env = environment()
        table = Table("rows", attributes={"id": "S"}, hash_key="id", opts=env.opts)
        table.grant_index(worker(env), "by-name")

    with pytest.raises(ComponentError, match="no index 'by-name'"):
        run(program)


def test_edges_list_who_may_do_what(run, environment, worker):
    edges = []

    def program():
        env = environment()
        function = worker(env)
        Table("rows", attributes={"id": "S"}, hash_key="id", opts=env.opts).grant(function, "dynamodb:GetItem")
        edges.extend(env.edges)

    run(program)

    assert [(e.source, e.target, e.actions) for e in edges] == [
        ("worker", "worker-dlq", ("sqs:SendMessage",)),
        ("worker", "rows", ("dynamodb:GetItem",)),
    ]


def test_an_alarm_topic_and_its_key_admit_cloudwatch_for_this_account_only(run, environment):
    def program():
        env = environment()
        Topic("alarms", key=Key("sns", opts=env.opts), opts=env.opts).accept_alarms()

    recorder = run(program)

    for name, actions in [("alarms-policy", ["sns:Publish"]), ("sns-policy", ["kms:Decrypt", "kms:GenerateDataKey"])]:
        statement = next(
            s for s in statements(recorder.one(name)) if s.get("Principal") == {"Service": "cloudwatch.amazonaws.com"}
        )
        assert statement["Action"] == actions
        assert statement["Condition"] == {
            "StringEquals": {"aws:SourceAccount": "123456789012"},
            "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"},
        }
