"""Runs a program from start to end against a deployment: servers, child process, verdict."""

from __future__ import annotations

import json
import re
import tempfile
import threading
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

import grpc

from stackwright.engine.deployment.deployment import Deployment
from stackwright.engine.deployment.diagnostics import Stream
from stackwright.engine.program.attention import Attention, CountAnswers
from stackwright.engine.program.child import Child
from stackwright.engine.program.reports import OF_COMMAND, Missing
from stackwright.engine.program.standby import Standby
from stackwright.engine.project.pulumi_yaml import Config, Project
from stackwright.engine.protocol.messages import engine_pb2_grpc, resource_pb2_grpc
from stackwright.engine.protocol.monitor import EngineService, Monitor
from stackwright.engine.protocol.sources import Sources
from stackwright.errors import Defect, ProgramError, Refused, StackwrightError
from stackwright.processes import Cancel

_MAX_MESSAGE: Final = 400 * 1024 * 1024  # bytes; what the SDK allows on its side
_ORGANIZATION: Final = "organization"  # what the SDK says by itself where there is none
_STALL_SECONDS: Final = 10.0
_MAX_REQUESTS: Final = 10_000
_GRACE_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Limits:
    """What a program may not do.

    Attributes:
        seconds: how long it may run; 0: for ever.
        network: whether it may speak to others than this machine.
        missing_files: whether it may pack what is not there or elsewhere; such assets have no digest.
        cancel: ends it before its time.
        missing_packages: whether it may import what is not installed; what it takes from there is not known.
        older: whether it may use what an older `pulumi_aws` had, and which names of modules it does; None: it may not.
        made_up: keys of the configuration whose values are made up; structures among them are not known.
    """

    seconds: float = 0.0
    network: bool = True
    missing_files: bool = False
    cancel: Cancel | None = None
    missing_packages: bool = False
    older: tuple[str, ...] | None = None
    made_up: tuple[str, ...] = ()


NO_LIMITS: Final = Limits()


@dataclass(frozen=True)
class ProgramRun:
    """How a run of the program went.

    Attributes:
        seconds: from the start to the end of the program.
        modules: what it has imported of Pulumi's SDKs, for the next `Standby`.
    """

    seconds: float
    modules: tuple[str, ...]


def run_program(
    project: Project,
    stack: str,
    config: Config,
    deployment: Deployment,
    *,
    dry_run: bool,
    parallel: int,
    environment: Mapping[str, str] | None = None,
    standby: Standby | None = None,
    limits: Limits = NO_LIMITS,
    missing: list[Missing] | None = None,
) -> ProgramRun:
    """Run the program to its end; its registrations go to `deployment`. Nothing is under way any more afterwards.

    Args:
        dry_run: what `pulumi.runtime.is_dry_run()` says to the program.
        parallel: how many registrations may be under way at once.
        environment: variables on top of this process's.
        standby: a process that is ready to run it, in place of a new one with that environment.
        limits: what it may not do.
        missing: gets the packages that are not installed, if `limits` allow that.

    Raises:
        StackwrightError: the first refused registration, as `deployment.failures` has it.
        ProgramError: the program raised an exception, exited, or could not be started.
    """
    started = monotonic()
    ready = standby or Standby(project, environment=environment)
    try:
        modules = _run(
            project,
            stack,
            config,
            deployment,
            ready,
            limits,
            [] if missing is None else missing,
            dry_run=dry_run,
            parallel=parallel,
        )
    except BaseException:
        ready.stop()
        deployment.keep_former_outputs()
        raise
    return ProgramRun(monotonic() - started, modules)


def _run(
    project: Project,
    stack: str,
    config: Config,
    deployment: Deployment,
    standby: Standby,
    limits: Limits,
    missing: list[Missing],
    *,
    dry_run: bool,
    parallel: int,
) -> tuple[str, ...]:
    attention = Attention(deployment.waiting.look)
    deployment.waiting.program = attention
    deployment.waiting.kept = standby.make_room
    with (
        tempfile.TemporaryDirectory(prefix="stackwright-") as scratch,
        _serving(project, config, deployment, attention, limits, dry_run=dry_run, parallel=parallel) as address,
    ):
        failure_file, modules_file = Path(scratch) / "failure.json", Path(scratch) / "modules.json"
        stuck_file, stand_ins_file = Path(scratch) / "stuck.txt", Path(scratch) / "stand-ins.txt"
        spec = {
            "project": project.name,
            "stack": stack,
            "organization": _ORGANIZATION,
            "monitor": address,
            "engine": address,
            "parallel": parallel,
            "dry_run": dry_run,
            "root_directory": str(project.directory),
            "source_directories": [str(directory) for directory in project.source_directories],
            "program": str(project.program),
            "program_directory": str(project.program_directory),
            "config": dict(config.values),
            "secret_keys": sorted(config.secret_keys),
            "failure": str(failure_file),
            "modules": str(modules_file),
            "seconds": limits.seconds,
            "stuck": str(stuck_file),
            "network": limits.network,
            "stand_ins": str(stand_ins_file) if limits.missing_packages else "",
            "made_up": list(limits.made_up),
            "older": None if limits.older is None else list(limits.older),
        }
        status = _run_child(standby, spec, deployment, attention, limits)
        if stand_ins_file.exists():
            lines = stand_ins_file.read_text(encoding="utf-8").splitlines()
            missing.extend(Missing(*json.loads(line)) for line in lines)
        if status is None:
            raise _stuck(project, limits, stuck_file)
        failure = _read(failure_file)
        modules = _read(modules_file) or []
    is_own = failure is not None and failure.get("own", False)
    # What still waited when the program broke off tells nothing.
    if deployment.failures and not (is_own and all(isinstance(f, Refused) for f in deployment.failures)):
        raise deployment.failures[0]
    if failure is not None:
        raise _explained(project, failure)
    if status != 0:
        raise _ended(project, status)
    return tuple(modules)


