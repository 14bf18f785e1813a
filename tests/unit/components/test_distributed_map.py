"""A map over the rows of a file: its state, and what its machine's role may do for it."""

from __future__ import annotations

import dataclasses
import json

import pytest

from stackwright.components import (
    Branch,
    Bucket,
    Catch,
    ComponentError,
    Definition,
    DistributedMap,
    Fail,
    Function,
    Invoke,
    Succeed,
    Workflow,
)


def mapped(files: Bucket, function: Function) -> DistributedMap:
    work = Invoke(function, {"rows.$": "$"}, "$.done", output_path="$.done.answer")
    return DistributedMap(
        bucket=files,
        reads="in/",
        key_path="$.key",
        item={"id.$": "$.id", "row.$": "$$.Map.Item.Value"},
        branch=Branch("Work", {"Work": work}),
        results="out/",
        result_path="$.map",
        max_items=50,
        max_concurrency=7,
        next="Done",
        catch=[Catch("Failed")],
    )


def definition(state: DistributedMap) -> Definition:
    steps = {"Map": state, "Done": Succeed(), "Failed": Fail("MapFailed", "see the log")}
    return Definition(start_at="Map", steps=steps, timeout_seconds=60)


@pytest.fixture
def recorder(run, environment, worker):
    def program():
        env = environment()
        state = mapped(Bucket("files", opts=env.opts), worker(env))
        Workflow("flow", definition=definition(state), opts=env.opts)

    return run(program)


def test_the_state_reads_batches_and_writes(recorder):
    state = json.loads(recorder.one("flow-machine").inputs["definition"])["States"]["Map"]
    bucket, work = recorder.one("files-bucket").inputs["bucket"], state["ItemProcessor"]["States"].pop("Work")

    assert state == {
        "Type": "Map",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
            "Parameters": {"Bucket": bucket, "Key.$": "$.key"},
        },
        "ItemSelector": {"id.$": "$.id", "row.$": "$$.Map.Item.Value"},
        "ItemBatcher": {"MaxItemsPerBatch": 50, "MaxInputBytesPerBatch": 262_144},
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Work",
            "States": {},
        },
        "MaxConcurrency": 7,
        "ToleratedFailurePercentage": 0,
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": bucket, "Prefix": "out"},
        },
        "ResultPath": "$.map",
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed", "ResultPath": "$.errorInfo"}],
        "Next": "Done",
    }
    assert (work["OutputPath"], work["End"]) == ("$.done.answer", True)


def test_the_role_may_read_write_and_run_the_branches_and_no_more(recorder):
    files = recorder.one("files-bucket").inputs["bucket"]
    statements = json.loads(recorder.one("flow-policy", "RolePolicy").inputs["policy"])["Statement"]
    allowed = {(action, resource) for s in statements for action in s["Action"] for resource in s["Resource"]}
    states = "arn:aws:states:us-east-1:123456789012"

    assert {(action, resource) for action, resource in allowed if resource != "*"} == {
        ("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:123456789012:function:shop-worker-dev"),
        ("s3:GetObject", f"arn:aws:s3:::{files}/in/*"),
        ("s3:PutObject", f"arn:aws:s3:::{files}/out/*"),
        ("s3:GetObject", f"arn:aws:s3:::{files}/out/*"),
        ("s3:ListMultipartUploadParts", f"arn:aws:s3:::{files}/out/*"),
        ("s3:AbortMultipartUpload", f"arn:aws:s3:::{files}/out/*"),
        ("states:StartExecution", f"{states}:stateMachine:shop-flow-dev"),
        ("states:DescribeExecution", f"{states}:execution:shop-flow-dev:*"),
        ("states:StopExecution", f"{states}:execution:shop-flow-dev:*"),
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reads": "in"}, "the prefix 'in', which does not end in a slash"),
        ({"results": "out"}, "the prefix 'out'"),
        ({"max_items": 0}, "batches or a concurrency below 1"),
        ({"max_concurrency": 0}, "batches or a concurrency below 1"),
        ({"max_bytes": 262_145}, "a state takes 1 to 262144"),
        ({"tolerated_failure_percent": 101}, "tolerates 101 % failures"),
        ({"result_path": "$"}, "which drops the input"),
        ({"branch": Branch("Work", {"Other": Succeed()})}, "StartAt leads to 'Work', which is no state"),
        ({"next": "Nowhere"}, "leads to 'Nowhere'"),
    ],
)
def test_maps_that_step_functions_would_refuse_are_refused(run, environment, worker, changes, message):
    def program():
        env = environment()
        state = mapped(Bucket("files", opts=env.opts), worker(env))
        definition(dataclasses.replace(state, **changes)).check("flow")

    with pytest.raises(ComponentError, match=message.replace("$", r"\$")):
        run(program)
