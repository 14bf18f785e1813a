"""What the first bytes of a file say it is.

Facts are from the WHATWG MIME Sniffing standard (https://mimesniff.spec.whatwg.org/) and from each format's own
specification. The answer is a media type, or None for bytes that match nothing and are no text either.
"""

from __future__ import annotations

import codecs
import re

HEAD_BYTES = 8192
"""How much of a file `detect` wants to see; more changes nothing."""

EXECUTABLES = frozenset(
    {
        "application/x-elf",
        "application/vnd.microsoft.portable-executable",
        "application/x-mach-binary",
        "application/java-vm",
        "application/wasm",
        "application/x-ms-shortcut",
    }
)
SCRIPT = "text/x-script"
HTML = "text/html"
SVG = "image/svg+xml"
XML = "application/xml"
RTF = "application/rtf"
TEXT = "text/plain"
OLE = "application/x-ole-storage"

_PREFIXES: tuple[tuple[bytes, str], ...] = (
    (b"\x7fELF", "application/x-elf"),
    (b"\xfe\xed\xfa\xce", "application/x-mach-binary"),
    (b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"\x00asm", "application/wasm"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"PK\x07\x08", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"(\xb5/\xfd", "application/zstd"),
    (b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"ID3", "audio/mpeg"),
    (b"OggS\x00", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"MThd\x00\x00\x00\x06", "audio/midi"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
    b"qt  ": "video/quicktime",
}
# What mp4 and its relatives (M4A, M4V, 3GP) have in common.
_OTHER_BRAND = "video/mp4"

_LEADING_BLANKS = " \t\r\n\x0c"
_ALLOWED_CONTROLS = frozenset("\t\n\r\x0c\x1b")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HTML_START = re.compile(r"<(?:!doctype\s+html|html|head|body|script|iframe|meta|title|style)[\s>/]", re.IGNORECASE)
_SVG_ROOT = re.compile(r"<(?:[a-z]+:)?svg[\s>/]", re.IGNORECASE)
_HTML_ROOT = re.compile(r"<(?:!doctype\s+html|html)[\s>/]", re.IGNORECASE)
_SCRIPT_START = re.compile(r"#!|<\?php|<\?=")


def detect(head: bytes, complete: bool) -> str | None:
    """Return the media type of a file that begins with `head`.

    Args:
        head: the first bytes, ideally `HEAD_BYTES` of them.
        complete: whether `head` is the whole file; if not, a character cut off at its end is no fault.
    """
    for prefix, media_type in _PREFIXES:
        if head.startswith(prefix):
            return media_type
    found = _container(head) or _by_structure(head)
    if found is not None:
        return found
    text = decode_text(head, complete)
    if text is not None:
        return _kind_of_text(text)
    # Browsers look for markup in any encoding, so one stray byte must not hide it.
    markup = _kind_of_text(head.removeprefix(codecs.BOM_UTF8).decode("latin-1"))
    # MPEG audio comes last: its frames may begin as UTF-16 text does.
    return markup if markup in (HTML, SCRIPT) else _mpeg_audio(head)


def decode_text(head: bytes, complete: bool, charset: str | None = None) -> str | None:
    """Return `head` as text without a byte-order mark, or None if it is not text.

    Text is valid in its encoding and holds no control characters but line breaks, tabs, form feeds and escapes.
    Without a charset it is UTF-8, or UTF-16 if it starts with that byte-order mark. An unknown charset is read as
    Latin-1, which leaves the test for control characters.
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif charset in (None, "utf-8", "utf8", "us-ascii", "ascii"):
        encoding = "utf-8-sig"
    else:
        encoding = "latin-1"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head, final=complete)
    except UnicodeDecodeError:
        return None
    return None if any(c < " " and c not in _ALLOWED_CONTROLS for c in text) else text


def _container(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], _OTHER_BRAND)
    return None


def _by_structure(head: bytes) -> str | None:
    """Formats whose first two bytes alone would also fit ordinary text."""
    if head[:2] == b"MZ" and b"\x00" in head[:64]:
        return "application/vnd.microsoft.portable-executable"
    if head[:2] == b"BM" and head[6:10] == b"\x00\x00\x00\x00":
        return "image/bmp"
    if head[257:262] == b"ustar":
        return "application/x-tar"
    if head.removeprefix(codecs.BOM_UTF8).lstrip(_LEADING_BLANKS.encode()).startswith(b"%PDF-"):
        return "application/pdf"
    return None


def _mpeg_audio(head: bytes) -> str | None:
    """A frame header: eleven set bits, then version, layer, bit rate and sampling rate, none of them reserved."""
    if len(head) < 3 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bit_rate, sampling_rate = head[2] >> 4, head[2] >> 2 & 3
    valid = version != 1 and layer != 0 and bit_rate != 15 and sampling_rate != 3
    return "audio/mpeg" if valid else None


def _kind_of_text(text: str) -> str:
    start = text.lstrip(_LEADING_BLANKS)
    if _SCRIPT_START.match(start):
        return SCRIPT
    if start.startswith("{\\rtf"):
        return RTF
    # A comment in front must not hide what follows it.
    start = _COMMENT.sub("", start).lstrip(_LEADING_BLANKS)
    if _HTML_START.match(start):
        return HTML
    if start.startswith("<?xml") or start[:9].lower() == "<!doctype":
        if _SVG_ROOT.search(start):
            return SVG
        return HTML if _HTML_ROOT.search(start) else XML
    return SVG if _SVG_ROOT.match(start) else TEXT
