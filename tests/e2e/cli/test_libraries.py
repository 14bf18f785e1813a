"""Functions that are packed with a library from outside of the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PROGRAM = """
    import json
    import pathlib
    import pulumi_aws as aws
    from stackwright.components import Package

    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = aws.iam.Role("role", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    here = pathlib.Path(__file__).resolve().parent
    package = Package(here, entry="index.py", libraries=["phrases"])
    aws.lambda_.Function(
        "speaker", runtime="python3.12", handler="index.handler", role=role.arn, code=package.archive
    )
"""
HANDLER = "import phrases\n\n\ndef handler(event, context):\n    return phrases.GREETING\n"


def test_watch_follows_a_library_that_lies_outside_of_the_project(
    stackwright: Any, project: Any, tmp_path: Path
) -> None:
    library = tmp_path / "libraries" / "phrases" / "__init__.py"
    library.parent.mkdir(parents=True)
    library.write_text("GREETING = 'hello'\n")
    environment = {"PYTHONPATH": str(tmp_path / "libraries"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    directory = project(PROGRAM, {"index.py": HANDLER})

    running = stackwright.start("up", directory, "--watch", environment=environment)
    running.wait_for("Watching for changes")
    assert stackwright.invoke("speaker") == "hello"
    library.write_text("GREETING = 'good day'\n")
    running.wait_for("1 updated")
    assert stackwright.invoke("speaker") == "good day"

    # A library that is used from now on is followed as well.
    (tmp_path / "libraries" / "words.py").write_text("ONE = 'eins'\n")
    (directory / "index.py").write_text(HANDLER.replace("phrases.GREETING", "words.ONE").replace("phrases", "words"))
    program = directory / "__main__.py"
    program.write_text(program.read_text().replace('["phrases"]', '["words"]'))
    running.wait_for("1 updated", count=2)
    (tmp_path / "libraries" / "words.py").write_text("ONE = 'uno'\n")
    running.wait_for("1 updated", count=3)
    assert stackwright.invoke("speaker") == "uno"
    running.interrupt()
    assert running.finish().code == 0
