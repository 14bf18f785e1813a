"""Request bodies to commands. Whatever is wrong with a body ends in a RequestError; `file_processor` lists them all."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import cast

from stackwright_handlers.bodies import Body, json_object
from stackwright_handlers.errors import RequestError

from . import file_names, media_types
from .schemas import SCHEMAS

_INLINE = Body(SCHEMAS["inline_upload"])
_RESERVED = Body(SCHEMAS["reserved_upload"])


@dataclass(frozen=True, slots=True)
class InlineUpload:
    """A file that came with the request."""

    file_name: str
    content_type: str
    content: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class ReservedUpload:
    """A file that will be sent to S3; size in bytes, checksum in lower-case hexadecimal."""

    file_name: str
    content_type: str
    size: int
    sha256: str | None


def inline_upload(body: str | None, max_bytes: int) -> InlineUpload:
    """Read the body of POST /upload."""
    values = json_object(body)
    encoded = _required(values, "file_content")
    _required(values, "file_name")
    _INLINE.check(values)
    content = _content(cast(str, encoded), max_bytes)
    file_name = _file_name(values)
    declared = values.get("content_type", media_types.default_for(file_name))
    return InlineUpload(file_name, _content_type(declared), content, hashlib.sha256(content).hexdigest())


def reserved_upload(body: str | None, max_bytes: int) -> ReservedUpload:
    """Read the body of POST /uploads."""
    values = json_object(body)
    for name in ("file_name", "content_type", "size"):
        _required(values, name)
    _RESERVED.check(values)
    size = cast(int, values["size"])
    if size > max_bytes:
        raise RequestError(
            413, "file_too_large", f"The file is larger than {max_bytes} bytes.", {"max_bytes": max_bytes}
        )
    sha256 = cast("str | None", values.get("sha256"))
    return ReservedUpload(
        _file_name(values), _content_type(values["content_type"]), size, sha256.lower() if sha256 else None
    )


def _required(values: dict[str, object], name: str) -> object:
    value = values.get(name)
    # An empty file_content is an empty file, which has a message of its own.
    if value is None or (value == "" and name != "file_content"):
        raise RequestError(400, f"missing_{name}", f"The field {name} is missing.", {"field": name})
    return value


def _content(encoded: str, max_bytes: int) -> bytes:
    if not encoded:
        raise RequestError(400, "empty_file", "The file is empty: file_content holds no bytes.")
    # Judged by its length, so that a file that is refused anyway is not decoded first.
    if len(encoded) * 3 // 4 - encoded.count("=", -2) > max_bytes:
        raise RequestError(
            413,
            "file_too_large",
            f"The file is larger than {max_bytes} bytes; ask POST /uploads for a place to send it to.",
            {"max_bytes": max_bytes, "use": "POST /uploads"},
        )
    try:
        content = base64.b64decode(encoded, validate=True)
    except ValueError:
        content = b""
    # Python lets surplus padding pass, and versions differ in how much.
    if not content or len(encoded) % 4 or encoded.endswith("==="):
        raise RequestError(
            400, "invalid_base64", "file_content is not valid base64 (standard alphabet, padded, no line breaks)."
        )
    return content


def _file_name(values: dict[str, object]) -> str:
    name = file_names.normalise(cast(str, values["file_name"]))
    if not name:
        raise RequestError(
            400, "invalid_file_name", "Nothing is left of file_name without path, control characters and outer dots."
        )
    return name


def _content_type(value: object) -> str:
    media_type = media_types.parse(cast(str, value))
    if media_type is None:
        raise RequestError(400, "invalid_content_type", "content_type is not a media type such as text/plain.")
    return media_type.text
