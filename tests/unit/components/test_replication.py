from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from stackwright.components import (
    Alarms,
    AlarmThresholds,
    ComponentError,
    Environment,
    Function,
    Key,
    Replication,
    ReplicationEnd,
    ReplicationPair,
    ReplicaWriter,
    Table,
    Topic,
)

PROD = ReplicationEnd(environment="prod", region="us-east-1", account_id="333333333333")
STAGING = ReplicationEnd(environment="staging", region="eu-west-1", account_id="222222222222")
PAIR = ReplicationPair(
    project="shop",
    source=PROD,
    copy=STAGING,
    table="orders",
    function="replicate",
    writer="orders-writer",
    external_id="prod-to-staging",
)
REPLICATE = "arn:aws:iam::333333333333:role/shop-replicate-prod-useast1"
WRITER = "arn:aws:iam::222222222222:role/shop-orders-writer-staging-euwest1"


def at(end: ReplicationEnd, **more: Any) -> Environment:
    name = f"shop-{end.environment}"
    return Environment(name, project="shop", environment=end.environment, region=end.region, apart=True, **more)


def orders(environment: Environment, **more: Any) -> Table:
    return Table("orders", attributes={"id": "S"}, hash_key="id", opts=environment.opts, **more)


@pytest.fixture
def source(package) -> Callable[..., Replication]:
    """The side of prod; arguments of its Replication, its table and its function as keywords."""

    def make(environment=None, table=None, function=None, timeout_seconds=60, key=None, **args):
        environment = environment or at(PROD)
        function = function or Function(
            "replicate",
            package=package,
            handler="worker.handler",
            timeout_seconds=timeout_seconds,
            opts=environment.opts,
        )
        table = table or orders(environment, stream=True, key=key(environment) if key else None)
        return Replication(
            "copy-orders", **{"pair": PAIR, "source": table, "function": function, **args}, opts=environment.opts
        )

    return make


def copy(environment: Environment | None = None, table: Table | None = None, **args: Any) -> ReplicaWriter:
    environment = environment or at(STAGING)
    name = args.pop("name", "orders-writer")
    return ReplicaWriter(name, **{"pair": PAIR, "table": table or orders(environment), **args}, opts=environment.opts)


def document(text: str) -> list[Any]:
    return json.loads(text)["Statement"]


def granted(registration: Any) -> set[tuple[str, str]]:
    return {(a, r) for s in document(registration.inputs["policy"]) for a in s["Action"] for r in s["Resource"]}


def test_the_mapping_keeps_what_fails_and_its_order(run, source):
    recorder = run(source)

    mapping = recorder.one("copy-orders-stream")
    queue = "arn:aws:sqs:us-east-1:123456789012:shop-copy-orders-failures-prod"
    assert mapping.inputs == {
        "eventSourceArn": "arn:aws:dynamodb:us-east-1:123456789012:table/shop-orders-prod/stream/1",
        "functionName": "arn:aws:lambda:us-east-1:123456789012:function:shop-replicate-prod",
        "startingPosition": "TRIM_HORIZON",
        "batchSize": 100,
        "maximumBatchingWindowInSeconds": 0,
        "parallelizationFactor": 10,
        "functionResponseTypes": ["ReportBatchItemFailures"],
        "bisectBatchOnFunctionError": True,
        "maximumRetryAttempts": 10_000,
        "maximumRecordAgeInSeconds": 86_400,
        "destinationConfig": {"onFailure": {"destinationArn": queue}},
    }
    assert mapping.depends_on("replicate-policy")
    assert recorder.one("copy-orders-failures-queue").inputs["visibilityTimeoutSeconds"] == 60
    table = recorder.one("orders-table").inputs
    assert (table["streamEnabled"], table["streamViewType"]) == (True, "NEW_AND_OLD_IMAGES")


