"""Entry point of the function `upload`: POST /upload."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from marketdata.functions import upload_function
from marketdata.jobs import JOB_ID
from marketdata.s3 import S3DataFiles
from marketdata.settings import UploadSettings

from stackwright_handlers.function import new_logger
from stackwright_handlers.settings import read
from stackwright_handlers.table.dynamodb import DynamoDbTable

settings = read(UploadSettings, os.environ)
jobs = DynamoDbTable(settings.jobs_table, JOB_ID)

handler = upload_function(
    jobs,
    S3DataFiles(settings.bucket_name),
    jobs.idempotency_records,
    lambda: datetime.now(UTC),
    settings.job_days,
    new_logger(),
)
