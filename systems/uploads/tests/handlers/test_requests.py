"""Bad bodies, each with its code."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from uploads import requests

from stackwright_handlers.errors import RequestError

MAX_BYTES = 100
GOOD: dict[str, Any] = {"file_name": "a.txt", "file_content": base64.b64encode(b"hello").decode()}
LARGE: dict[str, Any] = {"file_name": "a.mp4", "content_type": "video/mp4", "size": 1000}


def without(values: dict[str, Any], name: str) -> str:
    return json.dumps({key: value for key, value in values.items() if key != name})


def changed(values: dict[str, Any], **changes: object) -> str:
    return json.dumps(values | changes)


BAD_BODIES: list[tuple[str | None, int, str]] = [
    (None, 400, "missing_body"),
    ("", 400, "missing_body"),
    (" \n", 400, "missing_body"),
    ("{", 400, "invalid_json"),
    ("hello", 400, "invalid_json"),
    ("{'a': 1}", 400, "invalid_json"),
    ('{"a": NaN}', 400, "invalid_json"),
    ('{"a": 1e99999999999999999999}', 400, "invalid_json"),
    ('{"a": -Infinity}', 400, "invalid_json"),
    ("\ufeff{}", 400, "invalid_json"),
    ("[" * 100_000, 400, "invalid_json"),
    ("9" * 5000, 400, "invalid_json"),
    ("null", 400, "not_an_object"),
    ("[]", 400, "not_an_object"),
    ('"text"', 400, "not_an_object"),
    ("1.5", 400, "not_an_object"),
    ("true", 400, "not_an_object"),
]

BAD_INLINE: list[tuple[str | None, int, str]] = [
    *BAD_BODIES,
    ("{}", 400, "missing_file_content"),
    (without(GOOD, "file_content"), 400, "missing_file_content"),
    (changed(GOOD, file_content=None), 400, "missing_file_content"),
    (without(GOOD, "file_name"), 400, "missing_file_name"),
    (changed(GOOD, file_name=None), 400, "missing_file_name"),
    (changed(GOOD, file_name=""), 400, "missing_file_name"),
    (changed(GOOD, file_content=5), 400, "invalid_field"),
    (changed(GOOD, file_content=["aGVsbG8="]), 400, "invalid_field"),
    (changed(GOOD, file_name={"a": 1}), 400, "invalid_field"),
    (changed(GOOD, file_name="x" * 1025), 400, "invalid_field"),
    (changed(GOOD, content_type=None), 400, "invalid_field"),
    (changed(GOOD, content_type="x/" + "y" * 300), 400, "invalid_field"),
    (changed(GOOD, contentType="text/plain"), 400, "invalid_field"),
    (changed(GOOD, file_content=""), 400, "empty_file"),
    (changed(GOOD, file_content="="), 400, "invalid_base64"),
    (changed(GOOD, file_content="===="), 400, "invalid_base64"),
    (changed(GOOD, file_content="aGVsbG8"), 400, "invalid_base64"),
    (changed(GOOD, file_content="aGVsbG8=="), 400, "invalid_base64"),
    (changed(GOOD, file_content="aGVsbG8=="[::-1]), 400, "invalid_base64"),
    (changed(GOOD, file_content="QUJD===="), 400, "invalid_base64"),
    (changed(GOOD, file_content="QUI=QUI="), 400, "invalid_base64"),
    (changed(GOOD, file_content="aGVs\nbG8="), 400, "invalid_base64"),
    (changed(GOOD, file_content=" aGVsbG8="), 400, "invalid_base64"),
    (changed(GOOD, file_content="-_-_"), 400, "invalid_base64"),
    (changed(GOOD, file_content="data:text/plain;base64,aGVsbG8="), 400, "invalid_base64"),
    (changed(GOOD, file_content="größe==="), 400, "invalid_base64"),
    (changed(GOOD, file_content="\x00\x00\x00\x00"), 400, "invalid_base64"),
    (changed(GOOD, file_name="/"), 400, "invalid_file_name"),
    (changed(GOOD, file_name=".."), 400, "invalid_file_name"),
    (changed(GOOD, file_name="\n\t"), 400, "invalid_file_name"),
    ('{"file_name": "\\ud800", "file_content": "aGVsbG8="}', 400, "invalid_file_name"),
    (changed(GOOD, content_type="text"), 400, "invalid_content_type"),
    (changed(GOOD, content_type="text/plain\r\nX-Evil: 1"), 400, "invalid_content_type"),
    (changed(GOOD, file_content=base64.b64encode(bytes(MAX_BYTES + 1)).decode()), 413, "file_too_large"),
    (changed(GOOD, file_content="!" * 1000), 413, "file_too_large"),
]

BAD_RESERVED: list[tuple[str | None, int, str]] = [
    *BAD_BODIES,
    (without(LARGE, "file_name"), 400, "missing_file_name"),
    (without(LARGE, "content_type"), 400, "missing_content_type"),
    (changed(LARGE, content_type=""), 400, "missing_content_type"),
    (without(LARGE, "size"), 400, "missing_size"),
    (changed(LARGE, size=0), 400, "invalid_field"),
    (changed(LARGE, size=-1), 400, "invalid_field"),
    (changed(LARGE, size=1.5), 400, "invalid_field"),
    (changed(LARGE, size="1000"), 400, "invalid_field"),
    (changed(LARGE, size=True), 400, "invalid_field"),
    (changed(LARGE, size=10**30), 400, "invalid_field"),
    (changed(LARGE, sha256="xyz"), 400, "invalid_field"),
    (changed(LARGE, sha256="0" * 63), 400, "invalid_field"),
    (changed(LARGE, sha256="0" * 64 + "\n"), 400, "invalid_field"),
    (changed(LARGE, md5="0"), 400, "invalid_field"),
    (changed(LARGE, file_name="..."), 400, "invalid_file_name"),
    (changed(LARGE, content_type="video"), 400, "invalid_content_type"),
    (changed(LARGE, size=10**6 + 1), 413, "file_too_large"),
]


def short(value: object) -> str:
    return str(value)[:50]


@pytest.mark.parametrize(("body", "status", "code"), BAD_INLINE, ids=short)
def test_a_bad_body_of_post_upload(body: str | None, status: int, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        requests.inline_upload(body, MAX_BYTES)
    assert (caught.value.status, caught.value.code) == (status, code)


@pytest.mark.parametrize(("body", "status", "code"), BAD_RESERVED, ids=short)
def test_a_bad_body_of_post_uploads(body: str | None, status: int, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        requests.reserved_upload(body, 10**6)
    assert (caught.value.status, caught.value.code) == (status, code)


def test_every_code_has_its_own_message() -> None:
    messages: dict[str, set[str]] = {}
    for body, _, code in BAD_INLINE:
        with pytest.raises(RequestError) as caught:
            requests.inline_upload(body, MAX_BYTES)
        messages.setdefault(code, set()).add(caught.value.message)
    assert all(len(texts) == 1 for texts in messages.values())
    assert len({text for texts in messages.values() for text in texts}) == len(messages)


def test_a_schema_error_names_field_and_problem_but_not_the_value() -> None:
    with pytest.raises(RequestError) as caught:
        requests.inline_upload(changed(GOOD, file_name=["secret"]), MAX_BYTES)
    assert caught.value.details == {"field": "file_name", "problem": "file_name must be string"}


def test_too_large_points_to_the_other_route() -> None:
    with pytest.raises(RequestError) as caught:
        requests.inline_upload(changed(GOOD, file_content="A" * 1000), MAX_BYTES)
    assert caught.value.details == {"max_bytes": MAX_BYTES, "use": "POST /uploads"}


@pytest.mark.parametrize("size", [1, 2, 3, MAX_BYTES - 2, MAX_BYTES - 1, MAX_BYTES])
def test_files_up_to_the_limit_are_taken(size: int) -> None:
    content = bytes(range(256))[-size:]
    upload = requests.inline_upload(changed(GOOD, file_content=base64.b64encode(content).decode()), MAX_BYTES)
    assert upload.content == content


def test_the_content_type_is_by_default_that_of_the_name() -> None:
    assert requests.inline_upload(json.dumps(GOOD), MAX_BYTES).content_type == "text/plain"
    assert requests.inline_upload(changed(GOOD, file_name="a"), MAX_BYTES).content_type == "application/octet-stream"
    assert requests.inline_upload(changed(GOOD, content_type="text/csv"), MAX_BYTES).content_type == "text/csv"


def test_a_checksum_is_read_in_either_case() -> None:
    assert requests.reserved_upload(changed(LARGE, sha256="AB" * 32), 10**6).sha256 == "ab" * 32
