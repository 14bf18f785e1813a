"""Whatever ends a run in the middle: one message, no process and no lock left, and the next `up` works."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stackwright.testing.eventually import eventually

# Says where it is, and goes on when the test has put the file `go` beside it.
STEPS = """
    import time
    from pathlib import Path

    def pause(where):
        print("reached", where, flush=True)
        while not Path(__file__).with_name("go").exists():
            time.sleep(0.01)

    {before_import}
    import pulumi
    import pulumi_aws as aws

    first = aws.sqs.Queue("first", name="first")

    def then(arn):
        {inside}
        return arn

    second = aws.sqs.Queue("second", name="second", tags={{"first": first.arn.apply(then)}})
    pulumi.export("url", second.url)
"""

IN_THE_IMPORT = STEPS.format(before_import='pause("the import")', inside="pass")
BETWEEN_RESOURCES = STEPS.format(before_import="", inside='pause("the middle")')


def go(directory: Path) -> None:
    (directory / "go").touch()


def assert_next_up_works(stackwright: Any, directory: Path) -> None:
    go(directory)
    result = stackwright.up(directory)
    assert result["outputs"]["url"].endswith("/second")
    assert stackwright("down").code == 0
    stackwright.assert_nothing_left()


def emulator_of(stackwright: Any) -> dict[str, Any]:
    return json.loads((stackwright.state() / "emulator" / "emulator.json").read_text())


# ---- Ctrl-C ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "place"), [(IN_THE_IMPORT, "reached the import"), (BETWEEN_RESOURCES, "reached the middle")]
)
def test_ctrl_c_while_the_program_runs(stackwright: Any, project: Any, program: str, place: str) -> None:
    directory = project(program)
    running = stackwright.start("up", directory)
    running.wait_for(place)
    running.interrupt()
    finished = running.finish()
    assert finished.code == 130
    assert finished.err.count("interrupted") == 1
    assert "Traceback" not in finished.err
    stackwright.assert_nothing_left()
    assert_next_up_works(stackwright, directory)


@pytest.mark.parametrize(
    "module",
    ["click.core", "stackwright.emulator.process", "rich.console", "stackwright.engine.deployment.steps", "botocore"],
)
def test_ctrl_c_while_we_import(stackwright: Any, project: Any, module: str) -> None:
    directory = project(IN_THE_IMPORT)
    running = stackwright.start("up", directory, environment={"PYTHONPROFILEIMPORTTIME": "1"})
    running.wait_for(f" {module}\n")
    running.interrupt()
    finished = running.finish()
    assert finished.code == 130
    assert finished.err.count("interrupted") == 1
    assert "Traceback" not in finished.err, finished.err
    stackwright.assert_nothing_left()


def test_ctrl_c_while_the_emulator_starts(stackwright: Any, project: Any) -> None:
    directory = project(IN_THE_IMPORT)
    running = stackwright.start("up", directory)
    log = "projects/*/emulator/emulator.log"
    eventually(lambda: any(stackwright.home.glob(log)), "no emulator was started", pause=0.005)
    running.interrupt()
    finished = running.finish()
    assert finished.code == 130
    assert "Traceback" not in finished.err, finished.err
    stackwright.assert_nothing_left()
    assert_next_up_works(stackwright, directory)


def test_ctrl_c_while_following(stackwright: Any, project: Any) -> None:
    directory = project(BETWEEN_RESOURCES)
    go(directory)
    running = stackwright.start("up", directory)
    running.wait_for("Following the logs")
    running.interrupt()
    finished = running.finish()
    assert finished.code == 0
    assert "Stopping" in finished.err
    assert "Traceback" not in finished.err
    stackwright.assert_nothing_left()
    assert_next_up_works(stackwright, directory)


def test_ctrl_c_twice(stackwright: Any, project: Any) -> None:
    running = stackwright.start("up", project(BETWEEN_RESOURCES))
    running.wait_for("reached the middle")
    running.interrupt()
    running.interrupt()
    finished = running.finish()
    assert finished.code == 130
    assert "Traceback" not in finished.err
    stackwright.assert_nothing_left()


def test_sigterm_stops_what_it_started(stackwright: Any, project: Any) -> None:
    running = stackwright.start("up", project(BETWEEN_RESOURCES))
    running.wait_for("reached the middle")
    running.process.terminate()
    assert running.finish().code == 130
    assert stackwright.processes() == {}


def test_down_while_the_emulator_is_on_its_way_out(stackwright: Any, project: Any) -> None:
    directory = project(BETWEEN_RESOURCES)
    go(directory)
    running = stackwright.start("up", directory)
    running.wait_for("Following the logs")
    running.kill()
    running.finish()
    finished = stackwright("down")
    assert finished.code in (0, 2), finished.err  # stopped by this or by itself
    stackwright.assert_nothing_left()
    assert_next_up_works(stackwright, directory)


# ---- kill -9 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "place"), [(IN_THE_IMPORT, "reached the import"), (BETWEEN_RESOURCES, "reached the middle")]
)
def test_kill_9_takes_the_emulator_and_the_program_along(
    stackwright: Any, project: Any, program: str, place: str
) -> None:
    directory = project(program)
    running = stackwright.start("up", directory)
    running.wait_for(place)
    running.kill()
    running.finish()
    stackwright.assert_nothing_left()
    assert_next_up_works(stackwright, directory)


def test_what_a_killed_run_had_made_is_known_to_the_next(stackwright: Any, project: Any) -> None:
    """The emulator runs on, so the first queue is there, and is in the journal."""
    directory = project(BETWEEN_RESOURCES, {"Pulumi.dev.yaml": "{}", "Pulumi.other.yaml": "{}"})
    go(directory)
    stackwright.up(directory, "-s", "other", "-c", "aws:region=eu-west-1")
    (directory / "go").unlink()
    running = stackwright.start("up", directory, "-s", "dev", "--detach")
    running.wait_for("reached the middle")
    running.kill()
    running.finish()
    go(directory)
    result = stackwright.up(directory, "-s", "dev")
    assert (result["resources"]["unchanged"], result["resources"]["created"]) == (1, 1)


def test_the_emulator_killed_in_the_middle(stackwright: Any, project: Any) -> None:
    directory = project(BETWEEN_RESOURCES)
    running = stackwright.start("up", directory, "--detach")
    running.wait_for("reached the middle")
    os.kill(emulator_of(stackwright)["pid"], signal.SIGKILL)
    go(directory)
    finished = running.finish()
    assert finished.code == 3
    assert finished.err.count("error:") == 1
    assert "the emulator ended in the middle of the run" in finished.err
    assert "Traceback" not in finished.err
    stackwright.assert_nothing_left()
    assert_next_up_works(stackwright, directory)


def test_the_emulator_killed_while_following(stackwright: Any, project: Any) -> None:
    directory = project(BETWEEN_RESOURCES)
    go(directory)
    running = stackwright.start("up", directory)
    running.wait_for("Following the logs")
    os.kill(emulator_of(stackwright)["pid"], signal.SIGKILL)
    finished = running.finish()
    assert finished.code == 3
    assert finished.err.count("error:") == 1
    assert "the emulator ended" in finished.err
    assert "Traceback" not in finished.err
    stackwright.assert_nothing_left()
    assert_next_up_works(stackwright, directory)


def test_the_emulator_killed_between_two_runs(stackwright: Any, project: Any) -> None:
    directory = project(BETWEEN_RESOURCES)
    go(directory)
    stackwright.up(directory)
    os.kill(emulator_of(stackwright)["pid"], signal.SIGKILL)
    stackwright.assert_nothing_left()
    finished = stackwright("up", directory, "--detach")
    assert finished.code == 0
    assert "its data is lost; everything was created anew" in finished.err
    assert "2 created" in finished.err


# ---- two at once -----------------------------------------------------------------------------------------------------


def test_two_at_once(stackwright: Any, project: Any) -> None:
    directory = project(BETWEEN_RESOURCES)
    first = stackwright.start("up", directory, "--detach")
    first.wait_for("reached the middle")
    second = stackwright("up", directory, "--detach")
    assert second.code == 3
    assert second.err.count("error:") == 1
    assert f"another process (pid {first.pid})" in second.err
    go(directory)
    assert first.finish().code == 0
    assert stackwright.up(directory)["resources"]["unchanged"] == 2


def test_up_beside_one_that_follows_applies_to_the_same_emulator(stackwright: Any, project: Any) -> None:
    directory = project(BETWEEN_RESOURCES)
    go(directory)
    first = stackwright.start("up", directory)
    first.wait_for("Following the logs")
    result = stackwright.up(directory)
    assert result["resources"]["unchanged"] == 2
    assert result["pid"] == emulator_of(stackwright)["pid"]
    first.interrupt()
    assert first.finish().code == 0


# ---- this machine ----------------------------------------------------------------------------------------------------


def test_the_port_is_in_use(stackwright: Any, project: Any, taken_port: int) -> None:
    directory = project(BETWEEN_RESOURCES)
    finished = stackwright("up", directory, "--detach", "--port", str(taken_port))
    assert finished.code == 3
    assert finished.err.count("error:") == 1
    assert f"Port {taken_port}" in finished.err
    assert "Traceback" not in finished.err
    stackwright.assert_nothing_left()
    assert_next_up_works(stackwright, directory)


def test_another_port_while_it_is_up(stackwright: Any, project: Any, taken_port: int) -> None:
    directory = project(BETWEEN_RESOURCES)
    go(directory)
    stackwright.up(directory)
    finished = stackwright("up", directory, "--detach", "--port", str(taken_port))
    assert finished.code == 2
    assert "already up on port" in finished.err


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_full_disk(stackwright: Any, project: Any, small_disk: Path) -> None:
    stackwright.home = small_disk / "home"
    directory = project(BETWEEN_RESOURCES)
    running = stackwright.start("up", directory, "--detach")
    running.wait_for("reached the middle")
    ballast = small_disk / "ballast"
    with ballast.open("wb") as file:
        for size in (4096, 1):
            try:
                while True:
                    os.write(file.fileno(), b"x" * size)
            except OSError:
                continue
    go(directory)
    finished = running.finish()
    assert finished.code == 3, finished.err
    assert finished.err.count("error:") == 1, finished.err
    assert "No space left on device" in finished.err
    assert "Traceback" not in finished.err
    stackwright.assert_nothing_left()
    ballast.unlink()
    assert_next_up_works(stackwright, directory)


def test_state_that_may_not_grow(stackwright: Any, project: Any) -> None:
    """As a full disk, without the right to mount one."""
    directory = project(BETWEEN_RESOURCES)
    go(directory)
    finished = stackwright(
        "up",
        directory,
        "--detach",
        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        # Python keeps half of a file of bytecode for a whole one.
        environment={"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert finished.code == 3, finished.err
    assert finished.err.count("error:") == 1, finished.err
    assert "File too large" in finished.err
    assert "Traceback" not in finished.err
    stackwright.assert_nothing_left()
    assert_next_up_works(stackwright, directory)


def test_a_home_that_cannot_be_written(stackwright: Any, project: Any) -> None:
    stackwright.home.write_text("a file")
    finished = stackwright("up", project(BETWEEN_RESOURCES), "--detach")
    assert finished.code == 3
    assert finished.err.count("error:") == 1
    assert "cannot write state" in finished.err
    assert "STACKWRIGHT_HOME" in finished.err
    assert "Traceback" not in finished.err


def test_state_that_is_damaged(stackwright: Any, project: Any) -> None:
    directory = project(BETWEEN_RESOURCES)
    go(directory)
    stackwright.up(directory)
    (stackwright.state() / "stacks" / "dev.json").write_text("{")
    finished = stackwright("up", directory, "--detach")
    assert finished.code == 3
    assert finished.err.count("error:") == 1
    assert "cannot be read" in finished.err
    assert "--purge" in finished.err
    assert stackwright("down", "shop", "--purge").code == 0
    assert_next_up_works(stackwright, directory)
