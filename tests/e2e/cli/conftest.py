"""The `stackwright` command as a user runs it, in a home directory of the test's own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from stackwright.testing.eventually import eventually

STACKWRIGHT = Path(sys.executable).with_name("stackwright")
DEADLINE = 60.0  # seconds; for conditions that take a moment, far above what they need


PROGRAMS = Path(__file__).parents[2] / "programs"

TWO_FUNCTIONS = """
    import json
    import pulumi
    import pulumi_aws as aws

    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = aws.iam.Role("both", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    logs = aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE
    aws.iam.RolePolicyAttachment("logs", role=role.name, policy_arn=logs)
    queue = aws.sqs.Queue("jobs")
    urls = {}
    for name in ("first", "second"):
        function = aws.lambda_.Function(
            name, runtime="python3.12", handler="index.handler", role=role.arn, code=pulumi.FileArchive(f"./{name}")
        )
        url = aws.lambda_.FunctionUrl(name, function_name=function.name, authorization_type="NONE")
        urls[name] = url.function_url
    pulumi.export("urls", urls)
    pulumi.export("queue", queue.url)
    pulumi.export("greeting", pulumi.Config().get("greeting") or "none")
"""


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


class Running:
    """A command under way, whose output is read as it comes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.pid = process.pid
        self._text: dict[str, list[str]] = {"out": [], "err": []}
        self._changed = threading.Condition()
        self._readers = [self._read("out", process.stdout), self._read("err", process.stderr)]

    @property
    def out(self) -> str:
        return "".join(self._text["out"])

    @property
    def err(self) -> str:
        return "".join(self._text["err"])

    def wait_for(self, text: str, stream: str = "err", count: int = 1) -> None:
        """Until the text has been printed that many times."""

        def seen() -> bool:
            return "".join(self._text[stream]).count(text) >= count

        with self._changed:
            found = self._changed.wait_for(lambda: seen() or self.process.poll() is not None, DEADLINE)
        if not seen():
            reason = "the command ended" if found else f"not within {DEADLINE:.0f} s"
            raise AssertionError(f"no {text!r} in {stream}: {reason}\n{self.out}\n{self.err}")

    def interrupt(self) -> None:
        """What Ctrl-C sends."""
        self.process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        self.process.kill()

    def finish(self) -> Finished:
        """Wait for the end."""
        code = self.process.wait(DEADLINE)
        for reader in self._readers:
            reader.join(DEADLINE)
        return Finished(code, self.out, self.err)

    def _read(self, stream: str, pipe: IO[str] | None) -> threading.Thread:
        assert pipe is not None

        def pump() -> None:
            with pipe:
                for line in pipe:
                    with self._changed:
                        self._text[stream].append(line)
                        self._changed.notify_all()
            with self._changed:
                self._changed.notify_all()

        thread = threading.Thread(target=pump, daemon=True)
        thread.start()
        return thread


class CommandLine:
    """Runs commands, and afterwards ends whatever they left running."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._started: list[Running] = []

    def __call__(self, *arguments: str | Path, **options: Any) -> Finished:
        """Run a command to its end."""
        return self.start(*arguments, **options).finish()

    def up(self, project: Path, *arguments: str | Path, **options: Any) -> dict[str, Any]:
        """`up --detach --json`, and what it printed."""
        return self("up", project, "--detach", "--json", *arguments, **options).json()

    def invoke(self, function: str) -> Any:
        """What a function answers to an empty event."""
        return self("invoke", function).json()

    def start(
        self,
        *arguments: str | Path,
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        before: Callable[[], None] | None = None,
    ) -> Running:
        """Start a command; `before` runs in its process first."""
        own = {k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "AWS_", "STACKWRIGHT_"))}
        process = subprocess.Popen(
            [STACKWRIGHT, *map(str, arguments)],
            env={**own, "STACKWRIGHT_HOME": str(self.home), "COLUMNS": "200", **(environment or {})},
            cwd=cwd,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            preexec_fn=before,
        )
        running = Running(process)
        self._started.append(running)
        return running

    def state(self, project: str = "shop") -> Path:
        """Where the state of the only project of that name is kept."""
        (found,) = (self.home / "projects").glob(f"{project}-*")
        return found

    def processes(self) -> dict[int, str]:
        """Every live process that belongs to this home: its environment or command line names it."""
        mark = os.fsencode(self.home)
        found: dict[int, str] = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes()
                is_ours = mark in (entry / "environ").read_bytes() or mark in command
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except (OSError, IndexError):
                continue  # it ended while we looked
            if is_ours and state != "Z" and int(entry.name) != os.getpid():
                found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace")
        return found

    def assert_nothing_left(self) -> None:
        """No process of this home remains, within a moment."""
        eventually(lambda: not self.processes(), lambda: f"still running: {self.processes()}", seconds=15)

    def close(self) -> None:
        for running in self._started:
            running.kill()
            running.finish()
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


@pytest.fixture
def stackwright(tmp_path: Path) -> Iterator[CommandLine]:
    command_line = CommandLine(tmp_path / "home")
    try:
        yield command_line
    finally:
        command_line.close()


Write = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """Writes a project: its program, and other files by keyword or as a mapping of paths to texts."""

    def write(program: str, files: Mapping[str, str] | None = None, name: str = "shop") -> Path:
        directory = tmp_path / name
        directory.mkdir(exist_ok=True)
        texts = {"Pulumi.yaml": f"name: {name}\nruntime: python\n", "__main__.py": program, **(files or {})}
        for path, text in texts.items():
            (directory / path).parent.mkdir(parents=True, exist_ok=True)
            (directory / path).write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return directory

    return write


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def programs() -> Path:
    return PROGRAMS


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A copy of a REST API that keeps notes in a table."""
    return shutil.copytree(PROGRAMS / "rest-api", tmp_path / "rest-api", ignore=shutil.ignore_patterns("__pycache__"))


@pytest.fixture
def handler() -> Callable[[str], str]:
    """The source of a function that gives a certain answer, and says so in its log."""
    return lambda answer: f"def handler(event, context):\n    print('asked for {answer}')\n    return '{answer}'\n"


@pytest.fixture
def two_functions(project: Write, handler: Callable[[str], str]) -> Path:
    """A project with two functions, which answer "one" and "two"."""
    return project(TWO_FUNCTIONS, {"first/index.py": handler("one"), "second/index.py": handler("two")})
