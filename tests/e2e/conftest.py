"""One emulator per test worker, and ways to make single resources on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stackwright.emulator.process import Emulator, EmulatorSettings, start
from stackwright.engine.simulated.provider import Simulated
from stackwright.graph import Graph, Resource
from stackwright.provider import fidelity
from stackwright.provider.aws import Endpoint
from stackwright.provider.provider import EndpointProvider


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    running = start(EmulatorSettings(state_dir=tmp_path_factory.mktemp("emulator")), lifeline=True)
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def endpoint(emulator: Emulator) -> Endpoint:
    return Endpoint.of(emulator)


class Deployer:
    """Drives the provider as the engine does, for one resource at a time."""

    def __init__(self, endpoint: Endpoint, root: Path, unique: str) -> None:
        self.endpoint = endpoint
        self.provider = EndpointProvider(endpoint, Simulated(), root=root)
        self.config: dict[str, Any] = {"region": endpoint.region}
        self._unique = unique
        self._made: list[Resource] = []

    def create(self, type_token: str, name: str, /, **inputs: Any) -> Resource:
        """Create `aws:<type_token>`; generated names are unique to the test."""
        urn = f"urn:pulumi:test::test::aws:{type_token}::{name}"
        wanted = Resource(urn=urn, type=f"aws:{type_token}", name=name, inputs=inputs, seed=f"{urn}|{self._unique}")
        made = self.provider.create(wanted, self.config)
        self._made.append(made)
        return made

    def update(self, old: Resource, /, **inputs: Any) -> Resource:
        """Give an existing resource these inputs instead."""
        return self.provider.update(replace(old, inputs=inputs), old, self.config)

    def limits(self, made: Resource) -> list[str]:
        """Properties whose effect a local run does not show, as `stackwright limits` has them."""
        return [entry.property for entry in fidelity.limits(Graph("p", "s", "emulator", (made,)))]

    def delete(self, old: Resource) -> None:
        self.provider.delete(old, self.config)

    def read(self, type_token: str, resource_id: str, **inputs: Any) -> Resource:
        """Look up what exists, as `Type.get(…)` does."""
        urn = f"urn:pulumi:test::test::aws:{type_token}::read"
        wanted = Resource(urn=urn, type=f"aws:{type_token}", name="read", id=resource_id, inputs=inputs, external=True)
        return self.provider.read(wanted, self.config)

    def client(self, service: str) -> Any:
        return self.endpoint.client(service)


@pytest.fixture
def aws(endpoint: Endpoint, tmp_path: Path, request: pytest.FixtureRequest) -> Deployer:
    return Deployer(endpoint, tmp_path, request.node.nodeid)
