"""Runs a program from start to end against a deployment: servers, child process, verdict."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import grpc
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

from stackwright.engine.deployment import Deployment
from stackwright.engine.monitor import EngineService, Monitor
from stackwright.engine.project import Config, Project
from stackwright.engine.sources import Sources
from stackwright.errors import ProgramError, StackwrightError

_HOST: Final = Path(__file__).with_name("host.py")
_MAX_MESSAGE: Final = 400 * 1024 * 1024  # bytes; what the SDK allows on its side
_STOP_SECONDS: Final = 5.0


@dataclass(frozen=True)
class ProgramRun:
    """How a run of the program went."""

    seconds: float


def run_program(
    project: Project,
    stack: str,
    config: Config,
    deployment: Deployment,
    *,
    dry_run: bool,
    parallel: int,
    environment: Mapping[str, str] | None = None,
) -> ProgramRun:
    """Run the program to its end; its registrations go to `deployment`.

    Args:
        dry_run: what `pulumi.runtime.is_dry_run()` says to the program.
        parallel: how many registrations may be under way at once.
        environment: variables on top of this process's.

    Raises:
        StackwrightError: the first refused registration, as `deployment.failures` has it.
        ProgramError: the program raised an exception, exited, or could not be started.
    """
    server, address = _serve(project, config, deployment, dry_run=dry_run, parallel=parallel)
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="stackwright-") as scratch:
            spec = _write_spec(Path(scratch), project, stack, config, address, dry_run=dry_run, parallel=parallel)
            status = _run_child(project, spec, deployment, environment or {})
            failure = _read_failure(Path(scratch) / "failure.json")
    finally:
        server.stop(grace=None)
    seconds = time.monotonic() - started
    if deployment.failures:
        raise deployment.failures[0]
    if failure is not None:
        raise _explain(project, failure)
    if status != 0:
        raise ProgramError(f"the program ended with exit status {status}", where=str(project.program))
    return ProgramRun(seconds)


def _serve(
    project: Project, config: Config, deployment: Deployment, *, dry_run: bool, parallel: int
) -> tuple[grpc.Server, str]:
    # Registrations wait in a thread each; invokes and logs must still get through.
    pool = ThreadPoolExecutor(max_workers=parallel + 16, thread_name_prefix="monitor")
    limits = [("grpc.max_receive_message_length", _MAX_MESSAGE), ("grpc.max_send_message_length", _MAX_MESSAGE)]
    server = grpc.server(pool, options=limits)
    monitor = Monitor(
        deployment,
        root=project.program_directory,
        sources=Sources(project.directory),
        config=config,
        dry_run=dry_run,
        parallel=parallel,
    )
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(EngineService(deployment), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, f"127.0.0.1:{port}"


def _write_spec(
    scratch: Path, project: Project, stack: str, config: Config, address: str, *, dry_run: bool, parallel: int
) -> Path:
    spec = {
        "project": project.name,
        "stack": stack,
        "organization": "organization",
        "monitor": address,
        "engine": address,
        "parallel": parallel,
        "dry_run": dry_run,
        "root_directory": str(project.directory),
        "program": str(project.program),
        "program_directory": str(project.program_directory),
        "config": dict(config.values),
        "secret_keys": sorted(config.secret_keys),
        "failure": str(scratch / "failure.json"),
    }
    path = scratch / "spec.json"
    path.touch(mode=0o600)  # it holds decrypted secrets
    path.write_text(json.dumps(spec), encoding="utf-8")
    return path


def _run_child(project: Project, spec: Path, deployment: Deployment, environment: Mapping[str, str]) -> int:
    try:
        child = subprocess.Popen(
            [project.interpreter, "-u", str(_HOST), str(spec)],
            cwd=project.program_directory,
            env={**os.environ, "PULUMI_ORGANIZATION": "organization", **environment},
            stdin=subprocess.PIPE,  # closed by our death, which is how the child learns of it
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C is ours to handle, once
        )
    except OSError as error:
        raise ProgramError(f"cannot start {project.interpreter}: {error}", where=str(project.directory)) from error
    readers = [
        _forward(child.stdout, lambda line: deployment.diagnose("info", line)),
        _forward(child.stderr, lambda line: deployment.diagnose("warning", line)),
    ]
    try:
        status = child.wait()
    except BaseException:
        _stop(child)
        raise
    finally:
        for reader in readers:
            reader.join(timeout=_STOP_SECONDS)
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()
    return status


def _forward(pipe: IO[str] | None, report: Any) -> threading.Thread:
    assert pipe is not None

    def pump() -> None:
        for line in pipe:
            report(line.rstrip("\n"))

    thread = threading.Thread(target=pump, name="program-output", daemon=True)
    thread.start()
    return thread


def _stop(child: subprocess.Popen[str]) -> None:
    child.terminate()
    try:
        child.wait(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _read_failure(path: Path) -> dict[str, Any] | None:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _explain(project: Project, failure: Mapping[str, Any]) -> StackwrightError:
    where = f"{failure['file']}:{failure['line']}" if failure["file"] else str(project.program)
    match failure["kind"]:
        case "no-pulumi":
            is_ours = project.interpreter == sys.executable
            return ProgramError(
                failure["message"],
                where=str(project.directory),
                fix=""
                if is_ours
                else f"Install the project's requirements: {project.interpreter} -m pip install pulumi pulumi-aws",
            )
        case "run-error":
            return ProgramError(failure["message"], where=where)
        case "syntax":
            return ProgramError(
                f"the program is not valid Python: {failure['message']}", where=where, traceback=failure["traceback"]
            )
        case _:
            return ProgramError(
                f"the program failed: {failure['message']}", where=where, traceback=failure["traceback"]
            )
