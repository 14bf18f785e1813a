"""Runs one Pulumi program inside its own interpreter: `python host.py REPORTS LIFELINE`, started by the engine.

It must work with nothing but the `pulumi` package, because the interpreter may be a user's virtual environment with an
older Python. LIFELINE is a file descriptor that the engine holds the other end of, and on which it sends lines of
JSON: first the modules to import while the engine gets ready, then the specification: addresses of the engine, project,
stack, config, the program's path; after that, numbers: how many requests the engine keeps waiting. REPORTS is another,
on which goes a line whenever the program waits for the engine and for nothing else (see `host_waits`). When the program
fails, the reason is written to the file that the specification names as `failure`: {"kind", "message", "traceback",
"file", "line", "own"}, `own` when its own code raised it; when it does not, the SDK's modules that it has used are
written to `modules`.
"""

from __future__ import annotations

import sys

if sys.path[0] == __file__.rpartition("/")[0]:
    sys.path.pop(0)  # this file's own directory; its neighbours must not shadow the program's imports

import asyncio
import faulthandler
import gc
import importlib
import importlib.util
import inspect
import json
import os
import runpy
import signal
import threading
import time
import traceback
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from typing import Any, NoReturn


def load_neighbour(name: str) -> Any:
    """A file of this directory, as a module."""
    found = importlib.util.spec_from_file_location(name, __file__.replace("host.py", f"{name}.py"))
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


waits = load_neighbour("host_waits")


def main() -> None:
    """Get ready, wait for the specification, run the program."""
    # The SDK makes thousands of classes that stay; to look for garbage among them takes a fifth of the import's time.
    gc.set_threshold(50_000, 20, 100)
    reports, lifeline = int(sys.argv[1]), int(sys.argv[2])
    messages = Messages(lifeline)
    get_ready(messages.next())
    spec: dict[str, Any] = messages.next()
    # Every registration waits in a thread of this executor; its size is what limits parallel creation.
    workers = waits.Workers(max(2, spec["parallel"]))
    die_with(messages, workers)
    confine(spec)
    sys.argv = [spec["program"]]
    try:
        import pulumi
        import pulumi.runtime
    except ImportError as error:
        fail(spec, "no-pulumi", f"{sys.executable} cannot import pulumi: {error}", None)

    outstanding = waits.Outstanding(reports, lambda filename: is_program(spec, filename))
    try:
        configure(spec, pulumi, outstanding)
    except Exception as error:  # noqa: BLE001 - the program has not begun, so the fault is ours
        defect(spec, error)
    keep_no_bytecode_of_what_was_just_saved()
    # The program's folder leads the path, as for any script.
    sys.path.insert(0, spec["program_directory"])
    if spec["stand_ins"]:
        stand_ins = load_neighbour("host_stand_ins")
        stand_ins.install(spec["stand_ins"], lambda filename: is_program(spec, filename), spec["made_up"])
        if spec["older"] is not None:
            stand_ins.tolerate(spec["older"])
    loop = waits.Loop(outstanding)
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(lambda _, context: report_task(spec, context))
    loop.set_default_executor(workers)

    own: list[Exception] = []

    def program() -> None:
        # Called by the module, so that nothing here holds on to the program's globals.
        try:
            runpy.run_path(spec["program"], run_name="__main__")
        except Exception as error:
            own.append(error)  # the SDK forgets it when a registration fails, too
            raise

    try:
        try:
            loop.run_until_complete(pulumi.runtime.run_in_stack(program))
        except Exception:
            if not own:
                raise
        if own:
            spec["own"] = True
            raise own[0]
    except pulumi.RunError as error:
        fail(spec, "run-error", str(error), error)
    except SystemExit as error:
        if error.code not in (None, 0):
            fail(spec, "exit", f"the program called sys.exit({error.code!r})", error)
    except SyntaxError as error:
        fail(spec, "syntax", str(error.msg), error)
    except BaseException as error:  # noqa: BLE001 - whatever ends the program is reported to the engine
        cause, resource = root_cause(error)
        if traceback.extract_tb(cause.__traceback__)[-1].filename == __file__ and isinstance(cause, Exception):
            defect(spec, cause)
        fail(spec, "exception", f"{type(cause).__name__}{resource}: {cause}", cause)
    with open(spec["modules"], "w", encoding="utf-8") as file:  # noqa: PTH123 - this script keeps its imports few
        json.dump(sdk_modules(), file)
    flush()


