"""Step Functions resources, seen through boto3 and by running them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackwright.errors import ResourceError
from stackwright.provider.services.sfn import FUNCTIONS
from stackwright.testing.eventually import eventually

pytestmark = pytest.mark.e2e


def passing(result: Any) -> str:
    return json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": result, "End": True}}})


def run(aws: Any, arn: str, **event: Any) -> Any:
    states = aws.client("stepfunctions")
    execution = states.start_execution(stateMachineArn=arn, input=json.dumps(event))["executionArn"]

    def finished() -> Any:
        found = states.describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    found = eventually(finished)
    assert found["status"] == "SUCCEEDED", found
    return json.loads(found["output"])


def test_machine_runs_and_calls_a_function(aws: Any, make: Any, role: str) -> None:
    function = make(text="def handler(e, c):\n    return e['x'] + 1\n")
    task = {"Type": "Task", "Resource": function.outputs["arn"], "End": True}
    made = aws.create(
        "sfn/stateMachine:StateMachine",
        "flow",
        roleArn=role,
        definition=json.dumps({"StartAt": "T", "States": {"T": task}}),
        tags={"a": "1"},
    )
    assert made.id == made.outputs["arn"]
    assert (made.outputs["status"], made.outputs["type"]) == ("ACTIVE", "STANDARD")
    found = aws.client("stepfunctions").describe_state_machine(stateMachineArn=made.id)
    assert found["revisionId"] == made.outputs["revisionId"]
    assert made.simulated == {}
    assert run(aws, made.id, x=1) == 2


def test_machine_changes_only_what_changed(aws: Any, role: str, counted: Any) -> None:
    made = aws.create(
        "sfn/stateMachine:StateMachine", "flow", roleArn=role, definition=passing(1), tags={"a": "1", "b": "2"}
    )
    with counted("stepfunctions") as calls:
        same = aws.update(made, roleArn=role, definition=passing(1), tags={"a": "2"})
    assert calls == ["UntagResource", "TagResource"]
    assert same.outputs["revisionId"] == made.outputs["revisionId"]
    changed = aws.update(same, roleArn=role, definition=passing(2), tags={"a": "2"})
    assert changed.outputs["revisionId"] != made.outputs["revisionId"]
    assert run(aws, made.id) == 2
    tags = aws.client("stepfunctions").list_tags_for_resource(resourceArn=made.id)["tags"]
    assert tags == [{"key": "a", "value": "2"}]
    assert aws.read("sfn/stateMachine:StateMachine", made.id).outputs["definition"] == passing(2)
    aws.delete(made)
    aws.delete(made)


def test_express_machine_with_logging(aws: Any, role: str) -> None:
    group = "arn:aws:logs:us-east-1:123456789012:log-group:flow:*"
    made = aws.create(
        "sfn/stateMachine:StateMachine",
        "flow",
        roleArn=role,
        type="EXPRESS",
        definition=passing(1),
        loggingConfiguration={"level": "ALL", "includeExecutionData": True, "logDestination": group},
        tracingConfiguration={"enabled": True},
    )
    found = aws.client("stepfunctions").describe_state_machine(stateMachineArn=made.id)
    assert found["type"] == "EXPRESS"
    logging = found["loggingConfiguration"]
    assert (logging["level"], logging["includeExecutionData"]) == ("ALL", True)
    assert logging["destinations"] == [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}]
    assert set(made.simulated) == {"loggingConfiguration", "tracingConfiguration"}
    states = aws.client("stepfunctions")
    assert json.loads(states.start_sync_execution(stateMachineArn=made.id)["output"]) == 1


def test_versions_and_alias(aws: Any, role: str, ask: Any) -> None:
    made = aws.create("sfn/stateMachine:StateMachine", "flow", roleArn=role, definition=passing(1), publish=True)
    first = made.outputs["stateMachineVersionArn"]
    assert first == f"{made.id}:1"
    made = aws.update(made, roleArn=role, definition=passing(2), publish=True)
    second = made.outputs["stateMachineVersionArn"]
    assert second == f"{made.id}:2"
    routing = [{"stateMachineVersionArn": first, "weight": 100}]
    alias = aws.create("sfn/alias:Alias", "live", name="live", routingConfigurations=routing)
    assert alias.id == alias.outputs["arn"] == f"{made.id}:live"
    routing = [{"stateMachineVersionArn": second, "weight": 100}]
    aws.update(alias, name="live", routingConfigurations=routing, description="x")
    found = ask(FUNCTIONS, "getAlias", name="live", statemachineArn=made.id)
    assert (found["routingConfigurations"], found["description"]) == (routing, "x")
    found = ask(FUNCTIONS, "getStateMachineVersions", statemachineArn=made.id)
    assert sorted(found["statemachineVersions"]) == [first, second]
    assert ask(FUNCTIONS, "getStateMachine", name=made.outputs["name"])["arn"] == made.id
    for resource in (alias, alias, made):
        aws.delete(resource)


def test_activity(aws: Any, ask: Any) -> None:
    made = aws.create("sfn/activity:Activity", "by-hand", tags={"a": "1"})
    aws.update(made, tags={"b": "2"})
    tags = aws.client("stepfunctions").list_tags_for_resource(resourceArn=made.id)["tags"]
    assert tags == [{"key": "b", "value": "2"}]
    assert ask(FUNCTIONS, "getActivity", name=made.outputs["name"])["arn"] == made.id
    with pytest.raises(ResourceError, match="needs a name"):
        ask(FUNCTIONS, "getActivity")
    aws.delete(made)
    aws.delete(made)


def test_role_that_does_not_exist_is_refused(aws: Any) -> None:
    with pytest.raises(ResourceError, match="CreateStateMachine was refused"):
        aws.create(
            "sfn/stateMachine:StateMachine",
            "flow",
            roleArn="arn:aws:iam::123456789012:role/nobody",
            definition=passing(1),
        )


def test_an_update_lists_nothing_that_took_effect_at_creation(
    aws: Any, role: str, unique: str, unchanged_list: Any
) -> None:
    machine = {"name": unique, "type": "EXPRESS", "roleArn": role, "definition": passing(1)}
    unchanged_list(aws.create("sfn/stateMachine:StateMachine", "m", **machine))
    unchanged_list(aws.create("sfn/activity:Activity", "a", name=unique))
