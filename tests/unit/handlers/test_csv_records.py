from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from stackwright_handlers.csv_records import MAX_LINE_BYTES, FileFault, Record, records


def read(content: bytes, chunk: int = 7) -> list[tuple[int, list[str]]]:
    """Records as line and cells; of a bad one the problem stands for the cells."""
    chunks = [content[start : start + chunk] for start in range(0, len(content), chunk)]
    return [(record.line, [record.problem] if record.problem else record.cells) for record in records(chunks)]


QUOTE = "a quote is not closed, or stands where none may be"


@pytest.mark.parametrize("chunk", [1, 2, 3, 1000])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"\n\r\n\r \n,,\n", []),
        (b"a,b", [(1, ["a", "b"])]),
        (b"a,b\n", [(1, ["a", "b"])]),
        (b"a\r\nb\rc\nd", [(1, ["a"]), (2, ["b"]), (3, ["c"]), (4, ["d"])]),
        (b"a\r\n\r\nb", [(1, ["a"]), (3, ["b"])]),
        (b"\xef\xbb\xbfa,b", [(1, ["a", "b"])]),
        ("ä,\u2028,\x85".encode(), [(1, ["ä", "\u2028", "\x85"])]),
        (b'"a,b","say ""hi""",""', [(1, ["a,b", 'say "hi"', ""])]),
        (b'"a\r\nb",c\nd', [(1, ["a\r\nb", "c"]), (3, ["d"])]),
        (b'5" disk,1\n', [(1, ['5" disk', "1"])]),
        (b'"never closed,1\nb,2\nc,3', [(1, [QUOTE]), (2, ["b", "2"]), (3, ["c", "3"])]),
        (b'"a"x,1\nb,2', [(1, [QUOTE]), (2, ["b", "2"])]),
        (b'"a\n"b",2\nc', [(1, [QUOTE]), (2, ["b", "2"]), (3, ["c"])]),
        (b"a\n\xff\xfeb\nc", [(1, ["a"]), (2, ["the line is not in UTF-8"]), (3, ["c"])]),
        (b'a\n"b\n\xff"\nc', [(1, ["a"]), (2, [QUOTE]), (3, ["the line is not in UTF-8"]), (4, ["c"])]),
        ("ü".encode("latin-1") + b"\nc", [(1, ["the line is not in UTF-8"]), (2, ["c"])]),
        (b"a\x00b", [(1, ["a\x00b"])]),
    ],
)
def test_records_of(content: bytes, expected: list[tuple[int, list[str]]], chunk: int) -> None:
    assert read(content, chunk) == expected


@pytest.mark.parametrize("chunk", [1000, MAX_LINE_BYTES * 3])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b""])
def test_a_line_that_is_too_long_costs_no_other(end: bytes, chunk: int) -> None:
    long = b"x" * (2 * MAX_LINE_BYTES)
    found = read(b"a\n" + long + end + (b"b" if end else b""), chunk)
    problem = (2, [f"the line is longer than {MAX_LINE_BYTES} bytes"])
    assert found == [(1, ["a"]), problem, *([(3, ["b"])] if end else [])]


def test_a_quote_that_is_never_closed_costs_one_line_of_very_many() -> None:
    found = read(b'"open\n' + b"a\n" * 1000, 100)
    assert (found[0], len(found)) == ((1, [QUOTE]), 1001)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_in_another_encoding_is_refused_as_a_whole(encoding: str) -> None:
    with pytest.raises(FileFault, match=f"the file is in {encoding[:6].upper()}"):
        read("\ufeffname,price\n".encode(encoding) if "e" in encoding[6:] else "name\n".encode(encoding))


def test_memory_does_not_grow_with_the_file() -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b"x" * 50_000
        yield b'\n"open'
        for _ in range(200):
            yield b"line,1\n" * 100

    tracemalloc.start()
    count = sum(1 for _ in records(endless()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 20_001
    assert peak < 2**20


def test_a_record_is_either_cells_or_a_problem() -> None:
    for record in records([b'a,b\n"c\n\xff\n']):
        assert isinstance(record, Record)
        assert bool(record.cells) is not bool(record.problem)
