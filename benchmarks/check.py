"""How long `stackwright check` takes: the bundled systems, a generated program of 135 resources, and many queues.

python benchmarks/check.py [RUNS] [--checkov]

With `--checkov` each is followed by checkov on its equivalent; see `beside_checkov`. On a busy machine the processor's
seconds say more than those of the clock.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import generated
from beside_checkov import Checkov
from measuring import STACKWRIGHT, machine

ROOT = Path(__file__).resolve().parents[1]
SYSTEMS = ("uploads", "storefront", "marketdata", "ingest")
QUEUES = """\
import pulumi_aws as aws

for number in range({count}):
    aws.sqs.Queue(f"jobs-{{number}}", visibility_timeout_seconds=30)
"""


def main() -> None:
    """Print one line for each program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=int, nargs="?", default=3)
    parser.add_argument("--checkov", action="store_true")
    options = parser.parse_args()
    print(machine())
    print(f"{'median of ' + str(options.runs):<46}{'wall s':>8}{'cpu s':>8}{'MiB':>6}")
    with tempfile.TemporaryDirectory(prefix="stackwright-benchmark-") as directory:
        place = Path(directory)
        checkov = Checkov(place / "checkov") if options.checkov else None
        generated.write(place / "generated")
        for count in (100, 1000):
            (place / f"queues-{count}.py").write_text(QUEUES.format(count=count))
        programs = [*SYSTEMS, str(place / "generated"), *(str(place / f"queues-{n}.py") for n in (100, 1000))]
        source = ["check", "uploads", "--select", "OUT,SDK,CFG", "-s", "dev"]
        measured([STACKWRIGHT, *source])  # modules are compiled, what is read of the SDK is kept
        for program in programs:
            name = Path(program).stem
            show(name, [measured([STACKWRIGHT, "check", program, "-s", "dev"]) for _ in range(options.runs)])
            if checkov is not None:
                path = str(ROOT / "systems" / program) if program in SYSTEMS else program
                command, share = checkov.command(path, place / f"{name}-terraform")
                show(f"- checkov, {share}", [measured(command) for _ in range(options.runs)])
        show("uploads, source alone", [measured([STACKWRIGHT, *source]) for _ in range(options.runs)])


def measured(command: Sequence[str | Path]) -> tuple[float, float, float]:
    """Seconds, processor seconds of the command and its children, and the most memory of one of them in MiB."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{command} ended with {process.returncode}")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def show(name: str, runs: list[tuple[float, float, float]]) -> None:
    wall, cpu, memory = (statistics.median(column) for column in zip(*runs, strict=True))
    print(f"{name:<46}{wall:>8.2f}{cpu:>8.2f}{memory:>6.0f}", flush=True)


if __name__ == "__main__":
    main()
