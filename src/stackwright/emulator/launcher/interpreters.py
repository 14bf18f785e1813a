"""Which Python runs the functions of a Lambda runtime."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

_PYTHON_RUNTIME = re.compile(r"python(\d+\.\d+)")
_OURS = f"{sys.version_info.major}.{sys.version_info.minor}"
# Where version managers keep interpreters; their shims on PATH often refuse to run.
_MANAGED = (
    ".local/share/uv/python/cpython-{version}*/bin/python{version}",
    ".pyenv/versions/{version}*/bin/python{version}",
    ".local/share/mise/installs/python/{version}*/bin/python{version}",
    ".asdf/installs/python/{version}*/bin/python{version}",
)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """See :class:`stackwright.emulator.process.Interpreter`, whose fields these are."""

    runtime: str
    path: str
    version: str
    exact: bool

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class Interpreters:
    """Looks for the declared version once per runtime; falls back on the one that runs the emulator."""

    def __init__(self, *, home: str, path: str) -> None:
        self._home = Path(home)
        self._path = path
        self._found: dict[str, Interpreter] = {}
        self._lock = threading.Lock()

    def find(self, runtime: str) -> Interpreter:
        """The interpreter for ``runtime``, such as ``python3.13``."""
        with self._lock:
            if runtime not in self._found:
                self._found[runtime] = self._look(runtime)
            return self._found[runtime]

    def _look(self, runtime: str) -> Interpreter:
        declared = _PYTHON_RUNTIME.fullmatch(runtime)
        if declared and declared.group(1) != _OURS:
            for candidate in self._candidates(declared.group(1)):
                version = _version(candidate)
                if version.startswith(f"{declared.group(1)}."):
                    return Interpreter(runtime, str(candidate), version, exact=True)
        exact = declared is not None and declared.group(1) == _OURS
        return Interpreter(runtime, sys.executable, platform.python_version(), exact=exact)

    def _candidates(self, version: str) -> list[Path]:
        managed = [path for form in _MANAGED for path in sorted(self._home.glob(form.format(version=version)))]
        on_path = [Path(entry) / f"python{version}" for entry in self._path.split(":") if entry]
        return [path for path in managed + on_path if path.is_file()]


def _version(interpreter: Path) -> str:
    """The version it answers with; empty when it does not run."""
    command = [str(interpreter), "-I", "-S", "-c", "import platform; print(platform.python_version())"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