def test_the_function_is_told_all_that_its_library_reads(run, source):
    from stackwright_handlers.replication.function import ReplicationSettings
    from stackwright_handlers.settings import read

    recorder = run(source)

    variables = recorder.one("replicate-function").inputs["environment"]["variables"]
    settings = read(ReplicationSettings, variables | {"AWS_LAMBDA_FUNCTION_NAME": "replicate"})
    assert settings == ReplicationSettings(
        source_table="shop-orders-prod",
        copy_table="shop-orders-staging",
        copy_region="eu-west-1",
        writer_role_arn=WRITER,
        writer_external_id="prod-to-staging",
        failures_url="https://sqs.us-east-1.amazonaws.com/123456789012/shop-copy-orders-failures-prod",
        function_name="replicate",
    )


def test_the_function_reads_the_source_and_may_become_the_writer_and_nothing_else(run, source):
    recorder = run(source)

    table = "arn:aws:dynamodb:us-east-1:123456789012:table/shop-orders-prod"
    stream, queues = f"{table}/stream/1", "arn:aws:sqs:us-east-1:123456789012"
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/shop-replicate-prod:*"
    assert granted(recorder.one("replicate-policy", "RolePolicy")) == {
        ("dynamodb:GetItem", table),
        *((f"dynamodb:{a}", stream) for a in ("DescribeStream", "GetRecords", "GetShardIterator")),
        ("dynamodb:ListStreams", "*"),
        ("sts:AssumeRole", WRITER),
        ("sqs:SendMessage", f"{queues}:shop-copy-orders-failures-prod"),
        ("sqs:ReceiveMessage", f"{queues}:shop-copy-orders-failures-prod"),
        ("sqs:DeleteMessage", f"{queues}:shop-copy-orders-failures-prod"),
        ("sqs:SendMessage", f"{queues}:shop-replicate-dlq-prod"),
        ("logs:CreateLogStream", group),
        ("logs:PutLogEvents", group),
        ("xray:PutTraceSegments", "*"),
        ("xray:PutTelemetryRecords", "*"),
    }


def test_only_the_function_may_become_the_writer_and_only_with_the_external_id(run):
    recorder = run(copy)

    (statement,) = document(recorder.one("orders-writer-role").inputs["assumeRolePolicy"])
    assert statement == {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::333333333333:root"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnEquals": {"aws:PrincipalArn": REPLICATE},
            "StringEquals": {"sts:ExternalId": "prod-to-staging"},
        },
    }


def test_the_writer_may_write_and_not_read(run):
    recorder = run(copy)

    table = "arn:aws:dynamodb:eu-west-1:123456789012:table/shop-orders-staging".replace("eu-west-1", "us-east-1")
    assert granted(recorder.one("orders-writer-policy", "RolePolicy")) == {
        ("dynamodb:PutItem", table),
        ("dynamodb:DeleteItem", table),
    }


def test_both_sides_compute_the_names_that_the_other_one_has(run, source):
    recorder = run(lambda: (source(), copy()))

    assert recorder.one("replicate-role").inputs["name"] == REPLICATE.rpartition("/")[2]
    assert recorder.one("orders-writer-role").inputs["name"] == WRITER.rpartition("/")[2]
    assert PAIR.copy_table_name in [t.inputs["name"] for t in recorder.all("dynamodb/table:Table")]


def test_two_environments_in_one_program_have_a_provider_each(run, source):
    recorder = run(lambda: (source(), copy()))

    used = {r.name: r.provider.rpartition("::")[0].rpartition("::")[2] for r in recorder.registered if r.provider}
    assert used["copy-orders-stream"] == "shop-prod-provider"
    assert used["orders-writer-role"] == "shop-staging-provider"
    assert {
        r.inputs["name"]: r.provider.rpartition("::")[0].rpartition("::")[2]
        for r in recorder.all("dynamodb/table:Table")
    } == {
        "shop-orders-prod": "shop-prod-provider",
        "shop-orders-staging": "shop-staging-provider",
    }
    assert {i.provider.rpartition("::")[0].rpartition("::")[2] for i in recorder.invoked} == {
        "shop-prod-provider",
        "shop-staging-provider",
    }


