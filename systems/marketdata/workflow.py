"""large-files: write all rows of a file, batch by batch on many functions at once, then end its job."""

from __future__ import annotations

from typing import Final

from config import MarketdataConfig

from stackwright.components import (
    WHEN_THROTTLED,
    Branch,
    Bucket,
    Catch,
    Definition,
    DistributedMap,
    Fail,
    Function,
    Invoke,
    Retry,
)

RESULTS: Final = "map-results/"

# A batch travels to the function inside of its task, which may have 256 KiB as well.
_BATCH_BYTES: Final = 245_760
# A second attempt would not help.
_NEVER: Final = Retry(errors=("InvalidTaskError",), max_attempts=0)
# A table on demand that meets such a rush for the first time needs minutes to grow.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
_PATIENT: Final = Retry(interval_seconds=2, max_attempts=8, backoff_rate=2.0, max_delay_seconds=60, jitter=True)


def large_files(data: Bucket, processor: Function, config: MarketdataConfig) -> Definition:
    """The workflow of one large file; its input is {jobId, key, etag}.

    A batch that is done twice changes nothing. One that is lost would be missing in the job's sums, so none is
    tolerated.
    """
    job = {"jobId.$": "$.jobId", "etag.$": "$.etag"}
    fail = [Catch("FailJob")]
    write = Invoke(
        processor,
        payload={"task": "WriteRows", "rows.$": "$"},
        result_path="$.written",
        output_path="$.written.answer",
        retry=[_NEVER, WHEN_THROTTLED, _PATIENT],
    )
    return Definition(
        comment="Writes the rows of a large file",
        start_at="WriteFile",
        timeout_seconds=config.workflow_timeout_seconds,
        steps={
            "WriteFile": DistributedMap(
                bucket=data,
                reads="incoming/",
                key_path="$.key",
                item={"jobId.$": "$.jobId", "index.$": "$$.Map.Item.Index", "row.$": "$$.Map.Item.Value"},
                branch=Branch("WriteRows", {"WriteRows": write}),
                results=RESULTS,
                result_path="$.map",
                max_items=config.map_batch_rows,
                max_bytes=_BATCH_BYTES,
                max_concurrency=config.map_concurrency,
                tolerated_failure_percent=0,
                next="FinishJob",
                catch=fail,
            ),
            "FinishJob": Invoke(
                processor,
                payload={"task": "FinishJob", "key.$": "$.key", **job},
                result_path="$.finished",
                retry=[_NEVER, WHEN_THROTTLED, _PATIENT],
                catch=fail,
            ),
            "FailJob": Invoke(
                processor,
                payload={"task": "FailJob", "error.$": "$.errorInfo", **job},
                result_path="$.failed",
                next="HandleError",
                retry=[_NEVER, WHEN_THROTTLED, _PATIENT],
                catch=[Catch("HandleError", result_path="$.failError")],
            ),
            "HandleError": Fail("LargeFileFailed", "The file could not be processed; see its job and the log."),
        },
    )
