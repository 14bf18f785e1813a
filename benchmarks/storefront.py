"""Measures a running storefront: requests at several numbers of clients beside a bare function, and the import.

    .venv/bin/python benchmarks/storefront.py [--seconds 15] [--rows 5000] [--json]

The clients keep their connections and send the next request when the last one is answered. They run on the same
machine as the emulator and the functions, in a process of their own.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import statistics
import sys
import threading
import time
import urllib.request
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import boto3
import generated
from measuring import a_project, credentials, machine, new_system, up

CLIENTS = (1, 8, 32)
STOCK = 1_000_000_000
DEADLINE = 300.0  # seconds


@dataclass(frozen=True)
class Request:
    """What every client sends, again and again."""

    method: str
    url: str
    body: bytes | None = None


@dataclass
class Answers:
    """Milliseconds of the successful answers, and how many answers had each status."""

    times: list[float] = field(default_factory=list[float])
    statuses: Counter[int] = field(default_factory=Counter[int])

    def row(self, seconds: float) -> dict[str, float]:
        cuts = statistics.quantiles(self.times, n=100)
        refused = self.statuses.total() - len(self.times)
        return {
            "p50": cuts[49],
            "p95": cuts[94],
            "per second": len(self.times) / seconds,
            "refused": 100 * refused / self.statuses.total(),
        }


def load(request: Request, clients: int, seconds: float) -> dict[str, float]:
    """Milliseconds, answers per second, and the share that was no success, percent."""
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(1) as pool:
        return pool.apply(_load, (request, clients, seconds))


def _load(request: Request, clients: int, seconds: float) -> dict[str, float]:
    answers = Answers()
    end = time.monotonic() + seconds
    threads = [threading.Thread(target=_client, args=(request, end, answers)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers.row(seconds)


def _client(request: Request, end: float, answers: Answers) -> None:
    url = urlsplit(request.url)
    path = url.path + (f"?{url.query}" if url.query else "")
    connection = http.client.HTTPConnection(url.netloc, timeout=DEADLINE)
    while (sent := time.monotonic()) < end:
        connection.request(request.method, path, request.body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        answers.statuses[answer.status] += 1
        if answer.status < 400:
            answers.times.append(1000 * (time.monotonic() - sent))
    connection.close()


def measured(requests: Mapping[str, Request], seconds: float) -> dict[str, dict[str, float]]:
    """Rows by name and number of clients, with the execution environments warm."""
    rows: dict[str, dict[str, float]] = {}
    for name, request in requests.items():
        for clients in CLIENTS:
            load(request, clients, min(seconds, 5))
            rows[f"{name}, {clients} client{'s' if clients > 1 else ''}"] = load(request, clients, seconds)
    return rows


def bare(seconds: float) -> dict[str, dict[str, float]]:
    """A function that answers 200 and does nothing else."""
    with a_project(generated.write) as (project, environment):
        outputs = up(project, environment).result["outputs"]
        return measured({"bare function": Request("GET", outputs["url"])}, seconds)


def storefront(options: Sequence[str], seconds: float) -> dict[str, dict[str, float]]:
    """Orders and lists of products."""
    with a_project(new_system("storefront")) as (project, environment):
        api = up(project, environment, *options).result["outputs"]["api_endpoint_url"]
        user = post(f"{api}/users", {"email": f"{uuid.uuid4().hex}@example.com", "name": "Ada"})
        products = [
            post(f"{api}/products", {"name": f"Chair {n}", "category": "chairs", "price": "19.99", "stock": STOCK})
            for n in range(20)
        ]
        order = {"userId": user["userId"], "productId": products[0]["productId"], "quantity": 1}
        return measured(
            {
                "GET /products, 20 of them": Request("GET", f"{api}/products?category=chairs"),
                # The workflows that they start run meanwhile.
                "POST /orders": Request("POST", f"{api}/orders", json.dumps(order).encode()),
            },
            seconds,
        )


def imported(rows: int) -> dict[str, float]:
    """One file of products, from PutObject to its place under processed/."""
    lines = ["name,category,price,stock", *(f"Chair {n},chairs,{n % 500}.99,{n % 100}" for n in range(rows))]
    with a_project(new_system("storefront")) as (project, environment):
        told = up(project, environment).result
        s3 = boto3.client("s3", **credentials(environment))
        bucket = {"Bucket": told["outputs"]["data_bucket_name"]}
        started = time.monotonic()
        s3.put_object(**bucket, Key="incoming/chairs.csv", Body="\n".join(lines).encode())
        while not s3.list_objects_v2(**bucket, Prefix="processed/chairs.csv")["KeyCount"]:
            if time.monotonic() - started > DEADLINE:
                sys.exit(f"the file was not imported within {DEADLINE:.0f} s")
            time.sleep(0.02)
        seconds = time.monotonic() - started
        if s3.list_objects_v2(**bucket, Prefix="rejected/")["KeyCount"]:
            sys.exit("rows were rejected")
        return {"rows": rows, "seconds": seconds, "rows per second": rows / seconds}


def post(url: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """POST that succeeds."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
        return json.load(answer)


def table(rows: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Lines of a Markdown table."""
    lines = ["| milliseconds | p50 | p95 | answers per second | refused |", "|---|---:|---:|---:|---:|"]
    for name, row in rows.items():
        figures = f"{row['p50']:.1f} | {row['p95']:.1f} | {row['per second']:.0f} | {row['refused']:.1f} %"
        lines.append(f"| {name} | {figures} |")
    return lines


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=15.0, help="of each row")
    parser.add_argument("--rows", type=int, default=5000, help="of the imported file")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    facts = machine()
    figures: dict[str, Any] = {
        "bare": bare(options.seconds),
        "unreserved": storefront(["-c", "lambda_reserved_concurrency=none"], options.seconds),
        "default": storefront([], options.seconds),
        "import": imported(options.rows),
    }
    if options.json:
        print(json.dumps({"machine": facts, **figures}, indent=2))
        return
    print(f"{facts}; {options.seconds:.0f} s each\n")
    print("\n".join(table(figures["bare"] | figures["unreserved"])))
    print("\nWith a reserved concurrency of 10, the default:\n")
    print("\n".join(table(figures["default"])))
    print("\nImport of {rows} rows: {seconds:.1f} s, {rows per second:.0f} rows per second".format(**figures["import"]))


if __name__ == "__main__":
    main(sys.argv[1:])
