"""The deployed roles, and what the tests, as handlers/permissions.json, call their resources."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from marketdata_stack import FUNCTIONS, Market

from stackwright.testing.roles import Grant, Role

FOLDERS = ("incoming", "processed", "failed", "rejected", "map-results")


def function_role(market: Market, function: str) -> Role:
    """The role of a function; `log` and `dlq` are the function's own."""
    outputs = market.outputs
    config = market.client("lambda").get_function_configuration(
        FunctionName=outputs[f"lambda_function_name_{function}"]
    )
    own = {f"{outputs[f'log_group_arn_{function}']}:*": "log", outputs[f"{function}_dlq_arn"]: "dlq"}
    return Role(market, config["Role"], {**resource_names(market), **own, "*": "*"})


def workflow_role(market: Market) -> Role:
    """The role of large-files."""
    machine = market.client("stepfunctions").describe_state_machine(
        stateMachineArn=market.outputs["large_files_workflow_arn"]
    )
    return Role(market, machine["roleArn"], {**resource_names(market), "*": "*"})


def resource_names(market: Market) -> dict[str, str]:
    """What the tests call the resources of the stack, by ARN; narrower ones first."""
    outputs = market.outputs
    bucket, workflow = outputs["data_bucket_arn"], outputs["large_files_workflow_arn"]
    return {
        outputs["market_data_table_arn"]: "market-data-table",
        outputs["jobs_table_arn"]: "jobs-table",
        bucket: "data-bucket",
        f"{bucket}/rejected/parts/*": "data-bucket-rejected-parts",
        **{f"{bucket}/{folder}/*": f"data-bucket-{folder}" for folder in FOLDERS},
        outputs["cursor_secret_arn"]: "cursor-secret",
        workflow: "large-files-workflow",
        f"{workflow.replace(':stateMachine:', ':execution:')}:*": "large-files-executions",
        **{outputs[f"lambda_function_arn_{function}"]: function for function in FUNCTIONS},
    }


NO_XRAY = "the emulator has no X-Ray"
NOT_EXERCISED = {("xray:PutTraceSegments", "*"): NO_XRAY, ("xray:PutTelemetryRecords", "*"): NO_XRAY}
"""Of every function: what no test can see, and why."""

covered: defaultdict[str, set[Grant]] = defaultdict(set)
"""Grants that a test takes away, by function."""


def needs(function: str, *grants: Grant) -> Callable[[Any], Any]:
    """Parametrize a test by the grants it takes out, and count them as covered."""
    covered[function].update(grants)
    return pytest.mark.parametrize("grant", grants, ids=[f"{action} on {resource}" for action, resource in grants])


@contextmanager
def refused(market: Market, function: str, *taken: Grant, denied: Sequence[Mapping[str, Any]] = ()) -> Iterator[None]:
    """Take permissions away; inside, the function must fail for want of each, and say so."""
    since, errors = time.time(), market.metric(function, "Errors")
    with function_role(market, function).without(*taken, denied=denied):
        yield
        for action, _ in taken:
            refusal = re.compile(rf"AccessDenied.*is not authorized to perform: {action}\b")
            market.eventually(
                f"the log of {function} says that it may not {action}",
                lambda refusal=refusal: refusal.search("\n".join(market.log(function, since))),
            )
        assert market.metric(function, "Errors") > errors
