"""Detection and verdict, on the first bytes of real formats."""

from __future__ import annotations

import gzip
import io
import sqlite3
import struct
import tarfile
import wave
import zipfile
import zlib
from pathlib import Path

import pytest
from uploads import media_types, signatures
from uploads.type_check import contradiction


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    return buffer.getvalue()


def wav() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * 10)
    return buffer.getvalue()


def tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("empty.txt"))
    return buffer.getvalue()


def sqlite() -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table t (c)")
        data = connection.serialize()
    connection.close()
    return data


ELF = b"\x7fELF\x02\x01\x01" + b"\0" * 57
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 52 + b"\x80\0\0\0" + b"\0" * 64 + b"PE\0\0"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
GIF = b"GIF89a\x01\x00\x01\x00"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"
MOV = b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  "
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
MP3_TAG = b"ID3\x04\x00\x00\x00\x00\x00\x00"
MP3_FRAME = b"\xff\xfb\x90\x64" + b"\0" * 20
AAC = b"\xff\xf1\x50\x80\x02\x1f\xfc"
DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 32
DOCX = zipped("[Content_Types].xml", "word/document.xml")
XLSX = zipped("[Content_Types].xml", "xl/workbook.xml")
HTML = b"<!DOCTYPE html>\n<html><body>hello</body></html>"
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'
XML = b'<?xml version="1.0"?><root/>'
SHELL = b"#!/bin/sh\necho hello\n"
PHP = b"<?php echo 1;"
JSON = b'{"a": [1, 2.5, null]}'
TEXT = "Grüße\n".encode()
LATIN = "Grüße\n".encode("latin-1")
UTF16 = "a,b\n".encode("utf-16")
BINARY = bytes(range(256))
CLASS = b"\xca\xfe\xba\xbe\x00\x00\x00\x41"
WASM = b"\0asm\x01\0\0\0"

DOCX_TYPE = media_types.default_for("x.docx")
XLSX_TYPE = media_types.default_for("x.xlsx")


def short(value: object) -> str:
    """Name a parameter in the list of tests; bytes that depend on the time must not."""
    return value if isinstance(value, str) else "bytes"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (png(), "image/png"),
        (JPEG, "image/jpeg"),
        (GIF, "image/gif"),
        (WEBP, "image/webp"),
        (PDF, "application/pdf"),
        (b"\xef\xbb\xbf\n" + PDF, "application/pdf"),
        (DOCX, "application/zip"),
        (zipped(), "application/zip"),
        (gzip.compress(b"x", mtime=0), "application/gzip"),
        (tar(), "application/x-tar"),
        (sqlite(), "application/vnd.sqlite3"),
        (MP4, "video/mp4"),
        (MOV, "video/quicktime"),
        (HEIC, "image/heic"),
        (MP3_TAG, "audio/mpeg"),
        (MP3_FRAME, "audio/mpeg"),
        (AAC, "audio/aac"),
        (wav(), "audio/wav"),
        (DOC, signatures.OLE),
        (ELF, "application/x-elf"),
        (EXE, "application/vnd.microsoft.portable-executable"),
        (CLASS, "application/java-vm"),
        (WASM, "application/wasm"),
        (HTML, "text/html"),
        (b"\xef\xbb\xbf \r\n" + HTML, "text/html"),
        (b"<!-- hidden --> <script>alert(1)</script>", "text/html"),
        (b"\xff <html>", None),
        (b"<html>\xff", "text/html"),
        (SVG, "image/svg+xml"),
        (b"<svg/>", "image/svg+xml"),
        (XML, "application/xml"),
        (b'<?xml version="1.0"?><!DOCTYPE html><html/>', "text/html"),
        (SHELL, "text/x-script"),
        (PHP, "text/x-script"),
        (JSON, "text/plain"),
        (TEXT, "text/plain"),
        (UTF16, "text/plain"),
        (LATIN, None),
        (BINARY, None),
        (b"MZ is how this sentence begins", "text/plain"),
        (b"BMW drivers", "text/plain"),
        (b"", "text/plain"),
    ],
    ids=short,
)
def test_detect(head: bytes, expected: str | None) -> None:
    assert signatures.detect(head, complete=True) == expected


@pytest.mark.parametrize("cut", range(1, 8))
def test_a_character_that_is_cut_off_is_no_fault_unless_the_file_ends_there(cut: int) -> None:
    head = ("ü" * 3 + "名").encode()[:cut]
    whole = head.decode("utf-8", "ignore").encode() == head
    assert signatures.detect(head, complete=False) == "text/plain"
    assert (signatures.detect(head, complete=True) == "text/plain") is whole


