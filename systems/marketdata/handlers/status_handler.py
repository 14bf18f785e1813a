"""Entry point of the function `status`: GET /status/{jobId}."""

from __future__ import annotations

import os

from marketdata.functions import status_function
from marketdata.jobs import JOB_ID
from marketdata.s3 import S3DataFiles
from marketdata.settings import StatusSettings

from stackwright_handlers.function import new_logger
from stackwright_handlers.settings import read
from stackwright_handlers.table.dynamodb import DynamoDbTable

settings = read(StatusSettings, os.environ)

handler = status_function(DynamoDbTable(settings.jobs_table, JOB_ID), S3DataFiles(settings.bucket_name), new_logger())
