"""The four functions, put together from their worlds."""

# The functions are called by the resolver that they are registered with.
# pyright: reportUnusedFunction=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from urllib.parse import unquote

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer

from stackwright_handlers.cursors import CursorKey, Cursors
from stackwright_handlers.function import Handler, create_handler
from stackwright_handlers.http import url_of
from stackwright_handlers.idempotency import Answer, Idempotent
from stackwright_handlers.notifications import Notifications
from stackwright_handlers.routing import Routing
from stackwright_handlers.table.items import Table
from stackwright_handlers.tasks import Report, Task
from stackwright_handlers.values import Clock
from stackwright_handlers.workflow import Workflow

from .keys import INCOMING
from .mapping import Mapper, Part
from .ports import DataFiles, Records
from .processing import Processor
from .reporting import Reporting
from .results import Asked, Results
from .settings import DAY
from .uploading import URL_SECONDS, Uploading


def upload_function(
    jobs: Table,
    files: DataFiles,
    answers: Callable[[], BasePersistenceLayer],
    clock: Clock,
    job_days: int,
    logger: Logger,
) -> Handler:
    """Return the handler of the function upload."""
    uploading = Uploading(jobs, files, clock, job_days)
    # A kept answer is of no use after its signed URL has expired.
    routing = Routing(logger, Idempotent(answers, kept_seconds=URL_SECONDS))

    @routing.post("/upload")
    def upload() -> Response[str]:
        body = routing.body

        def work(scope: str | None) -> Answer:
            slot = uploading.open(body, scope)
            job_id = slot.job.job_id
            logger.info("job opened", job_id=job_id)
            return {
                "jobId": job_id,
                "uploadUrl": slot.upload.url,
                "uploadHeaders": dict(slot.upload.headers),
                "key": slot.job.key,
                "expiresAt": slot.expires_at,
                "statusUrl": url_of(routing.app.current_event, f"status/{job_id}"),
            }

        return routing.answer_once(201, "POST /upload", work)

    return create_handler(routing, logger)


def status_function(jobs: Table, files: DataFiles, logger: Logger) -> Handler:
    """Return the handler of the function status."""
    reporting = Reporting(jobs, files)
    routing = Routing(logger)

    @routing.get("/status/<job_id>")
    def status(job_id: str) -> Response[str]:
        return routing.answer(200, reporting.status(job_id))

    return create_handler(routing, logger)


def results_function(kept: Records, cursor_key: CursorKey, logger: Logger) -> Handler:
    """Return the handler of the function results."""
    results = Results(kept, Cursors(cursor_key))
    routing = Routing(logger)

    @routing.get("/results/<symbol>")
    def result(symbol: str) -> Response[str]:
        context = routing.app.lambda_context
        # The path comes as it was sent, such as %5EGSPC; no symbol has a percent sign.
        asked = Asked(
            unquote(symbol),
            routing.query,
            routing.page,
            lambda: min(context.get_remaining_time_in_millis() / 1000, 29.0),
        )
        return routing.answer(200, results.answer(asked))

    return create_handler(routing, logger)


@dataclass(frozen=True, slots=True)
class ProcessorWorld:
    """Everything outside the processor."""

    jobs: Table
    kept: Records
    files: DataFiles
    bucket_name: str
    workflow: Workflow
    clock: Clock
    pool: Executor | None
    """Writes several batches at the same time."""


def processor_function(world: ProcessorWorld, max_direct_bytes: int, job_days: int, logger: Logger) -> Handler:
    """Return the handler of the function processor: notifications of S3, and tasks of the workflow.

    {"task": "WriteRows", "rows"}                   a batch of the Distributed Map, or one of its items
    {"task": "FinishJob", "jobId", "key", "etag"}   when all rows are written
    {"task": "FailJob", "jobId", "etag", "error"}   after an error
    """
    processor = Processor(
        world.jobs, world.kept, world.files, world.workflow, world.clock, max_direct_bytes, world.pool
    )
    mapper = Mapper(world.jobs, world.kept, world.files, world.clock, job_days * DAY, world.pool)

    def write_rows(task: Task) -> Report:
        return mapper.write(Part.of(task.event.get("rows")))

    def finish_job(task: Task) -> Report:
        return mapper.finish(task.text("jobId"), task.text("key"), task.text("etag"))

    def fail_job(task: Task) -> Report:
        return mapper.fail(task.text("jobId"), task.text("etag"), task.error)

    tasks: Mapping[str, Callable[[Task], Report]] = {
        "WriteRows": write_rows,
        "FinishJob": finish_job,
        "FailJob": fail_job,
    }
    notified = Notifications(processor.run, INCOMING, world.bucket_name, logger).run
    return create_handler(None, logger, tasks=tasks, notified=notified, correlated_by="jobId")
