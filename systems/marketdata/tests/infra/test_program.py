"""The program as a whole: exports, functions, data, API, files that come in."""

from __future__ import annotations

import json
import re
import sys

import pytest
from marketdata_program import API, FUNCTIONS, PROJECT, TABLES


def test_all_exports_are_there(program):
    outputs = program.graph.outputs

    assert outputs.keys() >= {
        "api_endpoint_url",
        "api_id",
        "market_data_table_name",
        "market_data_table_arn",
        "data_bucket_name",
        "data_bucket_arn",
        *(f"lambda_function_{what}_{name}" for name in FUNCTIONS for what in ("arn", "name")),
        *(f"log_group_{what}_{name}" for name in FUNCTIONS for what in ("arn", "name")),
        *(f"{name}_dlq_{what}" for name in FUNCTIONS for what in ("url", "arn")),
        "environment",
        "region",
        "project_name",
    }
    assert outputs["api_endpoint_url"] == program.outputs("api-stage")["invokeUrl"]
    assert (outputs["environment"], outputs["region"], outputs["project_name"]) == ("dev", "us-east-1", "marketdata")
    for name in FUNCTIONS:
        assert outputs[f"lambda_function_arn_{name}"] == program.outputs(f"{name}-function")["arn"]
        assert outputs[f"log_group_name_{name}"] == f"/aws/lambda/marketdata-{name}-dev"


# ---- functions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_sized_traced_and_logged_as_specified(program, name):
    function = program.inputs(f"{name}-function")

    assert function["handler"] == f"{name}_handler.handler"
    assert function["memorySize"] == 3008
    assert function["timeout"] == (29 if name in API else 300)
    assert function.get("reservedConcurrentExecutions") == (None if name in API else 100)
    assert function["tracingConfig"] == {"mode": "Active"}
    assert function["deadLetterConfig"] == {"targetArn": program.outputs(f"{name}-dlq-queue")["arn"]}
    assert function["loggingConfig"]["logGroup"] == program.inputs(f"{name}-logs")["name"]
    assert program.inputs(f"{name}-logs")["retentionInDays"] == 7
    events = program.inputs(f"{name}-events")
    assert (events["functionName"], events["maximumRetryAttempts"]) == (program.outputs(f"{name}-function")["name"], 2)
    queue = program.inputs(f"{name}-dlq-queue")
    assert (queue["messageRetentionSeconds"], queue["sqsManagedSseEnabled"]) == (1_209_600, True)


