"""The entry points, and what is sent to AWS and made of its answers."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import ClientError
from ingest.dynamodb import DynamoDbItems
from ingest_events import SETTINGS, object_created

from stackwright_handlers.errors import SettingsError, TableError
from stackwright_handlers.testing import Context

PROCESS = {
    "ENVIRONMENT": "test",
    "BUCKET_NAME": SETTINGS.bucket_name,
    "DYNAMODB_TABLE_NAME": "items",
    "TABLE_HASH_KEY": "id",
    "TABLE_RANGE_KEY": "timestamp",
}
REPLICATE = {
    "SOURCE_TABLE_NAME": "items",
    "COPY_TABLE_NAME": "items-copy",
    "COPY_REGION": "us-east-1",
    "WRITER_ROLE_ARN": "arn:aws:iam::111122223333:role/writer",
    "WRITER_EXTERNAL_ID": "prod-to-staging",
    "FAILURES_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/111122223333/failures",
    "AWS_LAMBDA_FUNCTION_NAME": "replicate",
}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    made: list[tuple[str, dict[str, Any]]] = []

    def call(_: Any, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        made.append((operation, arguments))
        return {}

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", call)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return made


def entry(monkeypatch: pytest.MonkeyPatch, module: str, variables: dict[str, str]) -> Any:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    sys.modules.pop(module, None)
    return importlib.import_module(module).lambda_handler


def test_process_data_puts_an_item_that_is_not_there(calls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    report = entry(monkeypatch, "process_handler", PROCESS)(object_created("a+b c.csv"), Context())

    assert calls == [
        (
            "PutItem",
            {
                "TableName": "items",
                "Item": {
                    "id": {"S": report["id"]},
                    "timestamp": {"S": "2026-11-12T00:00:00.000000Z"},
                    "bucket": {"S": SETTINGS.bucket_name},
                    "key": {"S": "a+b c.csv"},
                    "size": {"N": "5"},
                    "etag": {"S": "b1946ac9"},
                    "environment": {"S": "test"},
                },
                "ConditionExpression": "attribute_not_exists(#hash)",
                "ExpressionAttributeNames": {"#hash": "id"},
            },
        )
    ]


def test_an_empty_batch_calls_nobody(calls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert entry(monkeypatch, "replicate_handler", REPLICATE)({"Records": []}, Context()) == {"batchItemFailures": []}
    assert calls == []


@pytest.mark.parametrize(
    ("module", "variables"), [("process_handler", PROCESS), ("replicate_handler", REPLICATE)], ids=["process", "copy"]
)
def test_every_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch, module: str, variables: Any) -> None:
    monkeypatch.delenv("ENVIRONMENT")

    with pytest.raises(SettingsError) as error:
        entry(monkeypatch, module, {})
    assert all(f"{name} is not set" in str(error.value) for name in variables)


@pytest.mark.parametrize(
    ("code", "known"), [("ConditionalCheckFailedException", True), ("AccessDeniedException", False)]
)
def test_only_an_item_that_is_there_is_no_error(monkeypatch: pytest.MonkeyPatch, code: str, known: bool) -> None:
    def call(*_: Any) -> Any:
        raise ClientError({"Error": {"Code": code}}, "PutItem")

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", call)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    table = DynamoDbItems("items", "id")
    if known:
        assert table.add({"id": "1"}) is False
    else:
        with pytest.raises(TableError, match=code):
            table.add({"id": "1"})
