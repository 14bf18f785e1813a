"""What the benchmarks share: a project in a home of its own, `up` as a user runs it, and the machine."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STACKWRIGHT = Path(sys.executable).with_name("stackwright")
# Without this, as users have it: otherwise every start compiles all our modules anew, half a second for `check`.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@dataclass(frozen=True)
class Up:
    """One `up --detach --json`.

    Attributes:
        seconds: from the start of the process to its end.
        cpu: seconds of processor time of the command and the program.
    """

    seconds: float
    cpu: float
    result: Mapping[str, Any]


def up(project: Path, environment: Mapping[str, str], *options: str) -> Up:
    """Bring a project up; exits when that fails."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as out:
        command = [STACKWRIGHT, "up", project, "--detach", "--json", *options]
        process = subprocess.Popen(command, stdout=out, env=environment, text=True)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"up {project} ended with {process.returncode}")
        out.seek(0)
        return Up(seconds, usage.ru_utime + usage.ru_stime, json.load(out))


def credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """What a boto3 client takes to reach what is up there, as its deployer."""
    command = [STACKWRIGHT, "env", "--json"]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, env=environment).stdout)
    return {
        "endpoint_url": told["AWS_ENDPOINT_URL"],
        "region_name": told["AWS_REGION"],
        "aws_access_key_id": told["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": told["AWS_SECRET_ACCESS_KEY"],
        "aws_session_token": told["AWS_SESSION_TOKEN"],
    }


@contextmanager
def a_project(prepare: Callable[[Path], None]) -> Iterator[tuple[Path, dict[str, str]]]:
    """A fresh project and the environment of a fresh home; what runs there is stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="stackwright-benchmark-") as directory:
        environment = {**os.environ, "STACKWRIGHT_HOME": f"{directory}/home"}
        project = Path(directory) / "project"
        prepare(project)
        try:
            yield project, environment
        finally:
            subprocess.run([STACKWRIGHT, "down", "--all"], check=True, capture_output=True, env=environment)


def new_system(name: str) -> Callable[[Path], None]:
    """What writes a fresh copy of a bundled system."""

    def write(directory: Path) -> None:
        subprocess.run([STACKWRIGHT, "new", name, directory], check=True, capture_output=True)

    return write


def machine() -> str:
    """What the figures were measured on."""
    info = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in info if line.startswith("model name")), platform.machine())
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    return (
        f"{cores} cores of {model}, {memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, load {load:.1f} at the start"
    )
