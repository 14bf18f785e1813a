"""A stack as a user runs it, from nothing through `stackwright verify`: nothing is denied, and nothing is idle.

`verify` places orders and imports a file. What it does not make use of stands below with the reason; the tests of
least privilege make use of all of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
from storefront_roles import SERVICES, service_role, workflow_role
from storefront_stack import DEADLINE, PROJECT, Storefront

from stackwright.emulator.observations import Decision
from stackwright.testing.roles import WORKFLOW_NOT_EXERCISED, Grant, Role
from stackwright.testing.running import CommandLine, running

pytestmark = pytest.mark.e2e

NO_XRAY = "the emulator has no X-Ray"
NO_FAILURE = "only what fails in the end goes to the dead-letter queue; tried when the function is made, as AWS does"
ONLY_AFTER_FAILURE = "a request with an Idempotency-Key fails"

NO_ADDRESSES = "the emulator's Lambda makes its interfaces without a look at subnets and addresses"

EVERY_SERVICE: Mapping[Grant, str] = {
    ("xray:PutTraceSegments", "*"): NO_XRAY,
    ("xray:PutTelemetryRecords", "*"): NO_XRAY,
    ("ec2:DescribeSubnets", "*"): NO_ADDRESSES,
    ("ec2:AssignPrivateIpAddresses", "*"): NO_ADDRESSES,
    ("ec2:UnassignPrivateIpAddresses", "*"): NO_ADDRESSES,
    ("kms:GenerateDataKey", "data-key through sqs"): NO_FAILURE,
    ("kms:Decrypt", "data-key through sqs"): NO_FAILURE,
}
NOT_USED: Mapping[str, Mapping[Grant, str]] = {
    "user-service": EVERY_SERVICE,
    "order-service": {**EVERY_SERVICE, ("dynamodb:DeleteItem", "orders-table"): ONLY_AFTER_FAILURE},
    "product-service": {
        **EVERY_SERVICE,
        ("dynamodb:DeleteItem", "products-table"): ONLY_AFTER_FAILURE,
        ("s3:ListBucket", "data-bucket"): "a file is told of that is gone: S3 repeats itself, or an attempt does",
    },
    "order-workflow": {(action, "*"): why for action, why in WORKFLOW_NOT_EXERCISED.items()},
}


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Storefront, list[Decision]]]:
    """A stack after its verification, and every authorization since it came up."""
    command = CommandLine(tmp_path_factory.mktemp("home"))
    with running(command, PROJECT) as up:
        storefront = Storefront(up.outputs, up.endpoint, emulator=up.emulator)
        outcomes = json.loads(command("verify", str(PROJECT), "--json"))
        assert {outcome["name"]: outcome["problem"] for outcome in outcomes if outcome["problem"]} == {}
        storefront.eventually("all executions end", lambda: not executions_under_way(storefront), DEADLINE)
        found = up.emulator.decisions()
        assert found[0].number == 1
        yield storefront, found


def executions_under_way(storefront: Storefront) -> list[object]:
    """Executions of the workflow that have not ended."""
    machine = storefront.outputs["order_workflow_arn"]
    return storefront.client("stepfunctions").list_executions(stateMachineArn=machine, statusFilter="RUNNING")[
        "executions"
    ]


def test_nothing_is_denied(used: tuple[Storefront, list[Decision]]) -> None:
    storefront, found = used
    page = f"arn:aws:s3:::{storefront.outputs['content_bucket_name']}/"
    denied = [
        decision
        for decision in found
        if decision.decision != "Allow"
        # verify tries to go around the distribution.
        and not (decision.principal == "anonymous" and decision.resource.startswith(page))
    ]

    assert denied == []


@pytest.mark.parametrize("name", [*SERVICES, "order-workflow"])
def test_everything_granted_is_used(used: tuple[Storefront, list[Decision]], name: str) -> None:
    storefront, found = used
    role: Role = workflow_role(storefront) if name == "order-workflow" else service_role(storefront, name)

    asked = role.used(found)
    assert asked <= role.grants()
    assert role.grants() - asked == NOT_USED[name].keys()
