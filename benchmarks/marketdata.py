"""Measures marketdata: its processor beside the simplest loop, its memory, a large summary, and the whole path.

    .venv/bin/python benchmarks/marketdata.py [--rows 100000] [--large 1000000] [--only writing] [--json]

- writing: the same file into a table of one emulator, by each writer in a process of its own, three times in turns, of
  which the median counts. The simplest loop reads with `csv` and writes with boto3's `batch_writer`; it checks nothing,
  and takes no notice of repeated keys. "a part of the map" is what functions of the Distributed Map do with a file.
- memory: the processor with a small and a large file in the emulator's S3. Its records are dropped, because a million
  of them would take the emulator minutes.
- summary: GET /results with aggregate=summary over as many records. The pages are made by the benchmark, as DynamoDB
  sends them, because the emulator looks at all records of a symbol for every page.
- whole: from the end of the PUT until the job has succeeded and the records are in the answer.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import io
import json
import multiprocessing
import os
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from measuring import a_project, machine, new_system, up
from storefront import DEADLINE, post

from stackwright.emulator.process import Emulator, EmulatorSettings, start

HANDLERS = Path(__file__).parents[1] / "systems/marketdata/handlers"
BUCKET = "data"
SYMBOLS = 500
PART = 500
TURNS = 3
NUMBERS = ("open", "high", "low", "close", "price", "volume")
PAGE = 5000  # records of about 200 bytes; DynamoDB returns a megabyte at once

Figures = dict[str, float]


def lines(count: int) -> Iterator[str]:
    """A file; no two rows have the same key."""
    yield f"symbol,timestamp,{','.join(NUMBERS)}\n"
    for n in range(count):
        cents = 10_000 + n * 7919 % 5000
        prices = (cents, cents + 50, cents - 50, cents + 10, cents)
        texts = ",".join(f"{each // 100}.{each % 100:02}" for each in prices)
        yield f"S{n % SYMBOLS:03},{1_700_000_000_000 + n // SYMBOLS * 1000},{texts},{n % 900 + 1}\n"


# ---- what is measured, each in a process of its own ------------------------------------------------------------------


def plain(key: str) -> None:
    """The simplest loop."""
    stream = boto3.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"]
    table = boto3.resource("dynamodb").Table("records")
    with table.batch_writer() as batch:
        for row in csv.DictReader(io.TextIOWrapper(stream, newline="")):
            numbers = {name: Decimal(row[name]) for name in NUMBERS}
            batch.put_item({"symbol": row["symbol"], "timestamp": int(row["timestamp"]), **numbers})


def processed(key: str) -> None:
    """The processor, as its function is put together."""
    from marketdata.dynamodb import DynamoDbRecords

    _process(key, DynamoDbRecords("records"))


def processed_and_dropped(key: str) -> None:
    """The processor without its table of records."""

    class Dropped:
        def write_batch(self, records: Sequence[object]) -> None:
            pass

    _process(key, Dropped())


def _process(key: str, kept: Any) -> None:
    from marketdata import jobs
    from marketdata.dynamodb import LANES
    from marketdata.keys import job_of
    from marketdata.processing import Processor
    from marketdata.s3 import S3DataFiles

    from stackwright_handlers.step_functions import StepFunctionsWorkflow
    from stackwright_handlers.table.dynamodb import DynamoDbTable

    table = DynamoDbTable("jobs", jobs.JOB_ID)
    table.write(jobs.create(str(job_of(key)), key, "now", int(time.time()) + 3600))
    workflow, files = StepFunctionsWorkflow("none"), S3DataFiles(BUCKET)
    with ThreadPoolExecutor(LANES) as pool:
        processor = Processor(table, kept, files, workflow, lambda: datetime.now(UTC), 2**40, pool)
        ended = processor.run(key, lambda: DEADLINE)
    assert (ended["outcome"], ended["rejected"], ended["superseded"]) == ("succeeded", 0, 0), ended


def mapped(key: str) -> None:
    """All parts of a large file, one after another."""
    from marketdata.dynamodb import LANES, DynamoDbRecords
    from marketdata.jobs import JOB_ID
    from marketdata.keys import job_of
    from marketdata.mapping import Mapper, Part
    from marketdata.s3 import S3DataFiles

    from stackwright_handlers.table.dynamodb import DynamoDbTable

    stream = boto3.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"]
    rows = enumerate(csv.DictReader(io.TextIOWrapper(stream, newline="")))
    table, kept, files = DynamoDbTable("jobs", JOB_ID), DynamoDbRecords("records"), S3DataFiles(BUCKET)
    with ThreadPoolExecutor(LANES) as pool:
        mapper = Mapper(table, kept, files, lambda: datetime.now(UTC), 3600, pool)
        while part := list(islice(rows, PART)):
            items = [{"jobId": job_of(key), "index": index, "row": row} for index, row in part]
            report = mapper.write(Part.of({"Items": items}))
            assert report["accepted"] == len(items), report


class _Raw(io.BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.read()


def summarized(count: int) -> None:
    """A summary of so many records of one symbol."""
    from marketdata.dynamodb import DynamoDbRecords
    from marketdata.functions import results_function

    from stackwright_handlers.function import new_logger
    from stackwright_handlers.testing import Answer, Context, proxy_event

    def item(n: int) -> Mapping[str, Mapping[str, str]]:
        cents = 10_000 + n * 7919 % 5000
        numbers = {name: {"N": f"{cents // 100}.{cents % 100:02}"} for name in NUMBERS}
        key = {"symbol": {"S": "A"}, "timestamp": {"N": str(1_700_000_000_000 + n * 1000)}}
        return {**key, **numbers, "jobId": {"S": str(uuid.UUID(int=1))}, "line": {"N": str(n + 2)}}

    page = [item(n) for n in range(PAGE)]
    more = {"LastEvaluatedKey": {name: page[-1][name] for name in ("symbol", "timestamp")}}
    full, last = (json.dumps({"Items": page, **end}).encode() for end in (more, {}))
    left = count // PAGE

    def answer(request: Any, **_: Any) -> AWSResponse:
        nonlocal left
        left -= 1
        return AWSResponse(request.url, 200, {}, _Raw(full if left else last))

    records = DynamoDbRecords("records")
    records._client.meta.events.register("before-send.dynamodb.Query", answer)
    function = results_function(records, lambda: b"", new_logger())
    event = proxy_event("GET", "/results/A", "/results/A", query={"aggregate": "summary"})
    body = Answer.of(function(event, Context(remaining_ms=29_000))).body
    assert body.get("count") == count, body


def measured(work: Callable[[Any], None], argument: object) -> Figures:
    """Seconds, seconds of processor time, and the most memory that a fresh process had."""
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(1) as pool:
        return pool.apply(_measured, (work, argument))


def _measured(work: Callable[[Any], None], argument: object) -> Figures:
    sys.path.insert(0, str(HANDLERS))
    os.environ["ENVIRONMENT"] = "benchmark"
    # Whose time is not that of the rows.
    importlib.import_module("marketdata.functions")
    started, cpu = time.monotonic(), time.process_time()
    work(argument)
    seconds, cpu = time.monotonic() - started, time.process_time() - cpu
    # Not getrusage, which begins with what the parent had when it made this process.
    status = Path("/proc/self/status").read_text()
    return {"seconds": seconds, "cpu": cpu, "MiB": int(status.partition("VmHWM:")[2].split()[0]) / 1024}


# ---- sections --------------------------------------------------------------------------------------------------------


@contextmanager
def an_emulator() -> Iterator[Emulator]:
    """An emulator with the bucket and the tables; this process and its children reach it."""
    with tempfile.TemporaryDirectory(prefix="stackwright-benchmark-") as directory:
        emulator = start(EmulatorSettings(Path(directory)), lifeline=True)
        try:
            root = emulator.root()
            os.environ.update(
                AWS_ENDPOINT_URL=emulator.endpoint,
                AWS_DEFAULT_REGION=emulator.region,
                AWS_ACCESS_KEY_ID=root.access_key,
                AWS_SECRET_ACCESS_KEY=root.secret_key,
            )
            boto3.client("s3").create_bucket(Bucket=BUCKET)
            _table("records", {"symbol": "S", "timestamp": "N"})
            _table("jobs", {"jobId": "S"})
            yield emulator
        finally:
            emulator.stop()


def _table(name: str, keys: Mapping[str, str]) -> None:
    boto3.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": kind} for each, kind in keys.items()],
        KeySchema=[
            {"AttributeName": each, "KeyType": kind} for each, kind in zip(keys, ("HASH", "RANGE"), strict=False)
        ],
    )


def _put(count: int) -> str:
    key = f"incoming/{uuid.uuid4()}/prices.csv"
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body="".join(lines(count)).encode())
    return key


def writing(rows: int) -> dict[str, Figures]:
    """The median turn of each writer; one turn with a tenth of the rows for the map, which is far slower."""
    found: dict[str, list[Figures]] = {"csv and batch_writer": [], "processor": []}
    with an_emulator():
        for _ in range(TURNS):
            for each, writer in zip(found.values(), (plain, processed), strict=True):
                each.append(_rated(writer, rows))
        found["a part of the map"] = [_rated(mapped, rows // 10)]
    return {name: sorted(each, key=lambda figures: figures["seconds"])[len(each) // 2] for name, each in found.items()}


def _rated(writer: Callable[[str], None], rows: int) -> Figures:
    figures = measured(writer, _put(rows))
    per_million = figures["cpu"] / rows * 1_000_000
    return {"rows": rows, **figures, "rows per second": rows / figures["seconds"], "cpu, a million rows": per_million}


def memory(large: int) -> dict[str, Figures]:
    with an_emulator():
        return {f"{count} rows": measured(processed_and_dropped, _put(count)) for count in (10_000, large)}


def summary(large: int) -> dict[str, Figures]:
    os.environ.update(AWS_ACCESS_KEY_ID="benchmark", AWS_SECRET_ACCESS_KEY="benchmark", AWS_DEFAULT_REGION="us-east-1")
    os.environ.pop("AWS_ENDPOINT_URL", None)
    return {f"{count} records": measured(summarized, count) for count in (10_000, large)}


def whole(rows: int) -> Figures:
    """The system as it is, over HTTP."""
    content = "".join(lines(rows)).encode()
    with a_project(new_system("marketdata")) as (project, environment):
        api = up(project, environment).result["outputs"]["api_endpoint_url"]
        slot = post(f"{api}/upload", {"filename": "prices.csv", "sizeBytes": len(content)})
        request = urllib.request.Request(slot["uploadUrl"], content, slot["uploadHeaders"], method="PUT")
        urllib.request.urlopen(request, timeout=DEADLINE).close()
        started = time.monotonic()
        while (job := get(slot["statusUrl"]))["state"] in ("awaiting-upload", "processing"):
            if time.monotonic() - started > DEADLINE:
                sys.exit(f"the file was not processed within {DEADLINE:.0f} s")
            time.sleep(0.5)
        found = get(f"{api}/results/S{(rows - 1) % SYMBOLS:03}?aggregate=summary")
        seconds = time.monotonic() - started
        if (job["state"], job["rows"]["accepted"]) != ("succeeded", rows) or not found["count"]:
            sys.exit(f"not all rows were taken: {job}")
        return {"rows": rows, "seconds": seconds, "rows per second": rows / seconds}


def get(url: str) -> dict[str, Any]:
    """GET that succeeds."""
    with urllib.request.urlopen(url, timeout=DEADLINE) as answer:
        return json.load(answer)


def table(rows: Mapping[str, Figures]) -> list[str]:
    """Lines of a Markdown table."""
    first = next(iter(rows.values()))
    found = [f"| | {' | '.join(first)} |", f"|---|{'---:|' * len(first)}"]
    for name, row in rows.items():
        found.append(
            f"| {name} | {' | '.join(f'{each:.1f}' if each < 100 else f'{each:.0f}' for each in row.values())} |"
        )
    return found


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="of the file that is written")
    parser.add_argument("--large", type=int, default=1_000_000, help="of the file and the summary that show memory")
    parser.add_argument("--only", choices=("writing", "memory", "summary", "whole"))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    facts = machine()
    sections: dict[str, Callable[[], dict[str, Figures]]] = {
        "writing": lambda: writing(options.rows),
        "memory": lambda: memory(options.large),
        "summary": lambda: summary(options.large),
        "whole": lambda: {"from PUT to records": whole(options.rows)},
    }
    figures = {name: section() for name, section in sections.items() if options.only in (None, name)}
    if options.json:
        print(json.dumps({"machine": facts, **figures}, indent=2))
        return
    print(f"{facts}\n")
    for name, rows in figures.items():
        print("\n".join([f"{name}:\n", *table(rows), ""]))


if __name__ == "__main__":
    main(sys.argv[1:])
