"""Names that people gave their files, made safe without losing what they say."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

MAX_NAME_BYTES = 255
"""What common file systems take, in UTF-8."""

MAX_EXTENSION_BYTES = 20
"""A longer ending is part of the name, not an extension worth keeping when the name is cut."""

MAX_SUBJECT_CHARACTERS = 99
"""A subject must be shorter than 100 characters: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""

# Control characters, surrogates, line and paragraph separators.
_REMOVED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Invisible marks that change the direction of the text around them, or nothing at all: they only disguise a name.
_DISGUISES = frozenset("\u200b\u200e\u200f\u2060\ufeff") | {
    chr(point) for point in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
_SEPARATORS = re.compile(r"[/\\]")
# "Characters to avoid": https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
_AVOIDED_IN_KEYS = re.compile(r"[\\{}^%`\[\]\"<>~#|]")
_NOT_PRINTABLE_ASCII = re.compile(r"[^ -~]")


def normalise(name: str) -> str:
    """Return the name as it is kept and shown: NFC, no control characters, no path, at most 255 bytes of UTF-8.

    Dots and spaces around the name go too: a leading dot hides a file, and Windows drops trailing ones.
    The result is empty if nothing is left. Normalising twice changes nothing.
    """
    visible = "".join(character for character in unicodedata.normalize("NFC", name) if not _is_removed(character))
    # Removing a mark between two characters can make them composable.
    last_part = _SEPARATORS.split(unicodedata.normalize("NFC", visible))[-1]
    return _cut(last_part.strip(" ."))


def extension(name: str) -> str:
    """Return the ending with its dot in lower case, or an empty string: `Report.PDF` -> `.pdf`."""
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if stem and dot and ending else ""


def object_key(file_id: str, file_name: str) -> str:
    """Return the key of the file's object; characters that S3 advises against become underscores."""
    return f"{file_id}/{_AVOIDED_IN_KEYS.sub('_', file_name)}"


def subject(file_name: str) -> str:
    """Return a message subject: printable ASCII, fewer than 100 characters."""
    folded = unicodedata.normalize("NFKD", f"File uploaded: {file_name}")
    ascii_only = _NOT_PRINTABLE_ASCII.sub("?", "".join(c for c in folded if not unicodedata.combining(c)))
    return ascii_only[:MAX_SUBJECT_CHARACTERS].rstrip()


def content_disposition(file_name: str) -> str:
    """Return a header that makes browsers save the file under its name instead of rendering it (RFC 6266, RFC 8187)."""
    fallback = re.sub(r'[\\"%]', "_", _NOT_PRINTABLE_ASCII.sub("_", file_name))
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def _is_removed(character: str) -> bool:
    return character in _DISGUISES or unicodedata.category(character) in _REMOVED_CATEGORIES


def _cut(name: str) -> str:
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, ending = name, ""
    dot = name.rfind(".")
    if dot > 0 and len(name[dot:].encode()) <= MAX_EXTENSION_BYTES:
        stem, ending = name[:dot], name[dot:]
    room = MAX_NAME_BYTES - len(ending.encode())
    # An incomplete character at the cut is dropped, not replaced.
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + ending
