"""Processor time that a cold start spends on imports.

Each function's entry is imported from its own package, in a fresh interpreter.

    .venv/bin/python benchmarks/imports.py [--runs 7]
"""

from __future__ import annotations

import argparse
import os
import runpy
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

SYSTEMS: Final = Path(__file__).resolve().parents[1] / "systems"
VARIABLES: Final = (
    *("ENVIRONMENT", "API_SECRET_ARN", "USERS_TABLE_NAME", "ORDERS_TABLE_NAME", "ORDER_WORKFLOW_ARN"),
    *("PRODUCTS_TABLE_NAME", "DATA_BUCKET_NAME", "DATA_KEY_ARN", "BUCKET_NAME", "METADATA_TABLE", "IDEMPOTENCY_TABLE"),
    *("SNS_TOPIC_ARN", "KMS_KEY_ARN", "CURSOR_SECRET_ARN", "POWERTOOLS_SERVICE_NAME"),
)
TIMED: Final = """
import sys, time
sys.path.insert(0, sys.argv[1])
import boto3  # part of the runtime, and there before the handler
begun = time.process_time()
__import__(sys.argv[2])
print(time.process_time() - begun)
"""


def entries() -> Iterator[tuple[str, Any]]:
    """Entry module and package of every function."""
    uploads = runpy.run_path(str(SYSTEMS / "uploads" / "package.py"))
    yield "file_processor", uploads["file_processor_package"]()
    storefront = runpy.run_path(str(SYSTEMS / "storefront" / "package.py"))
    for kind in ("user", "order", "product"):
        yield f"{kind}_service", storefront["service_package"](f"{kind}-service")


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=7)
    runs: int = parser.parse_args().runs
    environment = {**os.environ, **dict.fromkeys(VARIABLES, "value"), "AWS_DEFAULT_REGION": "us-east-1"}
    print("| entry | median ms | min | files | KB |\n|---|---:|---:|---:|---:|")
    for name, package in entries():
        with tempfile.TemporaryDirectory() as folder:
            with zipfile.ZipFile(package.archive.path) as archive:
                archive.extractall(folder)
                size = sum(entry.file_size for entry in archive.infolist())
            command = [sys.executable, "-c", TIMED, folder, name]
            subprocess.run(command, env=environment, check=True, capture_output=True)
            times = [
                1000
                * float(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)
                for _ in range(runs)
            ]
        print(
            f"| {name} | {statistics.median(times):.0f} | {min(times):.0f} | {len(package.names)} | {size // 1024:,} |"
        )


if __name__ == "__main__":
    main()
