"""Runs one Pulumi program inside the program's own interpreter. Started by the engine as `python host.py SPEC`.

It must work with nothing but the `pulumi` package, because the interpreter may be a user's virtual environment.
SPEC is a JSON file: addresses of the engine, project, stack, config, the program's path. When the program fails, the
reason is written to the file that SPEC names as `failure`: {"kind", "message", "traceback", "file", "line"}.
"""

import sys

sys.path.pop(0)  # this file's own directory; its neighbours must not shadow the program's imports

import asyncio  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import runpy  # noqa: E402
import threading  # noqa: E402
import traceback  # noqa: E402
from concurrent.futures import ThreadPoolExecutor  # noqa: E402


def die_with_parent():
    """The engine holds the other end of standard input; when it is gone, so is the reason to run."""

    def wait():
        # The raw descriptor: a thread blocked on the buffered stdin would hold its lock and spoil a clean exit.
        while os.read(0, 1024):
            pass
        os._exit(70)

    threading.Thread(target=wait, name="parent-watch", daemon=True).start()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123 - this script keeps its imports few
        spec = json.load(file)
    die_with_parent()
    try:
        import pulumi
        import pulumi.runtime
    except ImportError as error:
        fail(spec, "no-pulumi", f"{sys.executable} cannot import pulumi: {error}", None)

    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            project=spec["project"],
            stack=spec["stack"],
            organization=spec["organization"],
            monitor=spec["monitor"],
            engine=spec["engine"],
            parallel=spec["parallel"],
            dry_run=spec["dry_run"],
            root_directory=spec["root_directory"],
        )
    )
    pulumi.runtime.config.set_all_config(spec["config"], spec["secret_keys"])
    # The program's folder leads the path, as for any script.
    sys.path.insert(0, spec["program_directory"])
    sys.argv = [spec["program"]]

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # Every registration waits in a thread of this executor; its size is what limits parallel creation.
    loop.set_default_executor(ThreadPoolExecutor(max_workers=max(2, spec["parallel"])))

    def program():
        # Returned by the module, so that nothing here holds on to the program's globals.
        runpy.run_path(spec["program"], run_name="__main__")

    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(program))
    except pulumi.RunError as error:
        fail(spec, "run-error", str(error), error)
    except SystemExit as error:
        if error.code not in (None, 0):
            fail(spec, "exit", f"the program called sys.exit({error.code!r})", error)
    except SyntaxError as error:
        text = f"{error.msg}"
        fail(spec, "syntax", text, error)
    except BaseException as error:  # noqa: BLE001 - whatever ends the program is reported to the engine
        fail(spec, "exception", f"{type(error).__name__}: {error}", error)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def fail(spec, kind, message, error):
    """Report and leave with status 1; only frames of the program itself are kept."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if is_program(spec, f.filename)] if error else []
    if isinstance(error, SyntaxError):
        position = {"file": error.filename or "", "line": error.lineno or 0}
        text = "".join(traceback.format_exception_only(type(error), error))
    else:
        position = {"file": frames[-1].filename, "line": frames[-1].lineno} if frames else {"file": "", "line": 0}
        text = ""
        if error is not None and not isinstance(error, (SystemExit,)):
            text = "Traceback (most recent call last):\n" if frames else ""
            text += "".join(traceback.format_list(frames))
            text += "".join(traceback.format_exception_only(type(error), error))
    report = {"kind": kind, "message": message, "traceback": text, **position}
    with open(spec["failure"], "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(report, file)
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads of the SDK may still wait for the engine; there is nothing left to wait for.
    os._exit(1)


def is_program(spec, filename):
    """Whether a frame is the user's: below the project and not in an environment that lives there."""
    if filename.startswith("<"):
        return False  # <frozen runpy> and the like have no file
    path = os.path.abspath(filename)  # noqa: PTH100
    root = os.path.join(os.path.abspath(spec["root_directory"]), "")  # noqa: PTH100, PTH118
    return path.startswith(root) and f"{os.sep}site-packages{os.sep}" not in path


if __name__ == "__main__":
    main()
