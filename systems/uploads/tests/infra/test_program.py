from __future__ import annotations

import json
import re

import pytest

from stackwright.graph import Archive, reveal


def test_all_exports_are_there(program):
    outputs = program.graph.outputs

    assert outputs.keys() >= {
        "api_endpoint_url",
        "api_gateway_id",
        "uploads_bucket_name",
        "uploads_bucket_arn",
        "file_metadata_table_name",
        "file_metadata_table_arn",
        "file_processor_function_name",
        "file_processor_function_arn",
        "file_processor_log_group",
        "file_processor_dlq_url",
        "file_processor_dlq_arn",
        "file_workflow_arn",
        "sns_topic_arn",
        *(f"{key}_kms_key_{what}" for key in ("s3", "dynamodb", "sqs", "sns") for what in ("id", "arn")),
    }
    assert outputs["api_endpoint_url"] == f"{program.outputs('api-stage')['invokeUrl']}/upload"


def test_verify_is_told_how_long_failed_events_are_kept(variant):
    program = variant(dead_letter_retention_days="5")

    kept = {reveal(queue.inputs)["messageRetentionSeconds"] for queue in program.all("sqs/queue:Queue")}
    assert kept == {program.graph.outputs["dead_letter_retention_seconds"]} == {5 * 86_400}


def test_there_is_no_pipeline_and_nothing_refers_to_one(program):
    assert not [r.type for r in program.resources if re.search("code(commit|pipeline|build|deploy)|ecr/", r.type)]


def test_data_is_encrypted_with_its_own_key(program):
    keys = {k: program.outputs(f"{k}-key")["arn"] for k in ("s3", "dynamodb", "sqs", "sns")}

    encryption = program.inputs("uploads-encryption")["rules"][0]["applyServerSideEncryptionByDefault"]
    assert encryption == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": keys["s3"]}
    for table in ("file-metadata", "idempotency"):
        sse = program.inputs(f"{table}-table")["serverSideEncryption"]
        assert sse == {"enabled": True, "kmsKeyArn": keys["dynamodb"]}
    for queue in ("file-processor-dlq", "file-processor-failures", "file-stored-dlq"):
        inputs = program.inputs(f"{queue}-queue")
        assert (inputs["kmsMasterKeyId"], inputs["kmsDataKeyReusePeriodSeconds"]) == (keys["sqs"], 300)
        assert inputs["messageRetentionSeconds"] == 1_209_600
    for topic in ("notifications", "alarm-notifications"):
        assert program.inputs(f"{topic}-topic")["kmsMasterKeyId"] == keys["sns"]
    for key in keys:
        assert program.inputs(f"{key}-key")["enableKeyRotation"] is True
    assert program.inputs("file-processor-function")["environment"]["variables"]["KMS_KEY_ARN"] == keys["s3"]


def test_the_functions_variables_name_real_resources(program):
    variables = program.inputs("file-processor-function")["environment"]["variables"]

    assert variables["BUCKET_NAME"] == program.outputs("uploads-bucket")["bucket"]
    assert variables["METADATA_TABLE"] == program.outputs("file-metadata-table")["name"]
    assert variables["IDEMPOTENCY_TABLE"] == program.outputs("idempotency-table")["name"]
    assert variables["SNS_TOPIC_ARN"] == program.outputs("notifications-topic")["arn"]
    assert variables["ENVIRONMENT"] == "dev"


def test_the_function_can_read_its_variables(program):
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "handlers"))
    try:
        from uploads.settings import Settings
    finally:
        sys.path.pop(0)

    variables = program.inputs("file-processor-function")["environment"]["variables"]
    from stackwright_handlers.settings import read

    assert read(Settings, variables).max_bytes == 4_500_000


def test_every_stored_object_starts_the_workflow(program):
    assert program.inputs("uploads-notification")["eventbridge"] is True
    pattern = json.loads(program.inputs("file-stored-rule")["eventPattern"])
    assert pattern == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [program.outputs("uploads-bucket")["bucket"]]}},
    }
    target = program.inputs("file-stored-target")
    assert target["arn"] == program.outputs("file-workflow-machine")["arn"]
    assert target["inputTransformer"]["inputPaths"] == {"s3_key": "$.detail.object.key"}


