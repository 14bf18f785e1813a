"""Entry point of the function `process-data`: events of S3, which a rule of EventBridge delivers."""

from __future__ import annotations

import os

from ingest.dynamodb import DynamoDbItems
from ingest.recording import Recorder
from ingest.settings import Settings

from stackwright_handlers.function import create_handler, new_logger
from stackwright_handlers.settings import read

settings = read(Settings, os.environ)
logger = new_logger()

lambda_handler = create_handler(
    None,
    logger,
    delivered=Recorder(DynamoDbItems(settings.table_name, settings.hash_key), settings, logger).run,
    correlated_by="id",
)