def test_customer_keys_are_shared_as_far_as_needed(run, source):
    recorder = run(lambda: source(key=lambda env: Key("data", opts=env.opts)))

    used = [
        s for s in document(recorder.one("replicate-policy", "RolePolicy").inputs["policy"]) if "kms" in s["Action"][0]
    ]
    assert [(s["Action"], s["Condition"]) for s in used] == [
        (["kms:Decrypt"], {"StringEquals": {"kms:ViaService": "dynamodb.us-east-1.amazonaws.com"}})
    ]


def test_alarms_watch_how_far_the_copy_is_behind(run, source):
    def program():
        replication = source()
        opts = replication.environment.opts
        Alarms(
            "alarms",
            topic=Topic("news", opts=opts),
            functions=[replication.function],
            replications=[replication],
            thresholds=AlarmThresholds(replication_lag_seconds=120),
            opts=opts,
        )

    lag = run(program).one("alarms-copy-orders-lag").inputs
    assert (lag["metricName"], lag["namespace"], lag["statistic"], lag["threshold"]) == (
        "IteratorAge",
        "AWS/Lambda",
        "Maximum",
        120_000,
    )
    assert run(program).one("alarms-copy-orders-failures-not-empty").inputs["threshold"] == 0


WRONG: dict[str, tuple[Callable[[Any], object], str]] = {
    "no stream": (lambda source: source(table=orders(env := at(PROD)), environment=env), "has no stream"),
    "the other side": (lambda source: source(environment=at(STAGING)), "its pair says shop prod us-east-1"),
    "another region": (lambda source: source(environment=at(replace(PROD, region="us-west-2"))), "its pair says"),
    "another account": (
        lambda source: source(environment=at(PROD, expected_account_id="111111111111")),
        "is deployed into account 111111111111, its pair says 333333333333",
    ),
    "another function": (lambda source: source(pair=replace(PAIR, function="copier")), "its pair says copier"),
    "another table": (lambda source: source(pair=replace(PAIR, table="items")), "its pair says items"),
    "another writer": (lambda _: copy(name="writer"), "writer is called orders-writer in its pair"),
    "the writer at the source": (lambda _: copy(environment=at(PROD)), "its pair says shop staging eu-west-1"),
    "one account": (
        lambda _: copy(pair=replace(PAIR, copy=replace(STAGING, account_id="333333333333"))),
        "are in one account",
    ),
    "no account": (lambda _: copy(pair=replace(PAIR, source=replace(PROD, account_id=""))), "account of prod is not"),
    "an account that is none": (
        lambda _: copy(pair=replace(PAIR, source=replace(PROD, account_id="prod"))),
        "account 'prod' of prod",
    ),
    "itself": (lambda source: source(pair=replace(PAIR, copy=replace(PROD, account_id=""))), "would be its own copy"),
    "no external id": (lambda _: copy(pair=replace(PAIR, external_id="")), "external id is malformed"),
    "a function without time": (lambda source: source(timeout_seconds=10), "replicate has 10 seconds"),
    "too many at once": (lambda source: source(parallelization=11), "AWS allows 1..10 batches"),
    "endless attempts": (lambda source: source(retry_attempts=-1), "AWS allows 0..10,000 attempts"),
    "endless waiting": (lambda source: source(record_age_seconds=-1), "AWS allows 60..604,800 seconds"),
    "no batch": (lambda source: source(batch_size=0), "AWS allows 1..10,000 records"),
    "a copy with a stream": (
        lambda _: copy(environment=(env := at(STAGING)), table=orders(env, stream=True)),
        "could be copied back",
    ),
}


@pytest.mark.parametrize(("program", "says"), WRONG.values(), ids=WRONG)
def test_what_cannot_work_is_refused(run, source, program, says):
    with pytest.raises(ComponentError, match=says):
        run(lambda: program(source))


def test_a_table_that_is_a_copy_is_no_source(run, source):
    back = replace(PAIR, source=replace(STAGING, account_id=""), copy=PROD)

    def program():
        environment = at(STAGING)
        table = orders(environment)
        copy(environment=environment, table=table)
        source(environment=environment, table=table, pair=back)

    with pytest.raises(ComponentError, match="which orders-writer keeps as a copy"):
        run(program)
