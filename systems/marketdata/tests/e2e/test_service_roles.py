"""What AWS services may do in the system: each right taken away in turn, seen to be missing, and healed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from marketdata_roles import function_role, workflow_role
from marketdata_stack import FUNCTIONS, LARGE, Market, notification, unique

from stackwright.provider.roles import DEPLOYER_ROLE
from stackwright.testing.roles import WORKFLOW_NOT_EXERCISED, Grant

pytestmark = pytest.mark.e2e

GATEWAY_ROLE = "api-account-role-"
"""Writes the access logs, which the emulator does not deliver."""

WORKFLOW = [
    ("s3:GetObject", "data-bucket-incoming"),
    ("states:StartExecution", "large-files-workflow"),
    ("lambda:InvokeFunction", "processor"),
    ("s3:PutObject", "data-bucket-map-results"),
]
NOT_ASKED_FOR = {
    ("s3:GetObject", "data-bucket-map-results"),
    ("s3:ListMultipartUploadParts", "data-bucket-map-results"),
    ("s3:AbortMultipartUpload", "data-bucket-map-results"),
    ("states:DescribeExecution", "large-files-executions"),
    ("states:StopExecution", "large-files-executions"),
}
"""AWS wants these; why the emulator does not is in test_normal_run.py."""


@pytest.mark.parametrize("grant", WORKFLOW, ids=[f"{action} on {resource}" for action, resource in WORKFLOW])
def test_the_workflow_needs(market: Market, grant: Grant) -> None:
    symbol, twice, since = unique(), LARGE // 60_000, market.last_decision()
    rows = [f"{symbol},{at},{'x' * 60_000}" for at in (1, *[2] * (twice + 1))]
    with workflow_role(market).without(grant):
        job_id = market.upload("\n".join(["symbol,timestamp,note", *rows]))
        (execution,) = market.eventually("it ends", lambda: ended_executions(market, job_id))
    assert execution["status"] == "FAILED"
    refused = [each for each in market.decisions(since) if each.decision != "Allow"]
    assert {each.action for each in refused} == {grant[0]}
    assert all(workflow_role(market).name in each.principal for each in refused)
    # Without the function, nobody could write down that it failed.
    assert market.job(job_id)["state"] == ("processing" if grant[1] == "processor" else "failed")

    (key,) = market.files(f"incoming/{job_id}/")
    market.invoke_asynchronously("processor", notification(market.outputs["data_bucket_name"], key))
    job = market.succeeded(job_id, 60)
    assert job["rows"] == {"total": twice + 2, "accepted": 2, "rejected": 0, "superseded": twice}
    assert market.records(symbol).keys() == {1000, 2000}


def ended_executions(market: Market, job_id: str) -> list[dict[str, Any]]:
    return [each for each in market.executions(job_id) if each["status"] != "RUNNING"]


def test_the_workflow_may_do_nothing_else(market: Market) -> None:
    always = {(action, "*") for action in WORKFLOW_NOT_EXERCISED}
    assert workflow_role(market).grants() == {*WORKFLOW, *NOT_ASKED_FOR, *always}


def test_every_role_has_its_tests(market: Market) -> None:
    roles = {role["RoleName"] for role in market.client("iam").list_roles()["Roles"]} - {DEPLOYER_ROLE}
    tested = {workflow_role(market).name, *(function_role(market, function).name for function in FUNCTIONS)}
    (other,) = roles - tested
    assert other.startswith(GATEWAY_ROLE)


@contextmanager
def without_permission(market: Market, function: str, source: str) -> Iterator[None]:
    """Take the one permission out of a function's resource policy whose source ends so, and put it back."""
    functions, name = market.client("lambda"), market.outputs[f"lambda_function_name_{function}"]
    policy = json.loads(functions.get_policy(FunctionName=name)["Policy"])
    (statement,) = [
        each for each in policy["Statement"] if each["Condition"]["ArnLike"]["AWS:SourceArn"].endswith(source)
    ]
    account = statement["Condition"].get("StringEquals", {}).get("AWS:SourceAccount")
    functions.remove_permission(FunctionName=name, StatementId=statement["Sid"])
    try:
        yield
    finally:
        functions.add_permission(
            FunctionName=name,
            StatementId=statement["Sid"],
            Action=statement["Action"],
            Principal=statement["Principal"]["Service"],
            SourceArn=statement["Condition"]["ArnLike"]["AWS:SourceArn"],
            **({} if account is None else {"SourceAccount": account}),
        )


@pytest.mark.parametrize(
    ("function", "source", "method", "path", "body", "status"),
    [
        ("upload", "/POST/upload", "POST", "/upload", {"filename": "a.csv"}, 201),
        ("status", "/GET/status/*", "GET", "/status/x", None, 404),
        ("results", "/GET/results/*", "GET", "/results/A", None, 200),
    ],
)
def test_the_gateway_needs_to_invoke(
    market: Market, function: str, source: str, method: str, path: str, body: Any, status: int
) -> None:
    with without_permission(market, function, source):
        refused = market.call(method, path, body)
    assert (refused.status, refused.json()["error"]["code"]) == (500, "internal_error")
    assert market.call(method, path, body).status == status


def test_s3_needs_to_invoke_the_processor(market: Market) -> None:
    since, symbol = market.last_decision(), unique()

    def is_refused() -> bool:
        found = market.decisions(since)
        return any((each.principal, each.decision) == ("s3.amazonaws.com", "ImplicitDeny") for each in found)

    with without_permission(market, "processor", market.outputs["data_bucket_name"]):
        job_id = market.upload(f"symbol,timestamp\n{symbol},1\n")
        market.eventually("S3 is refused", is_refused)
    assert market.job(job_id)["state"] == "awaiting-upload"

    (key,) = market.files(f"incoming/{job_id}/")
    market.invoke_asynchronously("processor", notification(market.outputs["data_bucket_name"], key))
    assert market.succeeded(job_id)["rows"]["accepted"] == 1
