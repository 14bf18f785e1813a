"""What an emulator that starts anew finds of its project's last run: a port, addresses with that port, data."""

from __future__ import annotations

import socket

from stackwright.emulator.process import HOST, Emulator
from stackwright.workspace.state import ProjectState, moved


def last_port(state: ProjectState) -> int:
    """The port that the addresses in the state have, if it is free; else 0."""
    return state.port if state.port and _is_free(state.port) else 0


def resume(state: ProjectState, emulator: Emulator) -> tuple[str, ...]:
    """Bring the state into line with an emulator that has just started; remarks for the user.

    Whoever does this holds `state.lock()`.
    """
    last, state.port = state.port, emulator.port
    if emulator.state_lost:
        return _forget(state)
    if last and last != emulator.port:
        return _move(state, last, emulator.endpoint)
    return ()


def _forget(state: ProjectState) -> tuple[str, ...]:
    if not state.stacks():
        return ()
    state.forget()
    return ("The emulator had been killed and its data is lost; everything was created anew.",)


def _move(state: ProjectState, port: int, url: str) -> tuple[str, ...]:
    for stack in state.stacks():
        graph = state.load(stack)
        if graph is not None:
            state.save(moved(graph, f"http://{HOST}:{port}", url))
    return (f"Port {port} was taken; the addresses now start with {url}.",)


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        return probe.connect_ex((HOST, port)) != 0
