"""The table of bad files and rows: what becomes of each, for which reason and on which line."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from marketdata.jobs import State
from marketdata.tally import Rejected, rows_to_write, tally_of
from marketdata_memory import MemoryWorld

from stackwright_handlers.csv_records import MAX_LINE_BYTES

HEADER = "symbol,timestamp,open,high,low,close,price,volume"
GOOD = "AAPL,1700000000,1,3,0.5,2,1.5,100"
LAST = "MSFT,1700000000,1,3,0.5,2,1.5,100"

TIME = "timestamp is none of"
RANGE = "timestamp is not between 1970 and 2099"
NUMBER = "is not a number with at most 18 digits before and 18 behind the point"
SYMBOL = "symbol is not 1 to 32 of the characters"
QUOTE = "a quote is not closed, or stands where none may be"

BAD_ROWS = {
    "no symbol": (",1700000000,,,,,1,1", "missing symbol"),
    "blank symbol": ("  ,1700000000,,,,,1,1", "missing symbol"),
    "symbol of 300 characters": ("A" * 300 + ",1700000000,,,,,1,1", SYMBOL),
    "formula": ("\"=cmd|' /C calc'!A0\",1700000000,,,,,1,1", SYMBOL),
    "formula with plus": ("+1+1,1700000000,,,,,1,1", SYMBOL),
    "formula with at": ("@SUM(A1),1700000000,,,,,1,1", SYMBOL),
    "formula as number": ("AAPL,1700000000,,,,,=1+1,1", f"price {NUMBER}"),
    "NUL in symbol": ("A\x00B,1700000000,,,,,1,1", SYMBOL),
    "line break in symbol": ('"A\nB",1700000000,,,,,1,1', SYMBOL),
    "other letters": ("\u0391\u0391PL,1700000000,,,,,1,1", SYMBOL),
    "path": ("../A,1700000000,,,,,1,1", SYMBOL),
    "no timestamp": ("AAPL,,,,,,1,1", "missing timestamp"),
    "words": ("AAPL,yesterday,,,,,1,1", TIME),
    "American date": ("AAPL,03/04/2025,,,,,1,1", TIME),
    "no such month": ("AAPL,2025-13-01,,,,,1,1", "timestamp is a time that there is not"),
    "no such day": ("AAPL,2025-02-30T00:00:00Z,,,,,1,1", "timestamp is a time that there is not"),
    "leap second": ("AAPL,2016-12-31T23:59:60Z,,,,,1,1", "timestamp is a time that there is not"),
    "compact date": ("AAPL,20250304,,,,,1,1", "timestamp looks like a date; write it as 2025-03-04"),
    "before 1970": ("AAPL,-1,,,,,1,1", RANGE),
    "ISO before 1970": ("AAPL,1969-12-31,,,,,1,1", RANGE),
    "after 2099": ("AAPL,4102444800,,,,,1,1", RANGE),
    "ISO after 2099": ("AAPL,2100-01-01,,,,,1,1", RANGE),
    "microseconds": ("AAPL,1700000000000000,,,,,1,1", RANGE),
    "nanoseconds": ("AAPL,1700000000000000000,,,,,1,1", TIME),
    "parts of milliseconds": ("AAPL,1700000000.0001,,,,,1,1", "timestamp is finer than milliseconds"),
    "ISO with microseconds": ("AAPL,2025-03-04T05:06:07.000001Z,,,,,1,1", "timestamp is finer than milliseconds"),
    "exponent in time": ("AAPL,1.7e9,,,,,1,1", TIME),
    "NaN in time": ("AAPL,NaN,,,,,1,1", TIME),
    "word as number": ("AAPL,1700000000,,,,,abc,1", f"price {NUMBER}"),
    "NaN": ("AAPL,1700000000,,,,,NaN,1", f"price {NUMBER}"),
    "signalling NaN": ("AAPL,1700000000,,,,,sNaN,1", f"price {NUMBER}"),
    "Infinity": ("AAPL,1700000000,,,,,Infinity,1", f"price {NUMBER}"),
    "-inf": ("AAPL,1700000000,,,,,-inf,1", f"price {NUMBER}"),
    "1e400": ("AAPL,1700000000,,,,,1e400,1", f"price {NUMBER}"),
    "1e-400": ("AAPL,1700000000,,,,,1e-400,1", f"price {NUMBER}"),
    "1e99999999999": ("AAPL,1700000000,,,,,1e99999999999,1", f"price {NUMBER}"),
    "19 digits": ("AAPL,1700000000,,,,,1234567890123456789,1", f"price {NUMBER}"),
    "19 decimals": ("AAPL,1700000000,,,,,0.1234567890123456789,1", f"price {NUMBER}"),
    "hexadecimal": ("AAPL,1700000000,,,,,0x10,1", f"price {NUMBER}"),
    "underscore": ("AAPL,1700000000,,,,,1_000,1", f"price {NUMBER}"),
    "thousands": ('AAPL,1700000000,,,,,"1,000",1', f"price {NUMBER}"),
    "decimal comma": ('AAPL,1700000000,,,,,"1,5",1', f"price {NUMBER}"),
    "currency": ("AAPL,1700000000,,,,,$1,1", f"price {NUMBER}"),
    "Arabic digits": ("AAPL,1700000000,,,,,٣,1", f"price {NUMBER}"),
    "negative volume": ("AAPL,1700000000,,,,,1,-1", "volume is negative"),
    "high under low": ("AAPL,1700000000,1,1,2,1,1,1", "high is less than low"),
    "too few columns": ("AAPL,1700000000", "too few columns: the row has 2, the header 8"),
    "too many columns": (GOOD + ",", "too many columns: the row has 9, the header 8"),
    "semicolons": ("AAPL;1700000000;1;3;1;2;1;1", "too few columns: the row has 1, the header 8"),
    "repeated header": (HEADER, "the header is repeated"),
    "quote that is not closed": ('"AAPL,1700000000,,,,,1,1', QUOTE),
    "letters behind a quote": ('"AAPL"x,1700000000,,,,,1,1', QUOTE),
    "long line": ("x" * (MAX_LINE_BYTES + 1), f"the line is longer than {MAX_LINE_BYTES} bytes"),
    "several faults": (",x,,1,2,,NaN,-1", "missing symbol; timestamp is none of"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_rejected_with_its_line_and_costs_no_other(name: str) -> None:
    row, reason = BAD_ROWS[name]
    world = MemoryWorld()
    job_id = world.upload(f"{HEADER}\n{GOOD}\n{row}\n{LAST}\n")

    world.process(job_id)

    job = world.job(job_id)
    assert (job.state, world.sums(job_id)) == (State.SUCCEEDED_WITH_ERRORS, (3, 2, 1, 0))
    [rejected] = job.rejected_rows
    assert rejected.line == 3
    assert rejected.reason.startswith(reason) if name == "several faults" else reason in rejected.reason
    assert {symbol for symbol, _ in world.records.rows} == {"AAPL", "MSFT"}
    assert f"processed/{job_id}/data.csv" in world.files.objects


@dataclass(frozen=True)
class File:
    content: bytes
    reason: str


BAD_FILES = {
    "empty": File(b"", "the file is empty"),
    "blank lines": File(b"\n\r\n \n,,\n", "the file is empty"),
    "byte order mark only": File(b"\xef\xbb\xbf", "the file is empty"),
    "no header": File(GOOD.encode(), "the header is wrong: there is no column symbol; there is no column timestamp"),
    "no timestamp": File(b"symbol,price\nAAPL,1\n", "the header is wrong: there is no column timestamp"),
    "semicolons": File(b"symbol;timestamp\nAAPL;1\n", "the header is wrong: there is no column symbol"),
    "column twice": File(b"symbol,timestamp,Price,price \n", "the header is wrong: the column price is there twice"),
    "very many columns": File(b"symbol,timestamp" + b",x" * 99, "the header is wrong: there are more than 100"),
    "UTF-16": File("symbol,timestamp\n".encode("utf-16"), "the file is in UTF-16; save it in UTF-8"),
    "UTF-32": File("symbol,timestamp\n".encode("utf-32"), "the file is in UTF-32; save it in UTF-8"),
    "Latin-1 header": File("symbol,timestamp,größe\n".encode("latin-1"), "the header cannot be read: the line is not"),
    "Latin-1 row": File(
        f"{HEADER},note\n{GOOD},x\n{LAST},ü\n".encode("latin-1"), "line 3 is not in UTF-8; save the file in UTF-8"
    ),
    "quote in header": File(b'"symbol,timestamp\nAAPL,1\n', f"the header cannot be read: {QUOTE}"),
    "one long line": File(b"x" * 200_000, "the header cannot be read: the line is longer than"),
    "image": File(b"\x89PNG\r\n\x1a\n\x00\x00", "the header cannot be read: the line is not in UTF-8"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_fails_its_job_and_writes_nothing(name: str) -> None:
    world = MemoryWorld()
    job_id = world.upload(BAD_FILES[name].content)

    world.process(job_id)

    job = world.job(job_id)
    assert job.state is State.FAILED
    assert job.reason is not None
    assert job.reason.startswith(BAD_FILES[name].reason)
    assert not world.records.rows
    assert set(world.files.objects) == {f"failed/{job_id}/data.csv"}


GOOD_FILES = {
    "byte order mark": b"\xef\xbb\xbf" + f"{HEADER}\n{GOOD}\n".encode(),
    "CR LF": f"{HEADER}\r\n{GOOD}\r\n".encode(),
    "CR": f"{HEADER}\r{GOOD}\r".encode(),
    "no end": f"{HEADER}\n{GOOD}".encode(),
    "blank lines": f"\n{HEADER}\n\n{GOOD}\n\n".encode(),
    "quotes": (",".join(f'"{name}"' for name in HEADER.split(",")) + f"\n{GOOD}\n").encode(),
    "another order": b"volume,price,close,low,high,open,timestamp,symbol\n100,1.5,2,0.5,3,1,1700000000,AAPL\n",
    "capitals and blanks": f"{HEADER.title().replace(',', ' , ')}\n{GOOD.replace(',', ' , ')}\n".encode(),
    "unknown columns": f'note,{HEADER}\n"a\n""b"", c",{GOOD}\n'.encode(),
    "milliseconds": f"{HEADER}\n{GOOD.replace('1700000000', '1700000000000')}\n".encode(),
    "parts of seconds": f"{HEADER}\n{GOOD.replace('1700000000', '1700000000.000')}\n".encode(),
    "ISO": f"{HEADER}\n{GOOD.replace('1700000000', '2023-11-14T22:13:20Z')}\n".encode(),
    "ISO elsewhere": f"{HEADER}\n{GOOD.replace('1700000000', '2023-11-15 03:43:20.000+05:30')}\n".encode(),
    "ISO without zone": f"{HEADER}\n{GOOD.replace('1700000000', '2023-11-14T22:13:20')}\n".encode(),
    "exponents": f"{HEADER}\nAAPL,1700000000,1e0,+3,5E-1,2.,.15e1,1e2\n".encode(),
    "zeros": f"{HEADER}\nAAPL,1700000000,1.00,3.0,0.50,02,1.5000000000000000000000,100\n".encode(),
}


@pytest.mark.parametrize("name", GOOD_FILES)
def test_a_file_may_be_written_in_many_ways(name: str) -> None:
    world = MemoryWorld()
    job_id = world.upload(GOOD_FILES[name])

    world.process(job_id)

    assert (world.job(job_id).state, world.sums(job_id)) == (State.SUCCEEDED, (1, 1, 0, 0))
    [record] = world.records.rows.values()
    assert (record.symbol, record.timestamp) == ("AAPL", 1_700_000_000_000)
    assert {column: float(number) for column, number in record.numbers.items()} == {
        "open": 1,
        "high": 3,
        "low": 0.5,
        "close": 2,
        "price": 1.5,
        "volume": 100,
    }


def test_a_header_alone_is_a_file_without_rows() -> None:
    world = MemoryWorld()
    job_id = world.upload(HEADER)
    world.process(job_id)
    assert (world.job(job_id).state, world.sums(job_id)) == (State.SUCCEEDED, (0, 0, 0, 0))


def test_numbers_are_optional() -> None:
    world = MemoryWorld()
    job_id = world.upload("timestamp,symbol\n0,A\n1,A\n")
    world.process(job_id)
    assert world.sums(job_id) == (2, 2, 0, 0)
    assert [dict(record.numbers) for record in world.records.rows.values()] == [{}, {}]


def test_a_gigabyte_on_one_line_costs_that_line_and_little_memory() -> None:
    def chunks() -> Iterator[bytes]:
        chunk = b"x" * (1024 * 1024)
        yield f"{HEADER}\n{GOOD}\n".encode()
        for _ in range(1024):
            yield chunk
        yield f"\n{LAST}\n".encode()

    tracemalloc.start()
    tally, superseded = tally_of(chunks())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tally.accepted, tally.rejected) == (2, 1)
    assert tally.listed == [Rejected(3, f"the line is longer than {MAX_LINE_BYTES} bytes")]
    assert [found.row.symbol for found in rows_to_write(chunks(), superseded, 0)] == ["AAPL", "MSFT"]
    assert peak < 8 * 2**20