class Loader(SourceFileLoader):
    """Loads a module from its source, and keeps bytecode of sources only that are older than two seconds.

    Bytecode knows its source by the size and the second of the last change, so what is saved twice within a second
    would run as it was at first. https://peps.python.org/pep-0552/
    """

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Write the bytecode, unless the source may be saved again within the same second."""
        if time.time() - os.stat(self.path).st_mtime > 2:  # noqa: PTH116 - this script keeps its imports few
            super().set_data(path, data, _mode=_mode)


def keep_no_bytecode_of_what_was_just_saved() -> None:
    """From here on, in folders that nothing was imported from yet."""
    kinds = [(ExtensionFileLoader, EXTENSION_SUFFIXES), (Loader, SOURCE_SUFFIXES)]
    sys.path_hooks.insert(0, FileFinder.path_hook(*kinds, (SourcelessFileLoader, BYTECODE_SUFFIXES)))


class Messages:
    """What the engine sends: lines of JSON."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""

    def next(self) -> Any:
        """The next line; without one, this process has no reason to be."""
        line = self.next_line()
        if line is None:
            os._exit(0)
        return json.loads(line)

    def next_line(self) -> bytes | None:
        """The next line; None when the engine is gone."""
        while b"\n" not in self._rest:
            chunk = os.read(self._descriptor, 65536)
            if not chunk:
                return None
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        return line


def get_ready(modules: list[str]) -> None:
    """Import what the program is known to need. What fails now fails again, with a report, when the program does it."""
    for name in ["pulumi", "pulumi.runtime", *modules]:
        try:
            # Asking for any attribute makes the SDK's lazy modules load.
            hasattr(importlib.import_module(name), "loaded")
        except Exception:  # noqa: BLE001
            continue


def sdk_modules() -> list[str]:
    """The packages of Pulumi SDKs that have been loaded, two levels deep: `pulumi_aws.sqs`."""
    loaded = [name for name, module in sys.modules.items() if type(module).__name__ != "_LazyModule"]
    return sorted(n for n in loaded if n.startswith("pulumi_") and n.count(".") <= 1)


def die_with(messages: Messages, workers: Any) -> None:
    """When the engine is gone, so is the reason to run: for this process and for those it started."""

    def wait() -> None:
        while (line := messages.next_line()) is not None:
            workers.make_room(int(line))
        os.killpg(os.getpgid(0), signal.SIGKILL)

    threading.Thread(target=wait, name="engine-watch", daemon=True).start()


def confine(spec: dict[str, Any]) -> None:
    """Write down where the program is when its time is up, and keep it from the network."""
    if spec["seconds"]:
        faulthandler.dump_traceback_later(spec["seconds"], file=open(spec["stuck"], "w"))  # noqa: PTH123, SIM115
    if spec["network"]:
        return

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if event == "socket.connect" or event == "socket.sendto":
            address = args[1]
            host = address[0] if isinstance(address, tuple) and address else ""
        elif event == "socket.getaddrinfo":
            host = args[0]
        else:
            return
        name = host.decode() if isinstance(host, bytes) else str(host or "")
        if name not in ("", "localhost", "::1", "0.0.0.0", "::") and not name.startswith("127."):
            raise PermissionError(f"the program asks the network for {name}, which a check does not allow")

    sys.addaudithook(watch)


def configure(spec: dict[str, Any], pulumi: Any, outstanding: Any) -> None:
    """Tell the SDK what it runs in; older ones know fewer settings."""
    settings = {
        "project": spec["project"],
        "stack": spec["stack"],
        "organization": spec["organization"],
        "monitor": spec["monitor"],
        "engine": spec["engine"],
        "parallel": spec["parallel"],
        "dry_run": spec["dry_run"],
        "root_directory": spec["root_directory"],
    }
    known = inspect.signature(pulumi.runtime.Settings.__init__).parameters
    pulumi.runtime.configure(pulumi.runtime.Settings(**{k: v for k, v in settings.items() if k in known}))
    pulumi.runtime.config.set_all_config(spec["config"], spec["secret_keys"])
    for stub in (pulumi.runtime.settings.SETTINGS.monitor, pulumi.runtime.settings.SETTINGS.engine):
        for name, call in list(vars(stub).items()):
            setattr(stub, name, outstanding.counted(call))
    # The engine drops these, and the SDK waits for each of them to be received: half a second for 150 resources.
    pulumi.log.debug = lambda *_, **__: None
    wait_for_all_outputs_together()


