from __future__ import annotations

import json
import re
from pathlib import Path

HANDLERS = Path(__file__).resolve().parents[2] / "handlers"


def resources(program):
    """ARNs by the names that handlers/permissions.json uses."""
    table, idempotency = program.outputs("file-metadata-table")["arn"], program.outputs("idempotency-table")["arn"]
    return {
        "bucket-objects": program.outputs("uploads-bucket")["arn"] + "/*",
        "metadata-table": table,
        "metadata-index": f"{table}/index/upload-time-index",
        "idempotency-table": idempotency,
        "notifications-topic": program.outputs("notifications-topic")["arn"],
        "s3-key": program.outputs("s3-key")["arn"],
        "dynamodb-key": program.outputs("dynamodb-key")["arn"],
        "sns-key": program.outputs("sns-key")["arn"],
        "dlq": program.outputs("file-processor-dlq-queue")["arn"],
        "failures": program.outputs("file-processor-failures-queue")["arn"],
        "sqs-key": program.outputs("sqs-key")["arn"],
        "cursor-secret": program.outputs("cursor-secret-secret")["arn"],
        "log": program.outputs("file-processor-logs")["arn"] + ":*",
    }


def granted(program):
    return {
        (action, resource)
        for statement in program.statements("file-processor-policy")
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def test_file_processor_may_do_what_its_code_calls_and_no_more(program):
    arns = resources(program)
    called = {
        (p["action"], arns[p["resource"]])
        for p in json.loads((HANDLERS / "permissions.json").read_text(encoding="utf-8"))
    }
    # What Lambda does in the function's name.
    by_lambda = {
        ("logs:CreateLogStream", arns["log"]),
        ("logs:PutLogEvents", arns["log"]),
        ("xray:PutTraceSegments", "*"),
        ("xray:PutTelemetryRecords", "*"),
        ("sqs:SendMessage", arns["dlq"]),
        ("sqs:SendMessage", arns["failures"]),
        ("kms:GenerateDataKey", arns["sqs-key"]),
        ("kms:Decrypt", arns["sqs-key"]),
    }

    assert granted(program) == called | by_lambda


def test_every_allow_names_actions_and_resources_except_the_listed_ones(program):
    from stackwright.components import WILDCARD_ACTIONS

    for policy in program.all("iam/rolePolicy:RolePolicy"):
        for statement in program.statements(policy.name, "RolePolicy"):
            assert statement["Effect"] == "Allow"
            assert not any("*" in action for action in statement["Action"])
            for resource in statement["Resource"]:
                if resource == "*":
                    assert set(statement["Action"]) <= WILDCARD_ACTIONS.keys()
                else:
                    assert re.fullmatch(r"arn:aws:[a-z0-9]+:[a-z0-9-]*:(\d{12})?:\S+", resource), resource


def test_the_workflow_may_invoke_one_function(program):
    invokes = [s for s in program.statements("file-workflow-policy") if "lambda:InvokeFunction" in s["Action"]]

    assert [s["Resource"] for s in invokes] == [[program.outputs("file-processor-function")["arn"]]]


def test_each_route_has_its_own_permission(program):
    api = program.outputs("api-api")["executionArn"]

    assert {program.inputs(p.name)["sourceArn"] for p in program.all("lambda/permission:Permission")} == {
        f"{api}/dev/POST/upload",
        f"{api}/dev/POST/uploads",
        f"{api}/dev/GET/files",
        f"{api}/dev/GET/files/*",
        f"{api}/dev/DELETE/files/*",
    }


def test_each_key_admits_the_services_that_need_it_and_no_other(program):
    admitted = {
        key: {
            service
            for s in program.statements(f"{key}-policy", "KeyPolicy")
            for service in [s["Principal"].get("Service")]
            if service
        }
        for key in ("s3", "dynamodb", "sqs", "sns")
    }

    assert admitted == {
        "s3": set(),
        "dynamodb": set(),
        "sqs": {"events.amazonaws.com"},
        "sns": {"cloudwatch.amazonaws.com"},
    }


def test_the_function_exists_only_after_its_permissions_and_its_log(program):
    function = program.one("file-processor-function")

    assert program.depends(function, "file-processor-policy")
    assert program.depends(function, "file-processor-logs")
    assert program.depends(program.one("file-processor-events"), "file-processor-policy")
    assert program.depends(program.one("file-workflow-machine"), "file-workflow-policy")
    assert program.depends(program.one("file-stored-target"), "file-stored-policy")
