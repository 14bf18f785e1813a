"""What each role may do, and who may invoke a function."""

from __future__ import annotations

import json
import re

import pytest
from marketdata_program import FUNCTIONS, PROJECT

PERMISSIONS = json.loads((PROJECT / "handlers" / "permissions.json").read_text(encoding="utf-8"))


@pytest.fixture
def arns(program):
    """ARNs by the names that handlers/permissions.json uses."""
    bucket = program.outputs("data-bucket")["arn"]
    folders = ("incoming", "processed", "failed", "rejected", "rejected/parts")
    return {
        "jobs-table": program.outputs("jobs-table")["arn"],
        "market-data-table": program.outputs("market-data-table")["arn"],
        "data-bucket": bucket,
        **{f"data-bucket-{folder.replace('/', '-')}": f"{bucket}/{folder}/*" for folder in folders},
        "cursor-secret": program.outputs("cursor-secret-secret")["arn"],
        "large-files-workflow": program.outputs("large-files-machine")["arn"],
    }


def pairs(statements):
    return {(action, resource) for s in statements for action in s["Action"] for resource in s["Resource"]}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_do_what_its_code_calls_and_no_more(program, arns, name):
    called = {(p["action"], arns[p["resource"]]) for p in PERMISSIONS[name]}
    log = program.outputs(f"{name}-logs")["arn"] + ":*"
    # What Lambda does in the function's name. Keys of AWS and queues with keys of SQS need no statement.
    by_lambda = {
        ("logs:CreateLogStream", log),
        ("logs:PutLogEvents", log),
        ("xray:PutTraceSegments", "*"),
        ("xray:PutTelemetryRecords", "*"),
        ("sqs:SendMessage", program.outputs(f"{name}-dlq-queue")["arn"]),
    }

    assert pairs(program.statements(f"{name}-policy", "RolePolicy")) == called | by_lambda


def test_the_workflow_may_invoke_processor_read_files_write_results_and_run_its_batches(program, arns):
    machine = arns["large-files-workflow"]
    executions = machine.replace(":stateMachine:", ":execution:") + ":*"
    results = arns["data-bucket"] + "/map-results/*"

    found = {(a, r) for a, r in pairs(program.statements("large-files-policy")) if r != "*"}
    assert found == {
        ("lambda:InvokeFunction", program.outputs("processor-function")["arn"]),
        ("s3:GetObject", arns["data-bucket-incoming"]),
        *((f"s3:{action}", results) for action in ("PutObject", "GetObject")),
        *((f"s3:{action}", results) for action in ("ListMultipartUploadParts", "AbortMultipartUpload")),
        ("states:StartExecution", machine),
        ("states:DescribeExecution", executions),
        ("states:StopExecution", executions),
    }


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


def test_each_role_is_assumed_by_its_service_only(program):
    services = {
        r.name: json.loads(program.inputs(r.name)["assumeRolePolicy"])["Statement"][0]["Principal"]["Service"]
        for r in program.all("iam/role:Role")
    }

    assert services == {
        **{f"{name}-role": "lambda.amazonaws.com" for name in FUNCTIONS},
        "large-files-role": "states.amazonaws.com",
        "api-account-role": "apigateway.amazonaws.com",
    }


def test_each_trigger_has_its_own_permission(program):
    api, gateway = program.outputs("api-api")["executionArn"], "apigateway.amazonaws.com"
    functions = {program.outputs(f"{name}-function")["name"]: name for name in FUNCTIONS}
    found = {
        (functions[i["function"]], i["principal"], i["sourceArn"], i.get("sourceAccount"))
        for p in program.all("lambda/permission:Permission")
        for i in [program.inputs(p.name)]
    }

    assert found == {
        ("upload", gateway, f"{api}/dev/POST/upload", None),
        ("status", gateway, f"{api}/dev/GET/status/*", None),
        ("results", gateway, f"{api}/dev/GET/results/*", None),
        ("processor", "s3.amazonaws.com", program.outputs("data-bucket")["arn"], "123456789012"),
    }


def test_nothing_exists_before_its_permissions(program):
    for name in FUNCTIONS:
        function = program.one(f"{name}-function")
        assert program.depends(function, f"{name}-policy")
        assert program.depends(function, f"{name}-logs")
        assert program.depends(program.one(f"{name}-events"), f"{name}-policy")
    assert program.depends(program.one("large-files-machine"), "large-files-policy")
    assert program.depends(program.one("new-files-notification"), "new-files-process-permission")
    for alarm in program.all("cloudwatch/metricAlarm:MetricAlarm"):
        assert program.depends(alarm, "alarm-notifications-policy")
        assert program.depends(alarm, "alarms-policy")


def test_the_one_key_is_for_alarms(program):
    admitted = [s["Principal"]["Service"] for s in program.statements("alarms-policy") if "Service" in s["Principal"]]

    assert admitted == ["cloudwatch.amazonaws.com"]
    assert program.inputs("alarm-notifications-topic")["kmsMasterKeyId"] == program.outputs("alarms-key")["arn"]
