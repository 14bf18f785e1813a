"""A file whose import fails is tried again, and when that does not help, the event is kept for somebody who does."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import quote_plus

import pytest
from storefront_imports import Import, bring, moved, rows
from storefront_refusals import dead_letter, invoke, invoke_asynchronously, log, metric, take_message
from storefront_roles import function_name, service_role
from storefront_stack import DEADLINE, Storefront, unique

pytestmark = pytest.mark.e2e

SERVICE = "product-service"
WRITING = ("dynamodb:UpdateItem", "products-table")
ROWS = 150  # more than one batch


def attempts(storefront: Storefront, file: Import, since: float) -> list[tuple[str, str]]:
    """What the service has logged about a file: the request id, and what became of it."""
    lines: list[dict[str, Any]] = [json.loads(line) for line in log(storefront, SERVICE, since) if line[:1] == "{"]
    return [(line["function_request_id"], line["message"]) for line in lines if line.get("file") == file.incoming]


def versions(storefront: Storefront, category: str) -> list[str]:
    """Versions of the products of a category, past the API."""
    return [row["version"]["N"] for row in storefront.rows_with("products", "category", category)]


def test_an_import_that_fails_is_repeated_by_itself(guarded: Storefront) -> None:
    category, since = unique("short"), time.time()
    file = Import(f"{category}.csv", rows(category, ROWS))

    with service_role(guarded, SERVICE).without(WRITING):
        guarded.put_file(file.incoming, file.content)
        guarded.eventually("an attempt fails", lambda: attempts(guarded, file, since), DEADLINE)

    guarded.eventually("the file is moved", lambda: moved(guarded, file), DEADLINE)
    guarded.eventually("success is in the log", lambda: "file taken" in dict(attempts(guarded, file, since)).values())
    made = attempts(guarded, file, since)
    assert {message for _, message in made[:-1]} == {"file failed"}
    assert len({request for request, _ in made}) == 1
    assert versions(guarded, category) == ["1"] * ROWS
    assert take_message(guarded, guarded.outputs["product_service_dlq_url"], category) == []


def test_an_import_that_keeps_failing_leaves_its_event_and_its_file(storefront: Storefront) -> None:
    category, since = unique("long"), time.time()
    file = Import(f"{category} ü+.csv", rows(category, ROWS))

    with service_role(storefront, SERVICE).without(WRITING):
        storefront.put_file(file.incoming, file.content)
        event = dead_letter(storefront, SERVICE, category)
        made = attempts(storefront, file, since)
        assert [message for _, message in made] == ["file failed"] * 3
        assert len({request for request, _ in made}) == 1

    (record,) = event["Records"]
    assert record["eventSource"] == "aws:s3"
    assert record["s3"]["object"]["key"] == quote_plus(file.incoming, safe="/")
    assert storefront.file(file.incoming) == file.content
    assert storefront.keys(file.processed) + versions(storefront, category) == []

    # Sent again, it is as if nothing had been; and once more, nothing is done.
    invoke_asynchronously(storefront, SERVICE, event)
    storefront.eventually("the file is moved", lambda: moved(storefront, file), DEADLINE)
    assert storefront.file(file.processed) == file.content
    assert invoke(storefront, SERVICE, event) == {"files": [{"file": file.incoming, "outcome": "gone"}]}
    assert versions(storefront, category) == ["1"] * ROWS


def test_a_service_that_cannot_run_imports_later(storefront: Storefront) -> None:
    category, since = unique("later"), time.time()
    file = Import(f"{category}.csv", rows(category, ROWS))
    functions, name = storefront.client("lambda"), function_name(storefront, SERVICE)
    reserved = functions.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"]
    before = metric(storefront, SERVICE, "Throttles")

    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        storefront.put_file(file.incoming, file.content)
        # More often than an event is retried that fails.
        storefront.eventually(
            "there is no room", lambda: metric(storefront, SERVICE, "Throttles") >= before + 4, DEADLINE
        )
        assert storefront.keys(file.processed) == []
    finally:
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)

    storefront.eventually("the file is moved", lambda: moved(storefront, file), 2 * DEADLINE)
    assert versions(storefront, category) == ["1"] * ROWS
    storefront.eventually("it is in the log", lambda: attempts(storefront, file, since))
    assert [message for _, message in attempts(storefront, file, since)] == ["file taken"]


def test_a_file_that_is_replaced_is_imported_as_it_is_then(storefront: Storefront) -> None:
    category = unique("replaced")
    files = [Import(f"{category}.csv", rows(category, ROWS, stock=stock)) for stock in (1, 2)]

    for file in files:
        storefront.put_file(file.incoming, file.content)
    bring(storefront, files[-1])

    stocks = {row["stock"]["N"] for row in storefront.rows_with("products", "category", category)}
    assert stocks == {"2"}
    assert storefront.file(files[-1].processed) == files[-1].content