@contextmanager
def _serving(
    project: Project,
    config: Config,
    deployment: Deployment,
    attention: Attention,
    limits: Limits,
    *,
    dry_run: bool,
    parallel: int,
) -> Generator[str]:
    # Registrations wait in a thread each, and how many come at once is the program's side's to limit (`host_waits`).
    pool = ThreadPoolExecutor(max_workers=_MAX_REQUESTS, thread_name_prefix="monitor")
    sizes = [("grpc.max_receive_message_length", _MAX_MESSAGE), ("grpc.max_send_message_length", _MAX_MESSAGE)]
    server = grpc.server(pool, options=sizes, interceptors=[CountAnswers(attention)])
    monitor = Monitor(
        deployment,
        root=project.program_directory,
        sources=Sources(project.source_directories, Path(project.interpreter).parent.parent),
        config=config,
        dry_run=dry_run,
        parallel=parallel,
        missing_files=limits.missing_files,
    )
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(EngineService(deployment), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None)
        monitor.close()
        # What a provider has begun it must finish, or nobody would know that it exists.
        pool.shutdown(wait=True)


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def _run_child(
    standby: Standby, spec: Mapping[str, Any], deployment: Deployment, attention: Attention, limits: Limits
) -> int | None:
    """The exit status; None when the program took too long."""

    def listen(stream: Stream, line: str) -> None:
        deployment.diagnose("info" if stream == "stdout" else "warning", line, stream=stream)

    child = standby.begin(spec, listen, attention.report)
    ended = threading.Event()
    watch = threading.Thread(target=_end_when_stalled, args=(child, deployment, ended), name="stall-watch", daemon=True)
    watch.start()
    late = threading.Event()

    def end() -> None:
        late.set()
        child.stop()

    # It writes down first where it is.
    timer = threading.Timer(limits.seconds + _GRACE_SECONDS, end) if limits.seconds else None
    if timer is not None:
        timer.daemon = True
        timer.start()
    cancel = limits.cancel or Cancel()
    try:
        with cancel.ending(child.stop):
            status = standby.wait()
        return None if late.is_set() else status
    finally:
        if timer is not None:
            timer.cancel()
        attention.end()
        ended.set()
        watch.join()


def _end_when_stalled(child: Child, deployment: Deployment, ended: threading.Event) -> None:
    """A program that waits for the outputs of what has failed may wait for ever."""
    while not ended.wait(1.0):
        deployment.waiting.look()
        if deployment.failures and deployment.provider_seconds.idle_seconds() > _STALL_SECONDS:
            child.stop()
            return


def _stuck(project: Project, limits: Limits, file: Path) -> ProgramError:
    """The program took too long; the file has the frames of all threads, innermost first."""
    text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    frames = re.findall(r'File "([^"]+)", line (\d+)', text)
    own = next((f"{name}:{line}" for name, line in frames if _is_own(project, name)), str(project.program))
    what = f"the program did not end within {limits.seconds:g} s; then it was here"
    if any(name.endswith("/subprocess.py") for name, _ in frames):
        what += OF_COMMAND
    return ProgramError(what, where=own, fix="Look for a loop without an end, or for what waits for the network.")


def _is_own(project: Project, name: str) -> bool:
    is_inside = any(Path(name).is_relative_to(directory) for directory in project.source_directories)
    return is_inside and "site-packages" not in name


def _ended(project: Project, status: int) -> ProgramError:
    if status < 0:
        return ProgramError(
            f"the program was killed by signal {-status}",
            where=str(project.program),
            fix="Look for what ended it: the system's memory limit, or somebody's kill.",
        )
    return ProgramError(f"the program ended with exit status {status}", where=str(project.program))


def _explained(project: Project, failure: Mapping[str, Any]) -> StackwrightError:
    if failure["kind"] == "defect":
        what = f"the program could not be run: unexpected {failure['message']}"
        details = {"interpreter": str(project.interpreter)}
        return Defect(what, where=str(project.program), traceback=failure["traceback"], details=details)
    where = f"{failure['file']}:{failure['line']}" if failure["file"] else str(project.program)
    message, traceback = failure["message"], failure["traceback"]
    match failure["kind"]:
        case "no-pulumi":
            fix = f"Install the project's requirements: {project.interpreter} -m pip install pulumi pulumi-aws"
            return ProgramError(message, where=str(project.directory), fix=fix)
        case "run-error" | "exit":
            return ProgramError(message, where=where)
        case "syntax":
            return ProgramError(f"the program is not valid Python: {message}", where=where, traceback=traceback)
        case _ if "Please update the Pulumi CLI" in message:
            feature = message.partition("does not support ")[2].partition(".")[0]
            return ProgramError(
                f"the program uses {feature}, which Stackwright's engine does not have",
                where=where,
                fix="Leave it out for the local run, for instance by a condition on the stack.",
                traceback=traceback,
            )
        case _:
            return ProgramError(f"the program failed: {message}", where=where, traceback=traceback)
