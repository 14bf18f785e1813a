"""file-workflow: check a stored file and announce it; if that cannot be done, write down why."""

from __future__ import annotations

from config import UploadsConfig

from stackwright.components import WHEN_THROTTLED, Catch, Definition, Fail, Function, Invoke, Retry


def file_workflow(file_processor: Function, config: UploadsConfig) -> Definition:
    """ProcessFile, and on failure RecordFailure and HandleError. Only references travel, never the file's bytes."""
    retry = Retry(
        interval_seconds=config.workflow_retry_interval_seconds,
        max_attempts=config.workflow_retry_attempts,
        backoff_rate=config.workflow_retry_backoff,
    )
    # A second attempt would not help: the input is wrong, or the message is out and a retry would send another.
    never = Retry(errors=("InvalidTaskError", "AnnouncementUnrecordedError"), max_attempts=0)
    # Another run is at it; it either finishes soon, or its claim ends after a minute.
    wait = Retry(errors=("AnnouncementInProgressError",), interval_seconds=20, max_attempts=4, backoff_rate=1.0)
    reference = {"s3_key.$": "$.s3_key", "execution.$": "$$.Execution.Id"}
    return Definition(
        comment="Checks a file and announces it",
        start_at="ProcessFile",
        timeout_seconds=config.workflow_timeout_seconds,
        steps={
            "ProcessFile": Invoke(
                file_processor,
                payload={"task": "ProcessFile", **reference},
                result_path="$.processResult",
                retry=[never, wait, WHEN_THROTTLED, retry],
                catch=[Catch("RecordFailure")],
            ),
            "RecordFailure": Invoke(
                file_processor,
                payload={"task": "RecordFailure", **reference, "error.$": "$.errorInfo"},
                result_path="$.recordResult",
                next="HandleError",
                retry=[WHEN_THROTTLED, retry],
                catch=[Catch("HandleError", result_path="$.recordError")],
            ),
            "HandleError": Fail(
                "FileProcessingFailed", "The file could not be processed; see its metadata and the log."
            ),
        },
    )
