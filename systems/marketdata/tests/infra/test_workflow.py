"""large-files: what its states hand on, and what comes after an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from marketdata_program import PROJECT, states

import stackwright_handlers.errors

MAX_INPUT_BYTES = 256 * 1024


@pytest.fixture
def found(program):
    return states(program)


def test_the_file_is_read_row_by_row_and_handed_over_in_batches(program, found):
    bucket, state = program.outputs("data-bucket")["bucket"], found["WriteFile"]

    assert state["ItemReader"] == {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
        "Parameters": {"Bucket": bucket, "Key.$": "$.key"},
    }
    assert state["ItemSelector"] == {
        "jobId.$": "$.jobId",
        "index.$": "$$.Map.Item.Index",
        "row.$": "$$.Map.Item.Value",
    }
    assert state["ItemBatcher"]["MaxItemsPerBatch"] == 500
    # The batch and what stands around it are the input of one state.
    assert state["ItemBatcher"]["MaxInputBytesPerBatch"] + 10_000 < MAX_INPUT_BYTES
    assert state["ResultWriter"]["Parameters"] == {"Bucket": bucket, "Prefix": "map-results"}
    assert state["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}


def test_a_lost_batch_fails_the_job_because_its_rows_would_be_missing_in_the_sums(found):
    state = found["WriteFile"]

    assert state["ToleratedFailurePercentage"] == 0
    assert state["Catch"] == [{"ErrorEquals": ["States.ALL"], "Next": "FailJob", "ResultPath": "$.errorInfo"}]
    assert (state["Next"], found["FinishJob"]["Catch"][0]["Next"]) == ("FinishJob", "FailJob")
    assert {found["FailJob"]["Next"], found["FailJob"]["Catch"][0]["Next"]} == {"HandleError"}
    assert found["HandleError"]["Error"] == "LargeFileFailed"


def test_tasks_get_what_the_handler_reads(found):
    write = found["WriteFile"]["ItemProcessor"]["States"]["WriteRows"]
    payloads = {
        "WriteRows": write["Parameters"]["Payload"],
        **{name: found[name]["Parameters"]["Payload"] for name in ("FinishJob", "FailJob")},
    }

    assert payloads == {
        "WriteRows": {"task": "WriteRows", "rows.$": "$"},
        "FinishJob": {"task": "FinishJob", "jobId.$": "$.jobId", "key.$": "$.key", "etag.$": "$.etag"},
        "FailJob": {"task": "FailJob", "jobId.$": "$.jobId", "etag.$": "$.etag", "error.$": "$.errorInfo"},
    }
    # The rows are not handed on: the result of a batch has 256 KiB as well.
    assert write["OutputPath"] == "$.written.answer"


def test_every_task_is_tried_again_but_for_what_cannot_help(found):
    tasks = [found["WriteFile"]["ItemProcessor"]["States"]["WriteRows"], found["FinishJob"], found["FailJob"]]

    for task in tasks:
        never, throttled, patient = task["Retry"]
        assert (never["ErrorEquals"], never["MaxAttempts"]) == (["InvalidTaskError"], 0)
        assert throttled["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
        assert (patient["ErrorEquals"], patient["JitterStrategy"]) == (["States.ALL"], "FULL")
        # A table on demand that is overrun for the first time needs minutes.
        waits = [min(2 * 2**number, patient["MaxDelaySeconds"]) for number in range(patient["MaxAttempts"])]
        assert sum(waits) > 200
        # The function's own limit and a minute.
        assert task["TimeoutSeconds"] == 360


def test_errors_named_in_retries_exist_in_the_handlers(found):
    own = PROJECT / "handlers" / "marketdata" / "errors.py"
    source = "".join(Path(f).read_text(encoding="utf-8") for f in (own, stackwright_handlers.errors.__file__))
    named = {e for s in found.values() for r in s.get("Retry", []) for e in r["ErrorEquals"] if "." not in e}

    assert named
    for error in named:
        assert f"class {error}(" in source
