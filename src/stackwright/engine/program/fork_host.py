"""Imports Pulumi's SDK once and forks a process for each program: `python fork_host.py CONTROL`, started by the engine.

Like `host.py`, which every fork becomes, it works with nothing but the `pulumi` package. CONTROL is a descriptor of a
Unix socket. Each message is a length of four bytes and JSON; the first says which modules to import; each further one
is a program to start: {"cwd", "environment"}, with descriptors for standard output, standard error, the exit status and
what `host.py` takes, in this order. The answer is the process id. When a fork has ended, its status is written as text.
The end of the socket is the end of this process; programs then end by their own lifelines.
"""

from __future__ import annotations

import sys

if sys.path[0] == __file__.rpartition("/")[0]:
    sys.path.pop(0)  # as in host.py

import array
import atexit
import gc
import importlib.util
import json
import os
import select
import signal
import socket
from typing import Any, NoReturn

_DESCRIPTORS = 16  # at most, in one message


def main() -> None:
    """Serve until the engine is gone."""
    host = load_host()
    control = socket.socket(fileno=int(sys.argv[1]))
    first = receive(control)
    if first is None:
        return
    # What is there then stays: it is not looked through for garbage, and no fork copies its pages by that.
    gc.disable()
    host.get_ready(first[0])
    gc.freeze()
    gc.enable()
    awake, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    forks: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([control, awake], [], [])
        if awake in ready:
            os.read(awake, 1024)
            collect(forks)
        if control in ready:
            message = receive(control)
            if message is None:
                return
            order, descriptors = message
            pid = os.fork()
            if pid == 0:
                become(host, order, descriptors, {control.fileno(), awake, wake, *forks.values()})
            forks[pid] = descriptors[2]
            for descriptor in (*descriptors[:2], *descriptors[3:]):
                os.close(descriptor)
            send(control, pid)


def load_host() -> Any:
    """host.py, as a module."""
    found = importlib.util.spec_from_file_location("host", __file__.replace("fork_host.py", "host.py"))
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def collect(forks: dict[int, int]) -> None:
    """Tell the statuses of those that have ended, as `subprocess` counts them."""
    while forks:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        report = forks.pop(pid)
        try:
            os.write(report, str(os.waitstatus_to_exitcode(status)).encode())
        except BrokenPipeError:
            continue  # nobody wants to know any more
        finally:
            os.close(report)


def become(host: Any, order: dict[str, Any], descriptors: list[int], others: set[int]) -> NoReturn:
    """Be the process that runs one program."""
    status = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        output, errors, report, *given = descriptors
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (output, 1), (errors, 2)):
            os.dup2(source, target)
        for descriptor in (nothing, output, errors, report, *others):
            os.close(descriptor)
        os.environ.clear()
        os.environ.update(order["environment"])
        os.chdir(order["cwd"])
        if "random" in sys.modules:
            sys.modules["random"].seed()
        sys.argv = [host.__file__, *map(str, given)]
        host.main()
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException as error:  # noqa: BLE001 - as the interpreter does at its end
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        finish(host)
        os._exit(status)


def finish(host: Any) -> None:
    """Do what an interpreter does at its end, as far as programs see it: wait for threads, call what `atexit` has."""
    if "threading" in sys.modules:
        sys.modules["threading"]._shutdown()
    atexit._run_exitfuncs()  # pyright: ignore[reportPrivateUsage]
    host.flush()


def receive(control: socket.socket) -> tuple[Any, list[int]] | None:
    """The next message and its descriptors; None when the engine is gone."""
    size = array.array("i").itemsize * _DESCRIPTORS
    head, ancillary, _, _ = control.recvmsg(4, socket.CMSG_SPACE(size))
    if len(head) < 4:
        return None
    descriptors = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    wanted, parts = int.from_bytes(head, "big"), b""
    while len(parts) < wanted:
        chunk = control.recv(wanted - len(parts))
        if not chunk:
            return None
        parts += chunk
    return json.loads(parts), list(descriptors)


def send(control: socket.socket, answer: Any) -> None:
    """Answer."""
    data = json.dumps(answer).encode()
    control.sendall(len(data).to_bytes(4, "big") + data)


if __name__ == "__main__":
    main()
    # There is nothing to clean up, and a thousand modules take a fifth of a second.
    os._exit(0)
