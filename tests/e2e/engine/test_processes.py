"""Processes: nothing is left behind, whoever is killed and whatever the program prints."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from stackwright.testing.eventually import eventually

pytestmark = pytest.mark.e2e

DRIVER = """
import sys
from pathlib import Path
from stackwright.engine.project import pulumi_yaml as projects
from stackwright.engine.deployment.deployment import Deployment
from stackwright.engine.program.runner import run_program
from stackwright.engine.simulated.provider import Simulated
from stackwright.errors import StackwrightError

project = projects.load(Path(sys.argv[1]))
config = project.config("dev")
deployment = Deployment(project=project.name, stack="dev", mode="simulated", provider=Simulated(), settings=config.of,
    observe=lambda event: event.kind == "line" and print("line", event.text, flush=True))
try:
    run_program(project, "dev", config, deployment, dry_run=False, parallel=4)
except StackwrightError as error:
    print("error", error.what, flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
print("resources", len(deployment.graph().resources), flush=True)
"""

HANGS = """
import os, subprocess, sys, threading
helper = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
print("pids", os.getpid(), helper.pid)
threading.Event().wait()
"""


def start(tmp_path: Path, program: str) -> subprocess.Popen[str]:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(textwrap.dedent(program))
    (tmp_path / "driver.py").write_text(DRIVER)
    return subprocess.Popen(
        [sys.executable, str(tmp_path / "driver.py"), str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def pids_of(driver: subprocess.Popen[str]) -> tuple[int, int]:
    assert driver.stdout is not None
    words = driver.stdout.readline().split()
    assert words[:2] == ["line", "pids"], words
    return int(words[2]), int(words[3])


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(*pids: int) -> None:
    eventually(
        lambda: not any(is_running(pid) for pid in pids),
        lambda: f"still running: {[p for p in pids if is_running(p)]}",
    )


def test_the_engine_is_killed(tmp_path: Path) -> None:
    driver = start(tmp_path, HANGS)
    program, helper = pids_of(driver)
    driver.kill()
    driver.communicate()
    wait_until_gone(program, helper)


def test_the_program_is_killed(tmp_path: Path) -> None:
    driver = start(tmp_path, HANGS)
    program, helper = pids_of(driver)
    os.kill(program, signal.SIGKILL)
    output, _ = driver.communicate(timeout=20)
    assert "error the program was killed by signal 9" in output
    os.kill(helper, signal.SIGKILL)


def test_ctrl_c(tmp_path: Path) -> None:
    driver = start(tmp_path, HANGS)
    program, helper = pids_of(driver)
    os.kill(driver.pid, signal.SIGINT)
    output, _ = driver.communicate(timeout=20)
    assert "interrupted" in output
    wait_until_gone(program, helper)


def test_a_process_that_outlives_the_program_is_not_waited_for(tmp_path: Path) -> None:
    program = """
    import subprocess, sys
    late = "import sys, time\\nwhile True:\\n    print('late', flush=True)\\n    time.sleep(0.001)"
    print("pids", 0, subprocess.Popen([sys.executable, "-c", late]).pid)
    print("last words", end="")
    """
    driver = start(tmp_path, program)
    _, helper = pids_of(driver)
    try:
        started = time.monotonic()
        output, _ = driver.communicate(timeout=30)
        assert time.monotonic() - started < 20
        assert "resources 1" in output
        assert "last words" in output
    finally:
        os.kill(helper, signal.SIGKILL)


def test_megabytes_of_output(tmp_path: Path) -> None:
    driver = start(tmp_path, "print('x' * 5_000_000)\nfor i in range(20_000):\n    print('line', i, 'y' * 100)\n")
    output, _ = driver.communicate(timeout=60)
    assert output.count("\n") == 20_002
    assert "line line 19999 " in output


def test_a_policy_of_ten_megabytes(tmp_path: Path) -> None:
    program = """
    import json, pulumi
    policy = json.dumps({"Statement": [{"Resource": "x" * 1000}] * 10_000})
    made = pulumi.CustomResource("aws:sqs/queue:Queue", "q", {"policy": policy})
    pulumi.export("policy", pulumi.Output.from_input(policy).apply(len))
    """
    driver = start(tmp_path, program)
    output, _ = driver.communicate(timeout=60)
    assert "resources 3" in output
    assert "error" not in output


def test_five_hundred_resources(tmp_path: Path) -> None:
    program = """
    import pulumi
    previous = None
    for i in range(500):
        props = {"arn": None, "tags": {"n": str(i)}, "policy": previous.arn if previous and i % 10 else None}
        class Queue(pulumi.CustomResource):
            arn: pulumi.Output[str]
        previous = Queue("aws:sqs/queue:Queue", f"q{i}", props)
    """
    started = time.monotonic()
    driver = start(tmp_path, program)
    output, _ = driver.communicate(timeout=60)
    assert "resources 502" in output, output
    assert time.monotonic() - started < 30
