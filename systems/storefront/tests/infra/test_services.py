"""The functions, their queues and their packages."""

from __future__ import annotations

import sys

import pytest
from storefront_program import PROJECT, SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_sized_traced_and_logged_as_configured(program, service):
    function = program.inputs(f"{service}-function")

    assert function["handler"] == f"{service.replace('-', '_')}.handler"
    assert (function["timeout"], function["memorySize"], function["reservedConcurrentExecutions"]) == (30, 512, 10)
    assert (function["runtime"], function["architectures"]) == ("python3.14", ["arm64"])
    assert function["tracingConfig"] == {"mode": "Active"}
    assert function["deadLetterConfig"] == {"targetArn": program.outputs(f"{service}-dlq-queue")["arn"]}
    assert function["loggingConfig"]["logGroup"] == f"/aws/lambda/{function['name']}"
    events = program.inputs(f"{service}-events")
    assert (events["maximumRetryAttempts"], events["maximumEventAgeInSeconds"]) == (2, 3600)


def test_sizes_and_throttles_come_from_config(variant):
    program = variant(
        lambda_timeout="29",
        lambda_memory_size="1024",
        lambda_reserved_concurrency="none",
        lambda_runtime="python3.13",
        enable_xray_tracing="false",
        api_throttle_rate="7",
        api_throttle_burst="3",
        api_key_required="true",
        log_retention_days="30",
        sqs_message_retention="86400",
        sqs_visibility_timeout="180",
        s3_lifecycle_expiration_days="90",
    )

    for service in SERVICES:
        function = program.inputs(f"{service}-function")
        assert (function["timeout"], function["memorySize"], function["runtime"]) == (29, 1024, "python3.13")
        assert "reservedConcurrentExecutions" not in function
        assert function["tracingConfig"] == {"mode": "PassThrough"}
        assert "xray" not in program.inputs(f"{service}-policy", "RolePolicy")["policy"]
        queue = program.inputs(f"{service}-dlq-queue")
        assert (queue["messageRetentionSeconds"], queue["visibilityTimeoutSeconds"]) == (86_400, 180)
    # What `verify` expects of them.
    assert program.graph.outputs["dead_letter_retention_seconds"] == 86_400
    settings = program.inputs("api-settings")["settings"]
    assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (7, 3)
    assert program.inputs("api-plan")["throttleSettings"] == {"rateLimit": 7, "burstLimit": 3}
    assert {r.inputs["retentionInDays"] for r in program.all("cloudwatch/logGroup:LogGroup")} == {30}
    assert program.inputs("data-lifecycle")["rules"][0]["expiration"] == {"days": 90}
    asked = {
        (m.inputs["httpMethod"], m.inputs.get("apiKeyRequired", False)) for m in program.all("apigateway/method:Method")
    }
    # The gateway's own answers need no key: a browser sends none with its preflight.
    assert {method for method, needed in asked if needed} == {"GET", "POST", "PATCH"}
    assert ("OPTIONS", True) not in asked
    assert program.inputs("api-plan-key")["usagePlanId"] == program.one("api-plan").id
    assert program.graph.outputs["api_key_id"] == program.one("api-key", "ApiKey").id


def test_an_explicit_zero_stops_a_service(variant):
    program = variant(lambda_reserved_concurrency="0")

    assert {program.inputs(f"{s}-function")["reservedConcurrentExecutions"] for s in SERVICES} == {0}


def test_a_services_variables_are_what_its_code_reads(program):
    sys.path.insert(0, str(PROJECT / "handlers"))
    try:
        from storefront.settings import OrderSettings, ProductSettings, UserSettings
    finally:
        sys.path.pop(0)
    from stackwright_handlers.settings import read

    readers = {"user-service": UserSettings, "order-service": OrderSettings, "product-service": ProductSettings}
    variables = {s: program.inputs(f"{s}-function")["environment"]["variables"] for s in SERVICES}
    settings = {service: read(reader, variables[service]) for service, reader in readers.items()}

    assert settings["user-service"].users_table == program.outputs("users-table")["name"]
    assert settings["order-service"].orders_table == program.outputs("orders-table")["name"]
    assert settings["order-service"].order_workflow_arn == program.outputs("order-workflow-machine")["arn"]
    assert settings["product-service"].products_table == program.outputs("products-table")["name"]
    assert settings["product-service"].data_bucket == program.outputs("data-bucket")["bucket"]
    assert settings["product-service"].data_key_arn == program.outputs("data-key-key")["arn"]
    assert {s.api_secret_arn for s in settings.values()} == {program.outputs("api-secret-secret")["arn"]}
    assert {v["ENVIRONMENT"] for v in variables.values()} == {"dev"}
    # Each service knows its own table only.
    for service, table in zip(SERVICES, ("USERS", "ORDERS", "PRODUCTS"), strict=True):
        assert {name for name in variables[service] if name.endswith("_TABLE_NAME")} == {f"{table}_TABLE_NAME"}


def test_queues_are_encrypted_and_large_enough(program):
    queues = [program.inputs(q.name) for q in program.all("sqs/queue:Queue")]

    assert len(queues) == 4
    for queue in queues:
        assert queue["kmsMasterKeyId"] == program.outputs("data-key-key")["arn"]
        assert (queue["kmsDataKeyReusePeriodSeconds"], queue["messageRetentionSeconds"]) == (300, 1_209_600)
        assert queue["maxMessageSize"] == 1_048_576


@pytest.mark.parametrize("service", SERVICES)
def test_a_package_is_the_one_that_was_built_and_has_locked_dependencies_only(program, package, service):
    built = package.service_package(service)

    assert program.inputs(f"{service}-function")["sourceCodeHash"] == built.sha256
    tops = {name.split("/")[0] for name in built.names}
    assert {"storefront", "aws_lambda_powertools", "jmespath", "fastjsonschema"} <= tops
    assert not tops & {"boto3", "botocore", "pulumi", "stackwright", "tests"}
    others = {f"{other.replace('-', '_')}.py" for other in SERVICES if other != service}
    assert not tops & others


def test_every_file_of_the_handlers_is_in_a_package(package):
    there = {
        f.relative_to(package.HANDLERS).as_posix()
        for f in package.HANDLERS.rglob("*.py")
        if "__pycache__" not in f.parts
    }

    packed = {name for service in SERVICES for name in package.service_package(service).names}
    assert there <= packed