def wait_for_all_outputs_together() -> None:
    """The SDK asks every outstanding output again whenever one is there: 2 s for 250 resources, 11 s for 1000."""
    from pulumi.runtime import settings, stack

    outstanding: Any = settings.SETTINGS
    wait = getattr(stack, "wait_for_rpcs", None)
    if wait is None or not (hasattr(outstanding, "outputs") and hasattr(outstanding, "lock")):
        return  # an SDK that waits in another way

    async def wait_together(*args: Any, **kwargs: Any) -> None:
        while True:
            with outstanding.lock:
                outputs = list(outstanding.outputs)
            if all(output.done() for output in outputs):
                break
            done, _ = await asyncio.wait(outputs, return_when=asyncio.FIRST_EXCEPTION)
            if any(output.cancelled() or output.exception() for output in done):
                break
        # What is left is new, or has failed: that the SDK tells.
        await wait(*args, **kwargs)

    stack.wait_for_rpcs = wait_together


def report_task(spec: dict[str, Any], context: dict[str, Any]) -> None:
    """An exception that nobody awaited. The SDK's own tasks end like this, too, after it has reported their failure."""
    error = context.get("exception")
    if error is not None and program_frames(spec, error):
        print("A task of the program failed and nothing awaited it:", file=sys.stderr)
        print(describe(spec, error), file=sys.stderr, end="", flush=True)


def defect(spec: dict[str, Any], error: Exception) -> NoReturn:
    """Report a fault of this script, all frames included, and leave with status 1."""
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    leave(spec, {"kind": "defect", "message": f"{type(error).__name__}: {error}", "traceback": text})


def fail(spec: dict[str, Any], kind: str, message: str, error: BaseException | None) -> NoReturn:
    """Report and leave with status 1."""
    file, line, text = "", 0, ""
    if isinstance(error, SyntaxError):
        file, line = error.filename or "", error.lineno or 0
        text = "".join(traceback.format_exception_only(type(error), error))
    elif error is not None:
        frames = program_frames(spec, error)
        if frames:
            file, line = frames[-1].filename, frames[-1].lineno or 0
        if not isinstance(error, SystemExit):
            text = describe(spec, error)
    report = {"kind": kind, "message": message, "traceback": text, "file": file, "line": line}
    leave(spec, {**report, "own": spec.get("own", False)})


def leave(spec: dict[str, Any], report: dict[str, Any]) -> NoReturn:
    """Write the report for the engine and end at once."""
    with open(spec["failure"], "w", encoding="utf-8") as report_file:  # noqa: PTH123
        json.dump(report, report_file)
    flush()
    # Threads of the SDK may still wait for the engine; there is nothing left to wait for.
    os._exit(1)


def root_cause(error: BaseException) -> tuple[BaseException, str]:
    """What went wrong, and with which resource; the SDK wraps it once for every resource that waits for this one."""
    resource = ""
    while error.__cause__ is not None and str(error).startswith("While processing "):
        first = str(error).partition("\n")[0].removeprefix("While processing ")
        resource = f" ({first})" if first.startswith("resource: ") else resource
        error = error.__cause__
    return error, resource


def describe(spec: dict[str, Any], error: BaseException) -> str:
    """A traceback as Python prints it, with the program's frames only."""
    parts: list[str] = []
    while True:
        frames = program_frames(spec, error)
        text = "Traceback (most recent call last):\n" + "".join(traceback.format_list(frames)) if frames else ""
        parts.append(text + "".join(traceback.format_exception_only(type(error), error)))
        earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        # An exception of the SDK that led to another one of the SDK says nothing about the program.
        if earlier is None or not program_frames(spec, earlier) or len(parts) > 10:
            break
        error = earlier
    parts.reverse()
    if not any(part.startswith("Traceback") for part in parts):
        # The program's own code is not to blame by any frame; the innermost one at least names the operation.
        innermost = traceback.extract_tb(error.__traceback__)[-1:]
        parts.insert(0, "In the SDK, on behalf of the program:\n" + "".join(traceback.format_list(innermost)))
        return "".join(parts)
    return "\nDuring handling of the above exception, another exception occurred:\n\n".join(parts)


def program_frames(spec: dict[str, Any], error: BaseException) -> list[traceback.FrameSummary]:
    """The user's frames of an exception, outermost first."""
    return [f for f in traceback.extract_tb(error.__traceback__) if is_program(spec, f.filename)]


def is_program(spec: dict[str, Any], filename: str) -> bool:
    """Whether a frame is the user's: below the project, and not in an environment that lies there."""
    if filename.startswith("<"):
        return False  # <frozen runpy> and the like have no file
    path = os.path.abspath(filename)  # noqa: PTH100
    roots = tuple(f"{directory}{os.sep}" for directory in spec["source_directories"])
    if not path.startswith(roots) or path.startswith(f"{sys.prefix}{os.sep}"):
        return False
    return f"{os.sep}site-packages{os.sep}" not in path


def flush() -> None:
    """Let no output be lost."""
    sys.stdout.flush()
    sys.stderr.flush()


if __name__ == "__main__":
    main()
