"""The command line. One command per file; `app` turns errors into one message and an exit code.

Exit codes: 0 ok, 1 findings or a failed verification, 2 usage or bad input, 3 the environment failed, 4 a defect of
Stackwright, 130 interrupted.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_AGAIN: Final = 0.01  # seconds


def main() -> NoReturn:
    """Entry point of the `stackwright` command."""
    if sys.platform == "win32":
        sys.stderr.write(
            "error: Stackwright runs on Linux and macOS\n"
            "  fix: on Windows use the Windows Subsystem for Linux (wsl --install)\n"
        )
        sys.exit(3)
    for number in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    sys.unraisablehook = _ask_again
    try:
        # Inside, so that Ctrl-C is answered while the imports run, too.
        code = _run(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        code = 130
    # All is said and stopped; what is left is the interpreter's own business.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    try:
        from stackwright.cli.app import run
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] == "stackwright":
            raise
        sys.stderr.write(
            f"error: the command needs {missing.name}, which is not installed\n"
            "  fix: pip install 'stackwright[local,systems]'\n"
        )
        return 3
    return run(arguments)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt, but not inside an import.

    CPython may then keep the import lock, and other threads would wait for it for ever. An import is soon over, so the
    alarm clock asks again.
    """
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            signal.setitimer(signal.ITIMER_REAL, _AGAIN)
            return
        frame = frame.f_back
    raise KeyboardInterrupt


def _ask_again(ignored: UnraisableHookArgs) -> None:
    """Python ignores what is raised in finalizers and the like; they run at any time, so Ctrl-C may come in one."""
    if isinstance(ignored.exc_value, KeyboardInterrupt):
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)
    else:
        sys.__unraisablehook__(ignored)
