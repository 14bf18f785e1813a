"""How long `stackwright check` takes: the bundled systems, a generated program of 135 resources, and many queues.

python benchmarks/check.py [RUNS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import generated
from measuring import STACKWRIGHT, machine

SYSTEMS = ("uploads", "storefront", "marketdata", "ingest")
QUEUES = """\
import pulumi_aws as aws

for number in range({count}):
    aws.sqs.Queue(f"jobs-{{number}}", visibility_timeout_seconds=30)
"""


def main() -> None:
    """Print one line for each program."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(machine())
    print(f"{'median of ' + str(runs):<34}{'wall s':>8}{'cpu s':>8}{'MiB':>6}")
    with tempfile.TemporaryDirectory(prefix="stackwright-benchmark-") as directory:
        place = Path(directory)
        generated.write(place / "generated")
        for count in (100, 1000):
            (place / f"queues-{count}.py").write_text(QUEUES.format(count=count))
        programs = [*SYSTEMS, str(place / "generated"), *(str(place / f"queues-{n}.py") for n in (100, 1000))]
        for program in programs:
            show(Path(program).stem, [measured("check", program, "-s", "dev") for _ in range(runs)])
        source = [measured("check", "uploads", "--select", "OUT,SDK,CFG", "-s", "dev") for _ in range(runs)]
        show("uploads, source alone", source)


def measured(*arguments: str) -> tuple[float, float, float]:
    """Seconds, processor seconds of the command and its children, and the most memory of one of them in MiB."""
    started = time.monotonic()
    process = subprocess.Popen([STACKWRIGHT, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"check {arguments} ended with {process.returncode}")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def show(name: str, runs: list[tuple[float, float, float]]) -> None:
    wall, cpu, memory = (statistics.median(column) for column in zip(*runs, strict=True))
    print(f"{name:<34}{wall:>8.2f}{cpu:>8.2f}{memory:>6.0f}", flush=True)


if __name__ == "__main__":
    main()
