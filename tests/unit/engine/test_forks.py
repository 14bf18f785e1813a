"""Programs as forks of one interpreter, and what a confined program may not do."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from stackwright.engine.deployment.deployment import Deployment
from stackwright.engine.program.child import start
from stackwright.engine.program.forks import CAN_FORK, Forks
from stackwright.engine.program.runner import Limits, run_program
from stackwright.engine.program.standby import Standby
from stackwright.engine.project import pulumi_yaml as projects
from stackwright.engine.simulated.provider import Simulated
from stackwright.errors import EnvironmentFailed, ProgramError, StackwrightError
from stackwright.graph import Graph

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="programs are forked on Linux only")


@pytest.fixture(scope="module")
def forks() -> Generator[Forks]:
    with Forks(sys.executable, ["pulumi_random"]) as running:
        yield running


@pytest.fixture
def run(forks: Forks, tmp_path: Path):
    def run(text: str, *, limits: Limits | None = None, forked: bool = True, inherited=None) -> Graph:
        program = tmp_path / "program.py"
        program.write_text(text)
        project = projects.load(program)
        config = project.config("dev")
        deployment = Deployment(project="p", stack="dev", mode="simulated", provider=Simulated(), settings=config.of)
        standby = Standby(project, inherited=inherited, start=forks.start if forked else start)
        run_program(
            project, "dev", config, deployment, dry_run=True, parallel=1, standby=standby, limits=limits or Limits()
        )
        return deployment.graph()

    return run


def test_forks_share_no_state(run):
    text = "import os, pulumi, random\npulumi.export('x', [os.getpid(), random.random()])"
    first, second = run(text).outputs["x"], run(text).outputs["x"]

    assert first[0] != second[0]
    assert first[1] != second[1], "forks must not draw the same numbers"


def test_a_fork_has_the_environment_and_directory_it_was_given(run, tmp_path):
    text = "import os, pulumi\nprint('to stdout')\npulumi.export('x', [os.getcwd(), dict(os.environ)])"
    graph = run(text, inherited={"ONLY": "this"})

    assert graph.outputs["x"] == [str(tmp_path), {"ONLY": "this"}]
    assert "to stdout" in [d.message for d in graph.diagnostics]


def test_what_a_fork_raises_is_reported(run):
    with pytest.raises(ProgramError, match="ZeroDivisionError") as caught:
        run("x = 1\n1 / 0\n")
    assert caught.value.where.endswith("program.py:2")


def test_a_fork_ends_as_an_interpreter_does(run):
    graph = run("""
import atexit, threading, time
atexit.register(print, "at the end")
threading.Thread(target=lambda: (time.sleep(0.1), print("a thread"))).start()
""")
    assert [d.message for d in graph.diagnostics] == ["a thread", "at the end"]


def test_a_fork_that_is_killed_is_reported_as_killed(run):
    with pytest.raises(ProgramError, match="signal 9"):
        run("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")


def test_without_the_interpreter_there_is_an_error_and_no_wait(tmp_path):
    forks = Forks(sys.executable)
    os.kill(forks._process.pid, signal.SIGKILL)
    forks._process.wait()
    with forks, pytest.raises(EnvironmentFailed):
        forks.start([], tmp_path, {}, [])


@pytest.mark.parametrize("forked", [True, False], ids=["fork", "process"])
def test_a_program_without_an_end_is_ended_and_its_line_named(run, forked):
    for seconds in (0.5, 2, 8, 32):
        with pytest.raises(ProgramError, match=f"did not end within {seconds} s") as caught:
            run("import pulumi\nwhile True:\n    pass\n", limits=Limits(seconds=seconds), forked=forked)
        line = caught.value.where.rpartition(":")[2]
        if line.isdigit():
            break  # on a busy machine it may not have got to its first line before
    assert line in ("2", "3")


@pytest.mark.parametrize(
    "call",
    [
        "import socket; socket.create_connection(('203.0.113.1', 80), timeout=1)",
        "import urllib.request; urllib.request.urlopen('http://example.invalid/')",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('203.0.113.1', 53))",
    ],
)
def test_a_confined_program_has_no_network(run, call):
    with pytest.raises(StackwrightError, match="asks the network for"):
        run(call, limits=Limits(network=False))


def test_a_confined_program_may_speak_to_this_machine(run):
    text = (
        "import socket\ns = socket.create_server(('127.0.0.1', 0))\nsocket.create_connection(s.getsockname()).close()\n"
    )
    assert run(text, limits=Limits(network=False)).diagnostics == ()


def test_programs_leave_no_descriptors_behind(run):
    run("")
    gc.disable()
    try:
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(8):
            run("")
    finally:
        gc.enable()

    assert len(list(Path("/proc/self/fd").iterdir())) < before + 8
