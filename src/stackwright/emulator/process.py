"""The embedded AWS emulator: MiniStack as a child process of ours, with our fidelity patches.

    emulator = start(EmulatorSettings(state_dir=Path(".stackwright/dev")), lifeline=True)
    Endpoint.of(emulator).client("sqs")
    emulator.stop()

What holds:

* It listens on 127.0.0.1 only. The parent binds the port and hands the socket over, so a port that is in use is refused
  before anything starts, and two instances never share one.
* Every call of AWS must be signed, and IAM is enforced for it. :meth:`Emulator.root` gives the key of an account's
  root, which is random and ends with the emulator: bootstrap with it, then work as a role.
* Its own paths need a token, which is in a file that only the user can read. docs/security.md says who may do what.
* With a lifeline the emulator stops itself when the process that started it is gone, for whatever reason.
  :meth:`Emulator.detach` lets it live on; :func:`attach` finds it again.
* With ``persist`` everything survives a graceful stop. State that was not saved whole is never served: it is wiped at
  the next start and ``Emulator.state_lost`` says so.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from stackwright.credentials import Credentials
from stackwright.emulator.control import get_json, identified
from stackwright.emulator.launcher.directory import prepare, released, take_when_free, taken
from stackwright.emulator.launcher.environment import HOST, child_environment
from stackwright.emulator.observations import Decision, Interpreter, Message
from stackwright.emulator.settings import EmulatorSettings as EmulatorSettings
from stackwright.errors import EnvironmentFailed
from stackwright.private import private_directory, private_open, read_private, write_private

_DETACH = b"detach\n"
_LOG_TAIL_LINES = 25


# Seconds that an emulator may take to go which never was ready and whose parent was killed: it is Python that starts.
_GOING: Final = 10.0
# Seconds that somebody may hold the directory who only looks whether it is free.
_LOOKING: Final = 1.0


@dataclass(slots=True)
class Emulator:
    """A running emulator.

    Attributes:
        endpoint: ``http://127.0.0.1:<port>``, the ``endpoint_url`` of every AWS client.
        account: account id.
        log_path: the emulator's own log.
        state_lost: an earlier emulator of the directory had been killed, and what it held is gone.
    """

    endpoint: str
    port: int
    pid: int
    account: str
    region: str
    state_dir: Path
    log_path: Path
    state_lost: bool
    token: str = field(repr=False)
    _process: subprocess.Popen[bytes] | None = None
    _lifeline: int | None = None
    _roots: dict[str, Credentials] = field(default_factory=dict[str, Credentials], repr=False)

    def alive(self) -> bool:
        """Whether the process still runs."""
        if self._process is not None:
            return self._process.poll() is None
        return _alive(self.pid)

    @property
    def has_lifeline(self) -> bool:
        """Whether it stops when this process ends."""
        return self._lifeline is not None

    def ends(self, seconds: float = 2.0) -> bool:
        """Whether the process ends within that time; its connections close a little before it does."""
        return self._wait(seconds)

    def detach(self) -> None:
        """Let the emulator outlive this process. Without a lifeline, or a second time, nothing happens."""
        if self._lifeline is not None:
            lifeline, self._lifeline = self._lifeline, None
            with contextlib.suppress(BrokenPipeError):
                os.write(lifeline, _DETACH)
            os.close(lifeline)
        if self._process is not None:
            # It is no longer ours to wait for; without this Popen would warn that it still runs.
            self._process.returncode = 0
            self._process = None

    def stop(self, deadline: float = 15.0) -> None:
        """Stop gracefully; after ``deadline`` seconds kill. Returns when the process is gone.

        Raises:
            EnvironmentFailed: it could not be killed.
        """
        if self.alive():
            os.kill(self.pid, signal.SIGTERM)
            if not self._wait(deadline):
                os.kill(self.pid, signal.SIGKILL)
                if not self._wait(5.0):
                    raise EnvironmentFailed(
                        f"The emulator (pid {self.pid}) does not stop.", fix=f"End process {self.pid} yourself."
                    )
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None
        _identity_path(self.state_dir).unlink(missing_ok=True)

    def root(self, account: str = "") -> Credentials:
        """The key of an account's root; of the default account when none is named.

        Raises:
            EnvironmentFailed: the emulator does not answer.
        """
        account = account or self.account
        if account not in self._roots:
            self._roots[account] = Credentials(**self._get(f"root?account={account}"))
        return self._roots[account]

    def decisions(self, since: int = 0) -> list[Decision]:
        """Authorizations numbered above ``since``, oldest first. The emulator keeps the latest 50,000.

        Raises:
            EnvironmentFailed: the emulator does not answer.
        """
        answer = self._get(f"decisions?since={since}")
        return [Decision(**entry) for entry in answer["decisions"]]

    def messages(self, since: int = 0) -> list[Message]:
        """Messages numbered above ``since``, oldest first. The emulator keeps the latest 10,000.

        Raises:
            EnvironmentFailed: the emulator does not answer.
        """
        return [Message(**entry) for entry in self._get(f"messages?since={since}")["messages"]]

    def pause_requests(self, seconds: float) -> None:
        """Keep HTTP requests to APIs and function URLs waiting until `resume_requests`, at most this long.

        Raises:
            EnvironmentFailed: the emulator does not answer.
        """
        self._get(f"pause?seconds={seconds}", b"")

    def resume_requests(self) -> None:
        """Let the requests go on.

        Raises:
            EnvironmentFailed: the emulator does not answer.
        """
        self._get("resume", b"")

    def scale_waits(self, factor: float) -> None:
        """Let the waits and retries of state machines take ``factor`` times as long as they say.

        Raises:
            EnvironmentFailed: the emulator does not answer.
        """
        url = f"{self.endpoint}/_ministack/config"
        self._ask(url, json.dumps({"stepfunctions._SFN_WAIT_SCALE": factor}).encode())

    def interpreter(self, runtime: str) -> Interpreter:
        """The interpreter that runs functions declared with ``runtime``, such as ``python3.13``.

        Raises:
            EnvironmentFailed: the emulator does not answer.
        """
        return Interpreter(**self._get(f"interpreter?runtime={urllib.parse.quote(runtime)}"))

    def _get(self, path: str, body: bytes | None = None) -> dict[str, Any]:
        return self._ask(f"{self.endpoint}/_stackwright/{path}", body)

    def _ask(self, url: str, body: bytes | None) -> dict[str, Any]:
        try:
            return get_json(url, timeout=30.0, body=body, token=self.token)
        except (OSError, ValueError) as error:
            raise EnvironmentFailed(
                f"The emulator at {self.endpoint} does not answer: {error}.", where=str(self.log_path)
            ) from error

    def _wait(self, seconds: float) -> bool:
        if self._process is not None:
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                return False
            return True
        end = time.monotonic() + seconds
        while _alive(self.pid):
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True


def start(settings: EmulatorSettings, *, lifeline: bool, deadline: float = 30.0) -> Emulator:
    """Start an emulator and return when it answers.

    Args:
        settings: how to run it.
        lifeline: stop it when this process ends, however that happens.
        deadline: seconds it may take to answer.

    Raises:
        Busy: an emulator already runs on this ``state_dir``.
        EnvironmentFailed: the port is in use, or the emulator died or did not answer (with the end of its log).
    """
    directory = settings.state_dir.absolute()
    private_directory(directory)
    token = secrets.token_hex(16)
    with contextlib.ExitStack() as until_spawned:
        lock = take_when_free(directory, _LOOKING if _identity_path(directory).exists() else _GOING)
        until_spawned.callback(os.close, lock)
        listener = until_spawned.enter_context(_listen(settings.port))
        port = int(listener.getsockname()[1])
        state_lost = prepare(directory, persist=settings.persist)
        options = {
            "socket": listener.fileno(),
            "lock": lock,
            "port": port,
            "token": token,
            "state_dir": str(directory),
            "persist": settings.persist,
            "alarm_period_seconds": settings.alarm_period_seconds,
            "alarm_time_scale": settings.alarm_time_scale,
            "home": str(Path.home()),
            "path": os.environ.get("PATH", os.defpath),
        }
        options_read, options_write = os.pipe()
        until_spawned.callback(os.close, options_read)
        log_path = directory / "emulator.log"
        with os.fdopen(private_open(log_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "stackwright.emulator.launcher"],
                stdin=options_read,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=directory,
                env=child_environment(settings, directory, port),
                start_new_session=True,
                pass_fds=(listener.fileno(), lock),
            )
    emulator = Emulator(
        endpoint=f"http://{HOST}:{port}",
        port=port,
        pid=process.pid,
        account=settings.account,
        region=settings.region,
        state_dir=directory,
        log_path=log_path,
        state_lost=state_lost,
        token=token,
        _process=process,
        _lifeline=options_write,
    )
    try:
        with contextlib.suppress(BrokenPipeError):  # it died at once; its log says why
            os.write(options_write, json.dumps(options).encode() + b"\n")
        _await_ready(emulator, deadline)
    except BaseException:
        emulator.stop(deadline=0.5)
        raise
    _write_identity(emulator)
    if not lifeline:
        emulator.detach()
    return emulator


def attach(state_dir: Path, *, deadline: float = 10.0) -> Emulator | None:
    """The emulator that an earlier process started on ``state_dir`` and left running, or None.

    It is ours only if it proves that it has the token of the identity file, so neither a reused pid nor a stranger on
    the port is taken for it. The token itself is not said before.

    Raises:
        EnvironmentFailed: it holds the directory but does not answer within ``deadline`` seconds.
    """
    directory = state_dir.absolute()
    path = _identity_path(directory)
    if not path.exists():
        return None
    if not taken(directory):
        path.unlink(missing_ok=True)
        return None
    record = cast("dict[str, Any]", json.loads(read_private(path) or "{}"))
    emulator = Emulator(
        endpoint=record["endpoint"],
        port=record["port"],
        pid=record["pid"],
        account=record["account"],
        region=record["region"],
        state_dir=directory,
        log_path=directory / "emulator.log",
        state_lost=False,
        token=record["token"],
    )
    try:
        genuine, pid = identified(emulator.port, emulator.token, deadline)
    except (OSError, ValueError) as error:
        if released(directory, deadline):
            return None  # it was on its way out
        raise EnvironmentFailed(
            f"The emulator of {directory} (pid {emulator.pid}) does not answer: {error}.",
            where=str(emulator.log_path),
            fix=f"End process {emulator.pid}, then start it again.",
        ) from error
    if not genuine or pid != emulator.pid:
        raise EnvironmentFailed(
            f"Another program answers at {emulator.endpoint} in place of the emulator of {directory}.",
            fix="End that program or the emulator, then start it again.",
        )
    return emulator


def _listen(port: int) -> socket.socket:
    """A listening socket on ``port``; the emulator is slow to refuse a port that is taken, the kernel is not."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise EnvironmentFailed(
                f"Port {port} on {HOST} is in use by another program.",
                fix="Stop that program, or choose another port; port 0 picks a free one.",
            ) from error
        raise EnvironmentFailed(
            f"Port {port} on {HOST} cannot be used: {error.strerror}.",
            fix="Choose another port; port 0 picks a free one.",
        ) from error
    return listener


