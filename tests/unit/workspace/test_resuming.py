"""What becomes of a project's state when its emulator starts anew."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from stackwright.emulator.process import HOST, Emulator
from stackwright.graph import Graph, Resource
from stackwright.workspace.resuming import last_port, resume
from stackwright.workspace.state import ProjectKey, ProjectState


@pytest.fixture
def state(tmp_path: Path) -> ProjectState:
    kept = ProjectState(ProjectKey("shop", tmp_path, tmp_path), tmp_path)
    kept.port = 4001
    queue = Resource("urn", "aws:sqs/queue:Queue", "jobs", id=f"http://{HOST}:4001/1/jobs", inputs={"url": "kept"})
    kept.save(Graph("shop", "dev", "emulator", resources=(queue,), outputs={"url": f"http://{HOST}:4001/x"}))
    return kept


def emulator(port: int, *, lost: bool = False) -> Emulator:
    return Emulator(f"http://{HOST}:{port}", port, 1, "1" * 12, "us-east-1", Path(), Path(), lost, token="")


def test_the_last_port_is_asked_for_where_it_is_free(state: ProjectState) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        state.port = other.getsockname()[1]
        assert last_port(state) == 0
    assert last_port(state) == state.port


def test_addresses_move_with_the_port(state: ProjectState) -> None:
    (notice,) = resume(state, emulator(4002))
    assert notice == f"Port 4001 was taken; the addresses now start with http://{HOST}:4002."
    graph = state.load("dev")
    assert graph is not None
    assert graph.resources[0].id == f"http://{HOST}:4002/1/jobs"
    assert graph.outputs == {"url": f"http://{HOST}:4002/x"}
    assert state.port == 4002


def test_nothing_is_said_of_the_same_port(state: ProjectState) -> None:
    assert resume(state, emulator(4001)) == ()
    assert state.stacks() == ["dev"]


def test_a_state_without_its_data_is_forgotten(state: ProjectState) -> None:
    (notice,) = resume(state, emulator(4002, lost=True))
    assert "its data is lost" in notice
    assert state.stacks() == []
    assert state.port == 4002
    assert resume(state, emulator(4003, lost=True)) == ()
