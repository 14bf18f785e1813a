"""An execution environment ends with the emulator that started it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from stackwright.emulator.launcher.function import process

WORKER = Path(process.__file__).with_name("worker.py")
DEADLINE = 60.0  # seconds


@pytest.mark.parametrize("answer_is_read", [True, False])
@pytest.mark.parametrize("last_words", [b"", b'{"event": '])
def test_it_ends_when_its_line_does(tmp_path: Path, answer_is_read: bool, last_words: bytes) -> None:
    (tmp_path / "index.py").write_text("def handler(event, context):\n    return event\n")
    environment = {"_HANDLER": "index.handler", "LAMBDA_TASK_ROOT": str(tmp_path), "PATH": os.environ["PATH"]}
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker = subprocess.Popen(
            [sys.executable, "-I", "-S", str(WORKER), str(theirs.fileno()), str(tmp_path), str(tmp_path)],
            env=environment,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()
        ready = ours.recv(1024, 0 if answer_is_read else socket.MSG_PEEK)
        assert b'"ready": true' in ready, ready
        ours.sendall(last_words)

    try:
        assert worker.wait(DEADLINE) < 0
    finally:
        worker.kill()
