"""A stack as a user runs it, from nothing through `stackwright verify`: nothing is denied, and nothing is idle.

What verify does not make use of stands below with the reason; the tests of least privilege make use of all of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from marketdata_roles import NOT_EXERCISED, function_role, workflow_role
from marketdata_stack import FUNCTIONS, PROJECT, Market

from stackwright.emulator.observations import Decision
from stackwright.testing.roles import WORKFLOW_NOT_EXERCISED, Grant
from stackwright.testing.running import CommandLine, running
from stackwright.verify import Verification, run

pytestmark = pytest.mark.e2e

ONLY_AFTER_FAILURE = "a request with an Idempotency-Key fails"
ONE_REQUEST = "the emulator writes the results of a map with one request for each file, and reads none"
NO_CHILDREN = "the emulator's children of a map end without being asked or stopped"
# Of the grants that a request matches, the tests would name the narrower one.
BROADER = {("s3:PutObject", "data-bucket-rejected-parts"): ("s3:PutObject", "data-bucket-rejected")}
NOT_USED: Mapping[str, Mapping[Grant, str]] = {
    "upload": {**NOT_EXERCISED, ("dynamodb:DeleteItem", "jobs-table"): ONLY_AFTER_FAILURE},
    "status": NOT_EXERCISED,
    "results": NOT_EXERCISED,
    "processor": {
        **NOT_EXERCISED,
        (
            "states:StartExecution",
            "large-files-workflow",
        ): "no file of verify is so large; it starts the workflow itself",
    },
    "large-files": {
        **{(action, "*"): why for action, why in WORKFLOW_NOT_EXERCISED.items()},
        ("s3:GetObject", "data-bucket-map-results"): ONE_REQUEST,
        ("s3:ListMultipartUploadParts", "data-bucket-map-results"): ONE_REQUEST,
        ("s3:AbortMultipartUpload", "data-bucket-map-results"): ONE_REQUEST,
        ("states:DescribeExecution", "large-files-executions"): NO_CHILDREN,
        ("states:StopExecution", "large-files-executions"): NO_CHILDREN,
    },
}


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def used(command: CommandLine) -> Iterator[tuple[Market, list[Decision]]]:
    """A stack after its verification, and every authorization since it came up."""
    with running(command, PROJECT, wait_scale=0.001) as up:
        market = Market(up.outputs, up.endpoint, emulator=up.emulator)
        outcomes = json.loads(command("verify", str(PROJECT), "--json"))
        assert {outcome["name"]: outcome["problem"] for outcome in outcomes if outcome["problem"]} == {}
        market.eventually("all executions end", market.is_quiet)
        found = up.emulator.decisions()
        assert found[0].number == 1
        yield market, found


def test_nothing_is_denied(used: tuple[Market, list[Decision]]) -> None:
    _, found = used
    denied = [
        decision
        for decision in found
        if decision.decision != "Allow"
        # verify asks for a report without a signature, and sends a file otherwise than it was signed.
        and not (decision.principal == "anonymous" and decision.action in ("s3:GetObject", "s3:PutObject"))
    ]
    assert denied == []


@pytest.mark.parametrize("name", [*FUNCTIONS, "large-files"])
def test_everything_granted_is_used(used: tuple[Market, list[Decision]], name: str) -> None:
    market, found = used
    role = workflow_role(market) if name == "large-files" else function_role(market, name)
    asked = {BROADER.get(grant, grant) for grant in role.used(found)}
    assert asked <= role.grants()
    assert role.grants() - asked == NOT_USED[name].keys()


def test_verification_says_what_is_broken(used: tuple[Market, list[Decision]]) -> None:
    market, _ = used
    with no_dashboard(market), function_role(market, "status").without(("s3:GetObject", "data-bucket-rejected")):
        found = list(run(PROJECT, Verification(market.outputs, market.endpoint)))
    problems = {outcome.name: outcome.problem for outcome in found if outcome.problem}
    assert problems.keys() == {"check_dashboard", "check_report"}
    assert "ResourceNotFound" in problems["check_dashboard"]
    assert "403" in problems["check_report"]


@contextmanager
def no_dashboard(market: Market) -> Iterator[None]:
    cloudwatch, name = market.client("cloudwatch"), market.outputs["dashboard_name"]
    body = cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]
    cloudwatch.delete_dashboards(DashboardNames=[name])
    try:
        yield
    finally:
        cloudwatch.put_dashboard(DashboardName=name, DashboardBody=body)
