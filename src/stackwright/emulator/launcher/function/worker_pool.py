"""Our execution environment in the shape that MiniStack's pool of warm workers expects."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stackwright.emulator.launcher.function.code import CodeStore
from stackwright.emulator.launcher.function.environment import Placement, handler_environment
from stackwright.emulator.launcher.function.process import (
    INIT_SECONDS,
    InvocationTimeoutError,
    LogEvent,
    Process,
    ProcessExitError,
)
from stackwright.emulator.launcher.interpreters import Interpreters
from stackwright.emulator.launcher.sdk import SdkDirectory


@dataclass(frozen=True, slots=True)
class Call:
    """One invocation. ``trace_id`` is the X-Ray header of this call, empty for none."""

    event: Any
    request_id: str
    function_arn: str
    trace_id: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an invocation came to. ``payload`` is the answer, or the error object when ``failed``."""

    payload: Any
    failed: bool
    events: list[LogEvent]
    log_stream: str
    duration_ms: float
    init_ms: float | None = None
    memory_mb: int = 0


@dataclass(frozen=True, slots=True)
class WorkerResources:
    """What every execution environment of this emulator is made from."""

    code: CodeStore
    sdk: SdkDirectory
    interpreters: Interpreters
    temporary: Path
    endpoint: str
    credentials: Callable[[Mapping[str, Any]], Mapping[str, str]]
    layer_archives: Callable[[Mapping[str, Any]], list[bytes]]


@dataclass(slots=True)
class _Popen:
    """What MiniStack's pool does with a process: ask, end, wait."""

    process: Process

    def poll(self) -> int | None:
        return self.process.popen.poll()

    def terminate(self) -> None:
        self.process.kill()

    kill = terminate

    def wait(self, timeout: float | None = None) -> int:
        return self.process.popen.wait(timeout)


class PythonWorker:
    """One execution environment. The attributes without a docstring belong to MiniStack's pool."""

    def __init__(self, resources: WorkerResources, func_name: str, config: dict[str, Any], code_zip: bytes) -> None:
        self._resources = resources
        self.func_name = func_name
        self.config = config
        self.code_zip = code_zip
        self.in_use = False
        self._retired = False
        self.last_used = time.time()
        self._lock = threading.Lock()
        self._cold = True
        self._tmpdir: str | None = None
        self._proc: _Popen | None = None
        self.log_stream = ""

    def invoke(self, call: Call) -> Outcome:
        """Run the handler once, starting its process first when there is none."""
        with self._lock:
            init_ms = None
            started = time.monotonic()
            try:
                if self._proc is None or self._proc.poll() is not None:
                    error = self._start()
                    init_ms = (time.monotonic() - started) * 1000
                    if error is not None:
                        return self._finish(call, "init", json.loads(error), started, init_ms, failed=True)
                    started = time.monotonic()
                return self._call(call, started, init_ms)
            except InvocationTimeoutError:
                text = f"Task timed out after {float(self._timeout):.2f} seconds"
                stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
                message = f"{stamp}Z {call.request_id} {text}"
                return self._lost(call, "Sandbox.Timedout", message, text, started, init_ms)
            except ProcessExitError as ended:
                reason = f"Runtime exited with error: {ended.status}"
                if ended.status == "exit status 0":
                    reason = "Runtime exited without providing a reason"
                message = f"RequestId: {call.request_id} Error: {reason}"
                return self._lost(call, "Runtime.ExitError", message, message, started, init_ms)

    def _call(self, call: Call, started: float, init_ms: float | None) -> Outcome:
        assert self._proc is not None
        timeout = float(self._timeout)
        request = {
            "event": call.event,
            "request_id": call.request_id,
            "arn": call.function_arn,
            "trace_id": call.trace_id,
            "deadline": time.time() + timeout,
        }
        ok, payload = self._proc.process.call(request, timeout)
        return self._finish(call, call.request_id, json.loads(payload), started, init_ms, failed=not ok)

    @property
    def _timeout(self) -> int:
        return int(self.config.get("Timeout", 3))

    def _finish(
        self, call: Call, mark: str, payload: Any, started: float, init_ms: float | None, *, failed: bool
    ) -> Outcome:
        assert self._proc is not None
        process = self._proc.process
        duration = (time.monotonic() - started) * 1000
        events = process.output.take(mark)
        if mark == "init":
            payload = {**payload, "requestId": call.request_id}
        outcome = Outcome(payload, failed, events, self.log_stream, duration, init_ms, process.peak_memory_mb())
        if mark == "init":
            self._end()
        return outcome

    def _lost(
        self, call: Call, error_type: str, logged: str, message: str, started: float, init_ms: float | None
    ) -> Outcome:
        assert self._proc is not None
        duration = (time.monotonic() - started) * 1000
        events = [*self._proc.process.output.take(call.request_id), LogEvent(int(time.time() * 1000), logged)]
        self._end()
        payload = {"errorMessage": message, "errorType": error_type}
        return Outcome(payload, True, events, self.log_stream, duration, init_ms)

    def _spawn(self) -> None:
        """MiniStack calls this when it publishes a SnapStart version."""
        error = self._start()
        if error is not None:
            raise RuntimeError(json.loads(error)["errorMessage"])

    def _start(self) -> str | None:
        """Start the process; the JSON of the error when the handler cannot be loaded."""
        resources = self._resources
        self._end()
        self._tmpdir = tempfile.mkdtemp(prefix="function-", dir=resources.temporary)
        today = datetime.now(UTC)
        self.log_stream = f"{today:%Y/%m/%d}/[{self.config.get('Version', '$LATEST')}]{uuid.uuid4().hex}"
        code = resources.code.directory(self.code_zip)
        layers = [str(resources.code.directory(archive)) for archive in resources.layer_archives(self.config)]
        sdk = resources.sdk.path()
        placement = Placement(
            code=code,
            sdk=sdk,
            temporary=Path(self._tmpdir),
            log_stream=self.log_stream,
            endpoint=resources.endpoint,
            region=str(self.config["FunctionArn"]).split(":")[3],
        )
        environment = handler_environment(self.config, resources.credentials(self.config), placement)
        interpreter = resources.interpreters.find(str(self.config["Runtime"]))
        process = Process(interpreter.path, [str(code), str(sdk), *reversed(layers)], environment, code)
        self._proc = _Popen(process)
        return process.wait_ready(max(INIT_SECONDS, float(self._timeout)))

    def retire(self) -> bool:
        """Serve no further invocation; True if none is under way, otherwise it ends by `end_if_retired`."""
        # The order matters: whoever comes second of this and a release sees the other.
        self._retired = True
        return not self.in_use

    def end_if_retired(self) -> None:
        """Called after the release of each invocation."""
        if self._retired:
            self._end()

    def _end(self) -> None:
        ended, self._proc = self._proc, None
        if ended is not None:
            ended.process.kill()
        self._discard_tmpdir()

    def _discard_tmpdir(self) -> None:
        if self._tmpdir is not None:
            shutil.rmtree(self._tmpdir, ignore_errors=True)
            self._tmpdir = None
