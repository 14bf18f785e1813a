"""Whether the bytes of a file contradict its declared content type.

| declared                              | bytes                               | verdict       |
|---------------------------------------|-------------------------------------|---------------|
| a type with a known signature         | that signature                      | fits          |
| a type with a known signature         | anything else                       | contradiction |
| text, JSON, XML (also +json, +xml)    | text in its charset, well begun     | fits          |
| text, JSON, XML (also +json, +xml)    | binary, or the wrong kind of text   | contradiction |
| any type but its own                  | an executable, HTML, a script       | contradiction |
| a type we know nothing about          | anything else                       | fits          |

For `application/octet-stream` the file name's extension stands in; without a known one, everything fits,
as the declaration claims nothing, and browsers only ever save such a file.
"""

from __future__ import annotations

import json

from . import media_types, signatures
from .signatures import EXECUTABLES, HTML, OLE, RTF, SCRIPT, SVG, TEXT, XML

_MP4 = frozenset({"video/mp4", "video/quicktime"})
_MATROSKA = frozenset({"video/x-matroska"})

_SIGNATURES: dict[str, frozenset[str]] = {
    **{
        own: frozenset({own})
        for own in (
            "application/gzip",
            "application/pdf",
            "application/rtf",
            "application/vnd.apache.parquet",
            "application/vnd.rar",
            "application/vnd.sqlite3",
            "application/x-7z-compressed",
            "application/x-bzip2",
            "application/x-tar",
            "application/x-xz",
            "application/zip",
            "application/zstd",
            "audio/flac",
            "audio/midi",
            "audio/ogg",
            "audio/wav",
            "font/woff",
            "font/woff2",
            "image/avif",
            "image/bmp",
            "image/gif",
            "image/jpeg",
            "image/png",
            "image/tiff",
            "image/vnd.microsoft.icon",
            "image/webp",
            "video/x-msvideo",
            SVG,
        )
    },
    "application/msword": frozenset({OLE, RTF}),
    # Browsers on Windows call CSV files so when Excel is installed.
    "application/vnd.ms-excel": frozenset({OLE, TEXT}),
    "application/vnd.ms-powerpoint": frozenset({OLE}),
    "audio/aac": frozenset({"audio/aac", "audio/mpeg"}),
    "audio/mp4": _MP4,
    "audio/mpeg": frozenset({"audio/mpeg"}),
    "audio/webm": _MATROSKA,
    "audio/x-m4a": _MP4,
    "image/heic": frozenset({"image/heic"}),
    "image/heif": frozenset({"image/heic", "image/avif"}),
    "image/x-icon": frozenset({"image/vnd.microsoft.icon"}),
    "video/3gpp": _MP4,
    "video/mp4": _MP4,
    "video/ogg": frozenset({"audio/ogg"}),
    "video/quicktime": _MP4,
    "video/webm": _MATROSKA,
    "video/x-m4v": _MP4,
    "video/x-matroska": _MATROSKA,
}
_ZIP_PREFIXES = ("application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.")
_ZIP_TYPES = frozenset(
    {
        "application/java-archive",
        "application/vnd.android.package-archive",
        "application/vnd.ms-excel.sheet.macroenabled.12",
        "application/vnd.ms-word.document.macroenabled.12",
    }
)
_TEXT_TYPES = frozenset({"application/x-ndjson", "application/yaml", "application/sql", "application/toml"})

_HONEST_EXECUTABLES = EXECUTABLES | {
    "application/x-executable",
    "application/x-sharedlib",
    "application/x-pie-executable",
    "application/x-dosexec",
    "application/x-msdownload",
    "application/x-msdos-program",
    "application/x-java-class",
    "application/x-apple-diskimage",
}
_HONEST_HTML = frozenset({HTML, "application/xhtml+xml"})
_HONEST_SCRIPTS = frozenset(
    {"text/javascript", "application/x-sh", "application/x-csh", "application/x-httpd-php", "application/x-perl"}
)


def contradiction(declared: str, file_name: str, head: bytes, complete: bool) -> str | None:
    """Return what is wrong, in words for the client, or None if the bytes may be what they are declared to be.

    Args:
        declared: content type of the upload.
        file_name: its extension stands in for a declaration that says nothing.
        head: the first bytes of the file.
        complete: whether `head` is the whole file.
    """
    media_type = media_types.parse(declared)
    if media_type is None or media_type.essence == media_types.OPAQUE:
        media_type = media_types.parse(media_types.default_for(file_name))
    if media_type is None or media_type.essence == media_types.OPAQUE:
        return None
    essence = media_type.essence
    found = signatures.detect(head, complete)
    if _is_disguised(found, essence):
        return _sentence(essence, found)
    if _is_zip_based(essence):
        return None if found == "application/zip" else _sentence(essence, found)
    if essence in _SIGNATURES:
        return None if found in _SIGNATURES[essence] else _sentence(essence, found)
    if not _is_textual(essence):
        return None
    text = signatures.decode_text(head, complete, media_type.charset)
    fits = text is not None and _begins_well(essence, text, complete)
    return None if fits else _sentence(essence, found)


def _is_disguised(found: str | None, essence: str) -> bool:
    if found in EXECUTABLES:
        return essence not in _HONEST_EXECUTABLES
    if found == HTML:
        return essence not in _HONEST_HTML
    if found == SCRIPT:
        return essence not in _HONEST_SCRIPTS and not essence.startswith("text/x-")
    return False


def _is_zip_based(essence: str) -> bool:
    return essence in _ZIP_TYPES or essence.endswith("+zip") or essence.startswith(_ZIP_PREFIXES)


def _is_json(essence: str) -> bool:
    return essence == "application/json" or essence.endswith("+json")


def _is_xml(essence: str) -> bool:
    return essence == XML or essence.endswith("+xml")


def _is_textual(essence: str) -> bool:
    return essence.startswith("text/") or essence in _TEXT_TYPES or _is_json(essence) or _is_xml(essence)


def _begins_well(essence: str, text: str, complete: bool) -> bool:
    start = text.lstrip()
    if _is_xml(essence):
        return start.startswith("<")
    if not _is_json(essence):
        return True
    if not complete:
        return start[:1] in set('{["-0123456789tfn')
    try:
        json.loads(start)
    except (ValueError, RecursionError):
        return False
    return True


def _sentence(essence: str, found: str | None) -> str:
    content = {None: "of an unknown binary format", TEXT: "plain text", SCRIPT: "a script"}.get(found, found)
    return f"declared {essence}, but the content is {content}"
