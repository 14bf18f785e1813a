"""Patch ``put_events``: entries that no rule could ever see are refused."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.e2e

GOOD = {"Source": "shop", "DetailType": "Sold", "Detail": "{}"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Detail": "no json"}, "MalformedDetail"),
        ({"Detail": "[1]"}, "MalformedDetail"),
        ({"EventBusName": "missing"}, "ResourceNotFoundException"),
    ],
)
def test_a_bad_entry_fails_alone(account: Any, change: dict[str, str], code: str) -> None:
    answer = account.client("events").put_events(Entries=[GOOD, {**GOOD, **change}, GOOD])
    assert answer["FailedEntryCount"] == 1
    assert [entry.get("ErrorCode") for entry in answer["Entries"]] == [None, code, None]
    assert answer["Entries"][0]["EventId"] != answer["Entries"][2]["EventId"]


def test_a_detail_is_required(account: Any) -> None:
    answer = account.client("events").put_events(Entries=[{"Source": "shop", "DetailType": "Sold"}])
    assert answer["Entries"][0]["ErrorCode"] == "InvalidArgument"
