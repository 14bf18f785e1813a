"""Which stack a reference means when several projects have the name."""

from __future__ import annotations

from pathlib import Path

import pytest

from stackwright.errors import ResourceError
from stackwright.graph import Graph
from stackwright.workspace import projects
from stackwright.workspace.references import outputs_of
from stackwright.workspace.state import ProjectKey


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STACKWRIGHT_HOME", str(tmp_path / "home"))
    return tmp_path / "work"


def key(directory: Path, name: str, endpoint: str = "") -> ProjectKey:
    return ProjectKey(name, directory, directory, endpoint)


def up(directory: Path, name: str = "network", stack: str = "dev", endpoint: str = "") -> None:
    state, _ = projects.enter(key(directory, name, endpoint))
    state.save(Graph(name, stack, "emulator", outputs={"from": f"{directory}{endpoint}"}))


def test_the_nearest_is_meant(root: Path) -> None:
    up(root / "a" / "network")
    for reference in ("network/dev", "organization/network/dev"):
        assert outputs_of(reference, key(root / "b" / "app", "app")) == {"from": str(root / "a" / "network")}
    up(root / "b" / "infra" / "network")
    for checkout, found in (("a", "a/network"), ("b", "b/infra/network")):
        assert outputs_of("network/dev", key(root / checkout / "app", "app")) == {"from": str(root / found)}


def test_two_as_near_as_each_other_are_an_error_that_names_both(root: Path) -> None:
    up(root / "a" / "network")
    up(root / "b" / "network")
    with pytest.raises(ResourceError, match="from several places") as caught:
        outputs_of("network/dev", key(root / "c" / "app", "app"))
    assert all(str(root / checkout / "network") in caught.value.what for checkout in "ab")
    up(root / "b" / "network", stack="prod")
    assert outputs_of("network/prod", key(root / "c" / "app", "app")) == {"from": str(root / "b" / "network")}


def test_ones_own_name_means_oneself(root: Path) -> None:
    up(root / "a" / "app", "app", "prod")
    up(root / "a", "app", "prod")
    for reference in ("prod", "app/prod", "organization/app/prod"):
        assert outputs_of(reference, key(root / "a", "app")) == {"from": str(root / "a")}


def test_the_same_endpoint_comes_first(root: Path) -> None:
    up(root / "network")
    up(root / "network", endpoint="aws")
    assert outputs_of("network/dev", key(root / "app", "app")) == {"from": str(root / "network")}
    assert outputs_of("network/dev", key(root / "app", "app", "aws")) == {"from": f"{root / 'network'}aws"}
    assert outputs_of("network/dev", key(root / "app", "app", "other")) == {"from": str(root / "network")}


@pytest.mark.parametrize("reference", ["none/dev", "network/none", "network/..", "../dev", "network/\0", ".", "a/b/c"])
def test_nothing_there(root: Path, reference: str) -> None:
    up(root / "network")
    with pytest.raises(ResourceError, match="has not been brought up"):
        outputs_of(reference, key(root / "app", "app"))
