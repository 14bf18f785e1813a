"""Entry point of the function `results`: GET /results/{symbol}."""

from __future__ import annotations

import os

from marketdata.dynamodb import DynamoDbRecords
from marketdata.functions import results_function
from marketdata.settings import ResultsSettings

from stackwright_handlers.function import new_logger
from stackwright_handlers.secret import SecretValue
from stackwright_handlers.settings import read

settings = read(ResultsSettings, os.environ)

handler = results_function(
    DynamoDbRecords(settings.records_table), SecretValue(settings.cursor_secret_arn, "cursor_key"), new_logger()
)
