"""Content types: their syntax, their other names, and the default for a file name.

The table of extensions is our own: Python's `mimetypes` reads the machine's files and changes from version to version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .file_names import extension

OPAQUE = "application/octet-stream"
"""Says nothing about the bytes."""

_TOKEN = r"[A-Za-z0-9!#$&^_.+-]{1,127}"
_PARAMETER = rf"[ \t]*;[ \t]*{_TOKEN}=(?:{_TOKEN}|\"[ !#-\[\]-~]*\")"
_SYNTAX = re.compile(rf"(?P<essence>{_TOKEN}/{_TOKEN})(?P<parameters>(?:{_PARAMETER})*)")
_CHARSET = re.compile(r";[ \t]*charset=\"?([^ ;\"]+)", re.IGNORECASE)

_ALIASES = {
    "application/x-gzip": "application/gzip",
    "application/x-javascript": "text/javascript",
    "application/javascript": "text/javascript",
    "application/x-pdf": "application/pdf",
    "application/x-zip": "application/zip",
    "application/x-zip-compressed": "application/zip",
    "audio/mp3": "audio/mpeg",
    "audio/x-mp3": "audio/mpeg",
    "audio/vnd.wave": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "text/json": "application/json",
    "text/xml": "application/xml",
}

_BY_EXTENSION = {
    ".7z": "application/x-7z-compressed",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".bz2": "application/x-bzip2",
    ".css": "text/css",
    ".csv": "text/csv",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".epub": "application/epub+zip",
    ".flac": "audio/flac",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".heic": "image/heic",
    ".htm": "text/html",
    ".html": "text/html",
    ".ico": "image/vnd.microsoft.icon",
    ".jar": "application/java-archive",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".log": "text/plain",
    ".m4a": "audio/mp4",
    ".md": "text/markdown",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ogg": "audio/ogg",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".py": "text/x-python",
    ".rar": "application/vnd.rar",
    ".rtf": "application/rtf",
    ".sh": "application/x-sh",
    ".sqlite": "application/vnd.sqlite3",
    ".svg": "image/svg+xml",
    ".tar": "application/x-tar",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".xhtml": "application/xhtml+xml",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
    ".xz": "application/x-xz",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".zip": "application/zip",
    ".zst": "application/zstd",
}


@dataclass(frozen=True, slots=True)
class MediaType:
    """A parsed content type."""

    text: str
    """As it was written, ready for a header."""
    essence: str
    """Type and subtype in lower case, under their usual name: `Image/JPG; q=1` -> `image/jpeg`."""
    charset: str | None


def parse(text: str) -> MediaType | None:
    """Return the parsed content type, or None if the text is not one (RFC 9110, section 8.3.1)."""
    stripped = text.strip(" \t")
    match = _SYNTAX.fullmatch(stripped)
    if match is None:
        return None
    essence = match["essence"].lower()
    charset = _CHARSET.search(match["parameters"])
    return MediaType(stripped, _ALIASES.get(essence, essence), charset[1].lower() if charset else None)


def default_for(file_name: str) -> str:
    """Return the content type that the file name's extension stands for, or `application/octet-stream`."""
    return _BY_EXTENSION.get(extension(file_name), OPAQUE)