def _await_ready(emulator: Emulator, deadline: float) -> None:
    # The socket already listens, so one request waits for the emulator; when the emulator dies the kernel resets it.
    try:
        genuine, _ = identified(emulator.port, emulator.token, deadline)
    except (OSError, ValueError) as error:
        died = not emulator.alive() or emulator._wait(0.5)  # pyright: ignore[reportPrivateUsage]
        what = "died while it started" if died else f"did not answer within {deadline:.0f} s ({error})"
        raise EnvironmentFailed(
            f"The emulator {what}. The end of its log:\n{_log_tail(emulator.log_path)}",
            where=str(emulator.log_path),
            fix="Read the log; if it names a MiniStack version, install the one pyproject.toml pins.",
        ) from error
    if not genuine:
        raise EnvironmentFailed(f"Another program answers at {emulator.endpoint}.", fix="Choose another port.")


def _log_tail(path: Path) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:])


def _identity_path(directory: Path) -> Path:
    return directory / "emulator.json"


def _write_identity(emulator: Emulator) -> None:
    record = {name: getattr(emulator, name) for name in ("endpoint", "port", "pid", "account", "region", "token")}
    write_private(_identity_path(emulator.state_dir), json.dumps(record, indent=2) + "\n")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return not Path("/proc/self").exists()
    # The third field is the state; a zombie has ended, whoever forgot to collect it.
    return stat.read_text().rpartition(")")[2].split()[0] != "Z"
