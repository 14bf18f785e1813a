from __future__ import annotations

import base64
import json
import string

import pytest

from stackwright_handlers.cursors import Cursors
from stackwright_handlers.table.items import Position

CURSORS = Cursors(lambda: b"a key of sixteen")
POSITION = Position("0f8fad5b-d9cb-469f-a165-70867728950e", "2025-03-04T05:06:07.000089Z")
CURSOR = CURSORS.encode("files", POSITION)


def test_a_cursor_leads_back_to_its_position() -> None:
    assert CURSORS.decode("files", CURSOR) == POSITION
    assert set(CURSOR) <= set(string.ascii_letters + string.digits + "-_.")
    for position in (Position("a", None), Position("a", "b", "c"), Position("a", None, "c")):
        assert CURSORS.decode("files", CURSORS.encode("files", position)) == position


@pytest.mark.parametrize("index", range(len(CURSOR)))
def test_every_changed_character_is_noticed(index: int) -> None:
    other = "A" if CURSOR[index] != "A" else "B"
    assert CURSORS.decode("files", CURSOR[:index] + other + CURSOR[index + 1 :]) is None


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
        encoded([POSITION.item_id, POSITION.sort]),
        base64.urlsafe_b64encode(b"[" * 300).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_an_invented_cursor_is_none(cursor: str) -> None:
    assert CURSORS.decode("files", cursor) is None


def test_a_cursor_of_another_list_or_key_is_none() -> None:
    assert CURSORS.decode("users", CURSOR) is None
    assert Cursors(lambda: b"another key of s").decode("files", CURSOR) is None
