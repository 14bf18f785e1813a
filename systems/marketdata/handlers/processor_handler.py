"""Entry point of the function `processor`: notifications of S3 about new files, and tasks of the workflow for large
ones."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from marketdata.dynamodb import LANES, DynamoDbRecords
from marketdata.functions import ProcessorWorld, processor_function
from marketdata.jobs import JOB_ID
from marketdata.s3 import S3DataFiles
from marketdata.settings import ProcessorSettings

from stackwright_handlers.function import new_logger
from stackwright_handlers.settings import read
from stackwright_handlers.step_functions import StepFunctionsWorkflow
from stackwright_handlers.table.dynamodb import DynamoDbTable

settings = read(ProcessorSettings, os.environ)

handler = processor_function(
    ProcessorWorld(
        jobs=DynamoDbTable(settings.jobs_table, JOB_ID),
        kept=DynamoDbRecords(settings.records_table),
        files=S3DataFiles(settings.bucket_name),
        bucket_name=settings.bucket_name,
        workflow=StepFunctionsWorkflow(settings.workflow_arn),
        clock=lambda: datetime.now(UTC),
        pool=ThreadPoolExecutor(LANES),
    ),
    settings.max_direct_bytes,
    settings.job_days,
    new_logger(),
)