def test_the_workflow_retries_records_and_fails(program):
    states = json.loads(program.inputs("file-workflow-machine")["definition"])["States"]

    never, _, throttled, retry = states["ProcessFile"]["Retry"]
    assert never["MaxAttempts"] == 0
    assert throttled["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
    assert states["RecordFailure"]["Retry"] == [throttled, retry]
    assert retry == {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}
    assert states["ProcessFile"]["ResultPath"] == "$.processResult"
    assert states["ProcessFile"]["Catch"] == [
        {"ErrorEquals": ["States.ALL"], "Next": "RecordFailure", "ResultPath": "$.errorInfo"}
    ]
    assert states["RecordFailure"]["Parameters"]["Payload"]["error.$"] == "$.errorInfo"
    assert {states["RecordFailure"]["Next"], states["RecordFailure"]["Catch"][0]["Next"]} == {"HandleError"}
    assert states["HandleError"]["Error"] == "FileProcessingFailed"


def test_errors_named_in_retries_exist_in_the_handler(program):
    from pathlib import Path

    import stackwright_handlers.errors

    own_errors = Path(__file__).resolve().parents[2] / "handlers" / "uploads" / "errors.py"
    files = (own_errors, Path(stackwright_handlers.errors.__file__))
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    states = json.loads(program.inputs("file-workflow-machine")["definition"])["States"]
    named = {e for s in states.values() for r in s.get("Retry", []) for e in r["ErrorEquals"]}
    own = {error for error in named if "." not in error}

    assert own
    for error in own:
        assert f"class {error}(" in source


def test_logs_are_kept_for_the_configured_days(program):
    groups = {program.inputs(r.name)["name"]: r for r in program.all("cloudwatch/logGroup:LogGroup")}

    assert groups.keys() == {
        "/aws/lambda/uploads-file-processor-dev",
        "/aws/vendedlogs/states/uploads-file-workflow-dev",
        "/aws/apigateway/uploads-api-dev",
    }
    assert {r.inputs["retentionInDays"] for r in groups.values()} == {7}


def test_files_move_and_expire(program):
    rule = program.inputs("uploads-lifecycle")["rules"][0]

    assert rule["id"] == "transition-old-files"
    assert rule["transitions"] == [{"days": 30, "storageClass": "STANDARD_IA"}]
    assert rule["expiration"] == {"days": 90}
    assert rule["filter"] == {"prefix": ""}


def test_alarms_go_to_a_topic_of_their_own(program):
    alarms = program.all("cloudwatch/metricAlarm:MetricAlarm")
    topic = program.outputs("alarm-notifications-topic")["arn"]

    assert len(alarms) >= 12
    assert {tuple(reveal(a.inputs["alarmActions"])) for a in alarms} == {(topic,)}
    assert topic != program.outputs("notifications-topic")["arn"]


def test_the_gateway_and_the_handler_check_the_same_schemas(program):
    from pathlib import Path

    schemas = json.loads((Path(__file__).resolve().parents[2] / "handlers" / "schemas.json").read_text())
    models = {program.inputs(m.name)["name"]: m for m in program.all("apigateway/model:Model")}

    assert json.loads(models["InlineUpload"].inputs["schema"]) == schemas["inline_upload"]
    assert json.loads(models["ReservedUpload"].inputs["schema"]) == schemas["reserved_upload"]


def test_the_program_states_its_edges(program):
    edges = {
        (e["source"], e["target"])
        for e in reveal(program.graph.of_type("stackwright:index:Environment")[0].outputs)["edges"]
    }

    assert edges >= {
        ("api", "file-processor"),
        ("file-processor", "uploads"),
        ("file-processor", "file-metadata"),
        ("file-processor", "idempotency"),
        ("file-processor", "notifications"),
        ("file-processor", "s3"),
        ("file-workflow", "file-processor"),
        ("file-stored", "file-workflow"),
        ("file-stored", "file-stored-dlq"),
        ("events.amazonaws.com", "sqs"),
        ("cloudwatch.amazonaws.com", "alarm-notifications"),
    }


def test_the_package_holds_the_handler_and_locked_dependencies_only(program, package):
    code = program.one("file-processor-function").inputs["code"]
    built = package.file_processor_package()

    assert isinstance(code, Archive)
    assert program.inputs("file-processor-function")["sourceCodeHash"] == built.sha256
    tops = {name.split("/")[0] for name in built.names}
    assert {"file_processor.py", "schemas.json", "uploads", "aws_lambda_powertools", "jmespath"} <= tops
    assert not tops & {"boto3", "botocore", "pulumi", "stackwright", "tests"}


def test_every_file_of_the_handler_is_packed(package):
    there = {
        f.relative_to(package.HANDLERS).as_posix()
        for f in package.HANDLERS.rglob("*.py")
        if "__pycache__" not in f.parts
    }

    assert there <= set(package.file_processor_package().names)


@pytest.mark.parametrize("stack", ["dev"])
def test_the_stage_is_called_after_the_environment(program, stack):
    assert program.inputs("api-stage")["stageName"] == stack
