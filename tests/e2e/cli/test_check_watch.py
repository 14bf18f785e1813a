"""`check --watch`: a report after each save, by an interpreter that stays."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from stackwright.testing.eventually import eventually

FAULTY = """
    import pulumi_aws as aws

    aws.Provider("other", region="eu-west-1")
    aws.sqs.Queue("jobs")
"""
WAITS = """
    import time
    from pathlib import Path

    Path({begun!r}).touch()
    while not Path({end!r}).exists():
        time.sleep(0.01)
"""


def hosts(stackwright: Any) -> set[int]:
    """The interpreters that start programs."""
    return {pid for pid, command in stackwright.processes().items() if "fork_host.py" in command}


def test_each_save_is_a_report_of_what_is_different(stackwright: Any, project: Any, tmp_path: Path) -> None:
    shop = project(FAULTY)
    program = shop / "__main__.py"
    faulty = program.read_text()
    running = stackwright.start("check", shop, "--watch")
    running.wait_for("1 finding (", "out")
    assert "PRV101" in running.out
    ready = hosts(stackwright)

    program.write_text(faulty.replace('aws.sqs.Queue("jobs")', 'aws.sqs.Queue("jobs", retries=2)'))
    running.wait_for("new: SDK101 breaks __main__.py:4: ", "out")
    assert "gone" not in running.out

    program.write_text("import pulumi_aws as aws\n\nthis is no python\n")
    running.wait_for("new: RUN101 breaks __main__.py:3: ", "out")
    assert "gone: PRV101" not in running.out, "what cannot be looked at is not gone"

    program.write_text('import pulumi_aws as aws\n\naws.sqs.Queue("jobs")\n')
    running.wait_for("no findings", "out")
    for code in ("PRV101", "SDK101", "RUN101"):
        running.wait_for(f"gone: {code} ", "out")

    (shop / "pyproject.toml").write_text('[tool.stackwright]\nprofile = "bad"\n')
    running.wait_for("there is no profile 'bad'", "out")
    (shop / "pyproject.toml").write_text('[tool.stackwright]\nignore = ["PRV101"]\n')
    running.wait_for("no findings", "out", count=2)
    assert hosts(stackwright) == ready
    assert len(ready) == 1

    begun, end = tmp_path / "begun", tmp_path / "end"
    waits = textwrap.dedent(WAITS.format(begun=str(begun), end=str(end)))
    program.write_text(waits + faulty.replace('"jobs"', '"mails", retries=1'))
    eventually(begun.exists, lambda: f"the check has not begun\n{running.out}", seconds=30)
    program.write_text(faulty.replace("aws.Provider", "# aws.Provider"))
    end.touch()
    running.wait_for("gone: SDK101 ", "out", count=2)

    end.unlink()
    begun.unlink()
    program.write_text(waits + faulty)
    eventually(begun.exists, lambda: f"the check has not begun\n{running.out}", seconds=30)
    running.interrupt()
    assert running.finish().code == 0
    stackwright.assert_nothing_left()


def test_what_is_written_or_read_by_programs_is_not_watched(stackwright: Any, project: Any) -> None:
    shop = project(FAULTY)
    for options in (["--fix"], ["--format", "json"], ["--write-baseline", "known.json"]):
        finished = stackwright("check", shop, "--watch", *options)
        assert finished.code == 2
        assert "--watch is for reading" in finished.err
