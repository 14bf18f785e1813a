from __future__ import annotations

import base64
import json
import string

import pytest
from uploads import cursors
from uploads.ports import Position

POSITION = Position("2025-03-04T05:06:07.000089Z", "0f8fad5b-d9cb-469f-a165-70867728950e")
CURSOR = cursors.encode(POSITION)


def test_a_cursor_leads_back_to_its_position() -> None:
    assert cursors.decode(CURSOR) == POSITION
    assert set(CURSOR) <= set(string.ascii_letters + string.digits + "-_")


@pytest.mark.parametrize("index", range(len(CURSOR)))
def test_every_changed_character_is_noticed(index: int) -> None:
    other = "A" if CURSOR[index] != "A" else "B"
    assert cursors.decode(CURSOR[:index] + other + CURSOR[index + 1 :]) is None


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "=",
        "A",
        "not base64!",
        "é",
        CURSOR + "A",
        CURSOR + "=",
        CURSOR[:-1],
        " " + CURSOR,
        CURSOR * 10,
        encoded(None),
        encoded({"upload_time": "x"}),
        encoded([]),
        encoded([1, 2, 3]),
        encoded(["t", "id", "0000000000000000"]),
        encoded([POSITION.upload_time, POSITION.file_id]),
        base64.urlsafe_b64encode(b"[" * 300).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_an_invented_cursor_is_none(cursor: str) -> None:
    assert cursors.decode(cursor) is None
