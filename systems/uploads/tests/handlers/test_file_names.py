from __future__ import annotations

import unicodedata
from urllib.parse import unquote

import pytest
from uploads import file_names

HOSTILE_NAMES = [
    "report.pdf",
    "a" * 150 + ".txt",
    "line one\nline two\r\n.txt",
    "../../etc/passwd",
    "..\\..\\windows\\system32\\cmd.exe",
    "/absolute/path/file.txt",
    "C:\\Users\\me\\file.txt",
    "mixed/..\\x.txt",
    ".hidden",
    "...",
    ".",
    "..",
    "",
    " ",
    "folder/",
    "\x00",
    "nul\x00byte.txt",
    "\u202egnp.exe",
    "zero\u200bwidth.txt",
    "e\u0301tude.txt",
    "e\u200b\u0301.txt",
    "\ud800lone.txt",
    "\U0001f600" * 200 + ".png",
    "é" * 300,
    "x." + "e" * 300,
    "名" * 100 + ".docx",
    "trailing. . .",
    ". . leading.txt",
    'quote"brace{x}~#%.txt',
    "\u2028line\u2029separator.txt",
    "a" * 254 + "é",
    "a" * 250 + " .txt",
    ".." * 200 + "a",
    "a" * 254 + " b",
    "a" * 254 + ".b",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
class TestProperties:
    def test_it_fits_into_255_bytes(self, name: str) -> None:
        assert len(file_names.normalise(name).encode()) <= 255

    def test_it_holds_no_path_no_control_characters_and_no_outer_dots(self, name: str) -> None:
        normalised = file_names.normalise(name)
        assert not set(normalised) & set("/\\")
        assert all(unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") for c in normalised)
        assert normalised == normalised.strip(" .")

    def test_it_is_nfc(self, name: str) -> None:
        assert unicodedata.is_normalized("NFC", file_names.normalise(name))

    def test_normalising_again_changes_nothing(self, name: str) -> None:
        normalised = file_names.normalise(name)
        assert file_names.normalise(normalised) == normalised

    def test_its_key_fits_s3_and_has_two_parts(self, name: str) -> None:
        key = file_names.object_key("0" * 36, file_names.normalise(name))
        assert len(key.encode()) <= 1024
        assert key.count("/") == 1
        assert not set(key) & set('\\{}^%`[]"<>~#|')

    def test_its_subject_is_short_printable_ascii(self, name: str) -> None:
        subject = file_names.subject(file_names.normalise(name))
        assert 0 < len(subject) < 100
        assert all(" " <= c <= "~" for c in subject)

    def test_its_content_disposition_is_one_ascii_header_that_holds_the_name(self, name: str) -> None:
        normalised = file_names.normalise(name)
        header = file_names.content_disposition(normalised)
        assert all(" " <= c <= "~" for c in header)
        assert header.count('"') == 2
        assert unquote(header.partition("UTF-8''")[2]) == normalised


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\file.txt", "file.txt"),
        ("folder/", ""),
        ("a/..", ""),
        (".hidden", "hidden"),
        ("line one\nline two.txt", "line oneline two.txt"),
        ("e\u0301tude.txt", "\u00e9tude.txt"),
        ("e\u200b\u0301.txt", "\u00e9.txt"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\ud800", ""),
        ("  spaces  .txt  ", "spaces  .txt"),
        ("\U0001f468\u200d\U0001f469.png", "\U0001f468\u200d\U0001f469.png"),
    ],
)
def test_normalise(name: str, expected: str) -> None:
    assert file_names.normalise(name) == expected


def test_cutting_keeps_the_extension_and_whole_characters() -> None:
    assert file_names.normalise("\u540d" * 100 + ".docx") == "\u540d" * 83 + ".docx"


def test_an_ending_that_is_too_long_for_an_extension_is_cut_with_the_name() -> None:
    assert file_names.normalise("x." + "e" * 300) == "x." + "e" * 253


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Report.PDF", ".pdf"), ("a.tar.gz", ".gz"), ("none", ""), (".profile", ""), ("dot.", "")],
)
def test_extension(name: str, expected: str) -> None:
    assert file_names.extension(name) == expected


def test_a_subject_folds_accents() -> None:
    assert file_names.subject("\u00e9tude \u540d.txt") == "File uploaded: etude ?.txt"