def test_the_functions_variables_are_what_their_code_reads(program):
    sys.path.insert(0, str(PROJECT / "handlers"))
    try:
        from marketdata import settings
    finally:
        sys.path.pop(0)
    from stackwright_handlers.settings import read

    readers = {
        "upload": settings.UploadSettings,
        "status": settings.StatusSettings,
        "results": settings.ResultsSettings,
        "processor": settings.ProcessorSettings,
    }
    found = {
        name: read(reader, program.inputs(f"{name}-function")["environment"]["variables"])
        for name, reader in readers.items()
    }
    jobs, records = program.outputs("jobs-table")["name"], program.outputs("market-data-table")["name"]
    assert {found[name].jobs_table for name in ("upload", "status", "processor")} == {jobs}
    assert {found[name].records_table for name in ("results", "processor")} == {records}
    bucket = program.outputs("data-bucket")["bucket"]
    assert {found[name].bucket_name for name in ("upload", "status", "processor")} == {bucket}
    assert found["processor"].workflow_arn == program.outputs("large-files-machine")["arn"]
    assert found["processor"].max_direct_bytes == 67_108_864
    assert (found["upload"].job_days, found["processor"].job_days) == (30, 30)
    assert found["results"].cursor_secret_arn == program.outputs("cursor-secret-secret")["arn"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_package_is_the_one_that_was_built_and_has_locked_dependencies_only(program, package, name):
    built = package.function_package(name)

    assert program.inputs(f"{name}-function")["sourceCodeHash"] == built.sha256
    tops = {part.split("/")[0] for part in built.names}
    assert {"marketdata", "aws_lambda_powertools", "jmespath", "fastjsonschema", "stackwright_handlers"} <= tops
    assert not tops & {"boto3", "botocore", "pulumi", "stackwright", "tests"}
    assert not tops & {f"{other}_handler.py" for other in FUNCTIONS if other != name}


def test_every_file_of_the_handlers_is_in_a_package(package):
    files = [f.relative_to(package.HANDLERS).as_posix() for f in package.HANDLERS.rglob("*.py")]

    packed = {part for name in FUNCTIONS for part in package.function_package(name).names}
    assert {file for file in files if "__pycache__" not in file} <= packed


# ---- data ------------------------------------------------------------------------------------------------------------


def test_tables_are_as_specified(program):
    market_data, jobs = (program.inputs(f"{name}-table") for name in TABLES)

    assert {t.name for t in program.all("dynamodb/table:Table")} == {f"{name}-table" for name in TABLES}
    assert (market_data["hashKey"], market_data["rangeKey"]) == ("symbol", "timestamp")
    assert {a["name"]: a["type"] for a in market_data["attributes"]} == {"symbol": "S", "timestamp": "N"}
    assert "ttl" not in market_data
    assert (jobs["hashKey"], jobs.get("rangeKey")) == ("jobId", None)
    assert jobs["ttl"] == {"enabled": True, "attributeName": "expiration"}
    for table in (market_data, jobs):
        assert (table["billingMode"], table["pointInTimeRecovery"]) == ("PAY_PER_REQUEST", {"enabled": True})
    (insights,) = program.all("dynamodb/contributorInsights:ContributorInsights")
    assert program.inputs(insights.name)["tableName"] == program.outputs("market-data-table")["name"]


def test_the_bucket_is_private_and_encrypted_with_the_key_of_aws(program):
    (rule,) = program.inputs("data-encryption")["rules"]
    assert rule == {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}, "bucketKeyEnabled": True}
    access = program.inputs("data-access")
    four = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert [access[name] for name in four] == [True] * 4
    (plain,) = program.statements("data-policy")
    assert (plain["Effect"], plain["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    # Old versions would outlive the lifecycle.
    assert not program.all("s3/bucketVersioning:BucketVersioning")


def test_everything_but_incoming_files_expires(program):
    rules = {rule["id"]: rule for rule in program.inputs("data-lifecycle")["rules"]}

    assert {(r["filter"]["prefix"], r["expiration"]["days"]) for r in rules.values() if "expiration" in r} == {
        ("processed/", 30),
        ("failed/", 30),
        ("rejected/", 30),
        ("map-results/", 30),
    }
    assert rules["abort-incomplete-uploads"]["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}
    assert {rule["status"] for rule in rules.values()} == {"Enabled"}


def test_every_csv_file_in_incoming_goes_to_processor(program):
    (told,) = program.inputs("new-files-notification")["lambdaFunctions"]

    assert told.pop("id") == "process"
    assert told == {
        "lambdaFunctionArn": program.outputs("processor-function")["arn"],
        "events": ["s3:ObjectCreated:*"],
        "filterPrefix": "incoming/",
        "filterSuffix": ".csv",
    }


# ---- API -------------------------------------------------------------------------------------------------------------


def test_routes_lead_to_their_functions(program):
    uris = {
        i.name.removeprefix("api-").removesuffix("-integration"): inputs["uri"]
        for i in program.all("apigateway/integration:Integration")
        for inputs in [program.inputs(i.name)]
        if inputs["type"] == "AWS_PROXY"
    }
    routes = {"post-upload": "upload", "get-status-jobId": "status", "get-results-symbol": "results"}

    assert uris == {
        route: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        + program.outputs(f"{name}-function")["arn"]
        + "/invocations"
        for route, name in routes.items()
    }


def test_the_gateway_and_the_function_check_the_same_schema(program):
    schemas = json.loads((PROJECT / "handlers" / "schemas.json").read_text(encoding="utf-8"))
    models = {m.inputs["name"]: json.loads(m.inputs["schema"]) for m in program.all("apigateway/model:Model")}

    assert models == {"Upload": schemas["upload"]}


def test_every_parameter_that_the_function_reads_is_declared(program):
    source = "".join(
        (PROJECT / "handlers" / "marketdata" / f"{name}.py").read_text(encoding="utf-8") for name in ("results",)
    )
    read = {*re.findall(r'query\.get\("(\w+)"', source), *re.findall(r'_time\(asked, "(\w+)"', source)}
    declared = program.inputs("api-get-results-symbol-method")["requestParameters"]

    assert {f"method.request.querystring.{name}" for name in (*read, "limit", "cursor")} == {
        name for name, needed in declared.items() if not needed
    }


def test_the_api_is_throttled(program):
    settings = program.inputs("api-settings")["settings"]

    assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (1000, 2000)


# ---- watching --------------------------------------------------------------------------------------------------------


def test_everything_that_can_go_wrong_unseen_has_an_alarm(program):
    alarms = {
        a.name.removeprefix("alarms-"): program.inputs(a.name)
        for a in program.all("cloudwatch/metricAlarm:MetricAlarm")
    }

    assert alarms.keys() == {
        *(f"{name}-{kind}" for name in FUNCTIONS for kind in ("error-rate", "throttles", "duration", "dlq-not-empty")),
        "processor-concurrency",
        "api-4xx-rate",
        "api-5xx-rate",
        "large-files-failed",
        "large-files-timed-out",
        *(f"{table}-throttles" for table in TABLES),
    }
    topic = program.outputs("alarm-notifications-topic")["arn"]
    for name, alarm in alarms.items():
        assert alarm["alarmActions"] == [topic], name
        assert alarm["treatMissingData"] == "notBreaching"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_one_percent_of_errors_in_two_periods_of_five_minutes_is_an_alarm(program, name):
    rate = program.inputs(f"alarms-{name}-error-rate")
    queries = {q["id"]: q for q in rate["metricQueries"]}

    assert (rate["threshold"], rate["evaluationPeriods"]) == (1, 2)
    assert queries["result"]["expression"] == "IF(total > 0, 100 * errors / total, 0)"
    for query, metric in {"errors": "Errors", "total": "Invocations"}.items():
        found = queries[query]["metric"]
        assert (found["metricName"], found["period"], found["stat"]) == (metric, 300, "Sum")
        assert found["dimensions"] == {"FunctionName": program.outputs(f"{name}-function")["name"]}


@pytest.mark.parametrize("table", TABLES)
def test_throttled_requests_are_counted_by_table(program, table):
    # `ThrottledRequests` and `UserErrors` have no metric of a table alone.
    queries = {q["id"]: q.get("metric") for q in program.inputs(f"alarms-{table}-throttles")["metricQueries"]}

    for query, metric in {"reads": "ReadThrottleEvents", "writes": "WriteThrottleEvents"}.items():
        assert (queries[query]["namespace"], queries[query]["metricName"]) == ("AWS/DynamoDB", metric)
        assert queries[query]["dimensions"] == {"TableName": program.outputs(f"{table}-table")["name"]}


def test_logs_are_kept_for_a_week_and_hold_no_rows(program):
    groups = {program.inputs(r.name)["name"]: r for r in program.all("cloudwatch/logGroup:LogGroup")}

    assert groups.keys() == {
        *(f"/aws/lambda/marketdata-{name}-dev" for name in FUNCTIONS),
        "/aws/vendedlogs/states/marketdata-large-files-dev",
        "/aws/apigateway/marketdata-api-dev",
    }
    assert {r.inputs["retentionInDays"] for r in groups.values()} == {7}
    assert program.inputs("large-files-machine")["loggingConfiguration"]["includeExecutionData"] is False
    assert program.inputs("large-files-machine")["tracingConfiguration"] == {"enabled": True}
    assert program.inputs("api-stage")["xrayTracingEnabled"] is True
