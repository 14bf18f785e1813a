"""A stranger's server on the port that an emulator had."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from stackwright.emulator.launcher import directory
from stackwright.emulator.process import attach
from stackwright.errors import EnvironmentFailed

pytestmark = pytest.mark.e2e

TOKEN = "f00dfeed" * 8
PROOFS = ["", "00", TOKEN]


class Listener(ThreadingHTTPServer):
    """Claims to be the emulator, and records all it gets."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Recorder)
        self.received: list[str] = []
        self.proof = ""


class Recorder(BaseHTTPRequestHandler):
    server: Listener

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.received.append(f"{self.requestline}\n{self.headers}\n{body}")
        answer = json.dumps({"proof": self.server.proof, "pid": os.getpid()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def state(tmp_path: Path, listener: Listener) -> Path:
    port = listener.server_address[1]
    identity = {
        "endpoint": f"http://127.0.0.1:{port}",
        "port": port,
        "pid": os.getpid(),
        "account": "123456789012",
        "region": "us-east-1",
        "token": TOKEN,
    }
    path = tmp_path / "emulator.json"
    path.write_text(json.dumps(identity), encoding="utf-8")
    path.chmod(0o600)
    return tmp_path


def test_nothing_is_asked_on_the_port_of_an_emulator_that_has_ended(state: Path, listener: Listener) -> None:
    assert attach(state) is None
    assert listener.received == []


@pytest.mark.parametrize("proof", PROOFS, ids=["none", "wrong", "the-token-itself"])
def test_who_took_the_port_learns_no_secret(state: Path, listener: Listener, proof: str) -> None:
    listener.proof = proof
    held = directory.take(state)
    try:
        with pytest.raises(EnvironmentFailed, match="Another program answers"):
            attach(state, deadline=5)
    finally:
        os.close(held)
    assert len(listener.received) == 1
    assert TOKEN not in listener.received[0]
    names = [line.partition(":")[0].lower() for line in listener.received[0].splitlines()[1:] if line]
    assert set(names) <= {"host", "user-agent", "accept-encoding", "connection"}