@pytest.mark.parametrize(
    ("declared", "head"),
    [
        ("image/png", png()),
        ("IMAGE/PNG", png()),
        ("image/jpg", JPEG),
        ("image/webp", WEBP),
        ("image/svg+xml", SVG),
        ("application/pdf", PDF),
        (DOCX_TYPE, DOCX),
        (XLSX_TYPE, XLSX),
        ("application/epub+zip", zipped("mimetype")),
        ("application/zip", DOCX),
        ("application/msword", DOC),
        ("video/mp4", MP4),
        ("audio/mp4", MP4),
        ("audio/mp3", MP3_FRAME),
        ("audio/x-wav", wav()),
        ("text/plain", TEXT),
        ("text/plain; charset=utf-8", TEXT),
        ("text/plain; charset=iso-8859-1", LATIN),
        ("text/plain", UTF16),
        ("text/plain", b"MZ"),
        ("text/markdown", b"<p align=center>\n\n# Title"),
        ("text/csv", b"a,b\n1,2\n"),
        ("application/vnd.ms-excel", b"a,b\n1,2\n"),
        ("application/json", JSON),
        ("application/json", b'\xef\xbb\xbf{"a": 1}'),
        ("application/geo+json", JSON),
        ("application/xml", XML),
        ("application/atom+xml", b"<feed/>"),
        ("text/html", HTML),
        ("text/html", b"<p>a fragment"),
        ("application/xhtml+xml", HTML),
        ("application/x-sh", SHELL),
        ("text/x-python", SHELL),
        ("text/javascript", SHELL),
        ("application/x-elf", ELF),
        ("application/x-msdownload", EXE),
        ("application/octet-stream", BINARY),
        ("application/octet-stream", ELF),
        ("application/x-who-knows", BINARY),
        ("application/x-who-knows", png()),
    ],
    ids=short,
)
def test_bytes_that_fit(declared: str, head: bytes) -> None:
    assert contradiction(declared, "file", head, complete=True) is None


@pytest.mark.parametrize(
    ("declared", "head", "content"),
    [
        ("image/png", ELF, "application/x-elf"),
        ("image/png", HTML, "text/html"),
        ("image/png", JPEG, "image/jpeg"),
        ("image/png", TEXT, "plain text"),
        ("image/png", BINARY, "of an unknown binary format"),
        ("image/svg+xml", HTML, "text/html"),
        ("image/svg+xml", XML, "application/xml"),
        ("application/pdf", EXE, "application/vnd.microsoft.portable-executable"),
        ("application/pdf", DOCX, "application/zip"),
        (DOCX_TYPE, PDF, "application/pdf"),
        (DOCX_TYPE, DOC, signatures.OLE),
        ("application/zip", gzip.compress(b"x", mtime=0), "application/gzip"),
        ("audio/mpeg", wav(), "audio/wav"),
        ("video/mp4", HEIC, "image/heic"),
        ("text/plain", ELF, "application/x-elf"),
        ("text/plain", HTML, "text/html"),
        ("text/plain; charset=iso-8859-1", HTML + b"\xff", "text/html"),
        ("text/plain", SHELL, "a script"),
        ("text/plain", PHP, "a script"),
        ("text/plain", LATIN, "of an unknown binary format"),
        ("text/plain", b"text\x00text", "of an unknown binary format"),
        ("text/csv", DOCX, "application/zip"),
        ("application/json", TEXT, "plain text"),
        ("application/json", b'{"a": ', "plain text"),
        ("application/json", b"[" * 100_000, "plain text"),
        ("application/xml", TEXT, "plain text"),
        ("application/x-who-knows", ELF, "application/x-elf"),
        ("application/x-who-knows", HTML, "text/html"),
        ("application/x-who-knows", SHELL, "a script"),
    ],
    ids=short,
)
def test_bytes_that_contradict(declared: str, head: bytes, content: str) -> None:
    essence = media_types.parse(declared)
    assert essence is not None
    reason = contradiction(declared, "file", head, complete=True)
    assert reason == f"declared {essence.essence}, but the content is {content}"


def test_the_extension_speaks_for_a_file_that_declares_nothing() -> None:
    opaque = "application/octet-stream"
    assert (
        contradiction(opaque, "invoice.pdf", ELF, True)
        == "declared application/pdf, but the content is application/x-elf"
    )
    assert contradiction(opaque, "invoice.pdf", PDF, True) is None
    assert contradiction(opaque, "setup.exe", EXE, True) is None


def test_json_that_goes_on_after_the_head_is_judged_by_its_beginning() -> None:
    assert contradiction("application/json", "x.json", b'{"a": [1, 2', complete=False) is None
    assert contradiction("application/json", "x.json", b"hello, wor", complete=False) is not None


@pytest.mark.parametrize(
    "text",
    ["", "image", "image/", "/png", "image/png\n", "image/png\r\nX: y", "im age/png", "image/png; a", "image/pn\u00e9"],
)
def test_texts_that_are_no_media_types(text: str) -> None:
    assert media_types.parse(text) is None


def test_a_media_type_is_read_without_its_spelling() -> None:
    parsed = media_types.parse(' Text/XML; a=b; Charset="UTF-8" ')
    assert parsed is not None
    assert (parsed.essence, parsed.charset) == ("application/xml", "utf-8")
    assert parsed.text == 'Text/XML; a=b; Charset="UTF-8"'


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.PNG", "image/png"),
        ("a.tar.gz", "application/gzip"),
        ("a", "application/octet-stream"),
        ("a.xyz", "application/octet-stream"),
    ],
)
def test_default_for(name: str, expected: str) -> None:
    assert media_types.default_for(name) == expected


def test_every_default_is_a_media_type() -> None:
    extensions = Path(media_types.__file__).read_text(encoding="utf-8").split("_BY_EXTENSION = {")[1].split("}")[0]
    for line in extensions.strip().splitlines():
        name = "file" + line.split('"')[1]
        parsed = media_types.parse(media_types.default_for(name))
        assert parsed is not None
        assert parsed.essence == media_types.default_for(name)
