"""Each role may do what its code calls, and what AWS does in its name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

PERMISSIONS = json.loads((Path(__file__).resolve().parents[2] / "handlers" / "permissions.json").read_text("utf-8"))
ROLES = {("process-data", "dev"), ("process-data", "prod"), ("replicate", "prod"), ("items-writer", "staging")}


def of_lambda(program, name, stack):
    log = program.outputs(f"{name}-logs")["arn"] + ":*"
    basic = {
        ("logs:CreateLogStream", log),
        ("logs:PutLogEvents", log),
        ("xray:PutTraceSegments", "*"),
        ("xray:PutTelemetryRecords", "*"),
        ("sqs:SendMessage", program.outputs(f"{name}-dlq-queue")["arn"]),
    }
    if name != "replicate":
        return basic
    stream = program.outputs("items-table")["streamArn"]
    return basic | {
        ("dynamodb:ListStreams", "*"),
        ("sqs:SendMessage", program.outputs("items-replication-failures-queue")["arn"]),
        *((f"dynamodb:{action}", stream) for action in ("DescribeStream", "GetRecords", "GetShardIterator")),
    }


@pytest.mark.parametrize(("name", "stack"), sorted(ROLES))
def test_a_role_may_do_what_its_code_calls_and_no_more(of_stack, name, stack):
    program = of_stack(stack)
    arns = {"items": program.outputs("items-table")["arn"]}
    if name == "replicate":
        arns |= {
            "stream": program.outputs("items-table")["streamArn"],
            "failures": program.outputs("items-replication-failures-queue")["arn"],
            "items-writer": "arn:aws:iam::222222222222:role/ingest-items-writer-staging-useast1",
        }
    called = {(p["action"], arns[p["resource"]]) for p in PERMISSIONS[name]}
    found = {
        (action, resource)
        for statement in program.statements(f"{name}-policy", "RolePolicy")
        for action in statement["Action"]
        for resource in statement["Resource"]
    }

    assert found == called | (of_lambda(program, name, stack) if name != "items-writer" else set())


def test_these_are_all_roles(of_stack):
    found = {
        (role.name.removesuffix("-role"), stack)
        for stack in ("dev", "staging", "prod")
        for role in of_stack(stack).all("iam/role:Role")
    }

    assert found == ROLES | {("process-data", "staging")}
