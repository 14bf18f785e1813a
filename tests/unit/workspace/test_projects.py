"""Projects are told apart by where they lie, and no name leads out of their directories."""

from __future__ import annotations

import fcntl
import json
import shutil
from pathlib import Path

import pytest

from stackwright.errors import EnvironmentFailed, UsageError
from stackwright.graph import Graph
from stackwright.workspace import projects
from stackwright.workspace.state import ProjectKey, ProjectState


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STACKWRIGHT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def key(directory: Path, name: str = "shop", endpoint: str = "") -> ProjectKey:
    directory.mkdir(parents=True, exist_ok=True)
    return ProjectKey(name, directory, directory, endpoint)


def enter(key: ProjectKey) -> ProjectState:
    state, _ = projects.enter(key)
    return state


def save(state: ProjectState, stack: str = "dev") -> None:
    state.save(Graph(state.project, stack, "emulator"))


def test_looking_makes_nothing(home: Path) -> None:
    assert projects.known() == []
    assert projects.discard_strays() == 0
    assert not home.exists()


def test_two_checkouts_are_two_things(tmp_path: Path) -> None:
    one, two = enter(key(tmp_path / "a" / "shop")), enter(key(tmp_path / "b" / "shop"))
    save(one)
    assert (one.stacks(), two.stacks()) == (["dev"], [])
    assert [state.key for state in projects.known()] == [one.key, two.key]
    assert enter(one.key).directory == one.directory


def test_what_else_tells_projects_apart(tmp_path: Path) -> None:
    files = [ProjectKey("a-b", tmp_path / name, tmp_path) for name in ("a_b.py", "a-b.py")]
    keys = [*files, key(tmp_path), key(tmp_path, "other"), key(tmp_path, endpoint="127.0.0.1-4566")]
    assert len({enter(p).directory for p in keys}) == len(keys)
    assert {state.key for state in projects.known()} == set(keys)


@pytest.mark.parametrize("name", ["..", ".", "lock", "projects", "x" * 100, "-rf", "a@b"])
def test_directories_lie_in_the_home(tmp_path: Path, home: Path, name: str) -> None:
    state = enter(key(tmp_path / "p", name))
    assert state.directory.parent == home / "projects"
    save(state)
    assert [found.project for found in projects.known()] == [name]


@pytest.mark.parametrize("stack", ["lock", "port", "origin", "modules", "project", "emulator", "x" * 100, "a.journal"])
def test_a_stack_may_be_called_as_our_own_files_are(tmp_path: Path, stack: str) -> None:
    state = enter(key(tmp_path / "p"))
    state.port, state.modules = 4566, ["pulumi_aws"]
    with state.lock():
        save(state, stack)
        journal = state.journal(stack)
        journal("urn", None)
        journal.close()
    save(state, "a")
    assert set(state.stacks()) == {stack, "a"}
    assert (state.port, state.modules) == (4566, ["pulumi_aws"])
    assert projects.known()[0].key == state.key
    state.forget()
    assert state.stacks() == []
    assert (state.port, state.modules) == (4566, ["pulumi_aws"])


@pytest.mark.parametrize(
    "stack", ["../x", "/etc/x", "..", ".", "", "a/b", "a\0b", "a\nb", "\x1b[2J", "x" * 101, "ä", "a b"]
)
def test_no_stack_leads_elsewhere(tmp_path: Path, stack: str) -> None:
    state = enter(key(tmp_path / "p"))
    for use in (lambda: save(state, stack), lambda: state.load(stack), lambda: state.journal(stack)):
        with pytest.raises(UsageError, match="no name of a stack"):
            use()


def test_a_directory_that_moves_takes_its_state_along(tmp_path: Path) -> None:
    state = enter(key(tmp_path / "before"))
    save(state)
    (tmp_path / "before").rename(tmp_path / "after")
    moved, remark = projects.enter(key(tmp_path / "after"))
    assert moved.directory == state.directory
    assert str(tmp_path / "before") in remark
    assert projects.enter(key(tmp_path / "after"))[1] == ""
    # What comes to lie in the old place is another thing.
    new = enter(key(tmp_path / "before"))
    assert (new.directory != state.directory, new.stacks()) == (True, [])


def test_a_copy_is_another_thing(tmp_path: Path) -> None:
    state = enter(key(tmp_path / "before"))
    save(state)
    shutil.copytree(tmp_path / "before", tmp_path / "copy")
    assert enter(key(tmp_path / "copy")).stacks() == []
    shutil.rmtree(tmp_path / "before")
    assert enter(key(tmp_path / "copy")).stacks() == []
    assert enter(key(tmp_path / "copy", "renamed")).stacks() == []


def test_what_is_none_of_the_projects_goes(tmp_path: Path, home: Path) -> None:
    state = enter(key(tmp_path / "p"))
    (home / "projects" / "half-made").mkdir()
    (home / "projects" / "half-made" / "port").write_text("1")
    (home / "projects" / "link").symlink_to(tmp_path / "p")
    assert projects.discard_strays() == 2
    assert [path.name for path in (home / "projects").iterdir()] == [state.directory.name]
    assert (tmp_path / "p").is_dir()
    projects.discard(state)
    assert projects.known() == []


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    state = enter(key(tmp_path / "p"))
    (state.directory / "project.json").write_text("{")
    with pytest.raises(EnvironmentFailed, match="cannot be read") as caught:
        projects.known()
    assert str(state.directory) in caught.value.fix
    (state.directory / "project.json").unlink()
    (state.directory / "port").write_text("no number")
    assert ProjectState(state.key, state.directory).port == 0


# ---- the first layout ------------------------------------------------------------------------------------------------


def old_state(home: Path, name: str, origin: Path) -> Path:
    directory = home / name
    (directory / "emulator").mkdir(parents=True)
    (directory / "origin").write_text(str(origin))
    (directory / "port").write_text("4711")
    graph = Graph(name.partition("@")[0], "dev", "emulator")
    (directory / "dev.json").write_text(json.dumps(graph.to_json()))
    (directory / "emulator" / "saved").write_text("data")
    return directory


def test_state_of_the_first_layout_is_taken_over(tmp_path: Path, home: Path) -> None:
    shop, single = tmp_path / "shop", tmp_path / "single"
    for directory in (shop, single):
        directory.mkdir()
    (shop / "Pulumi.yaml").touch()
    (single / "my_queue.py").touch()
    for name, origin in (("shop", shop), ("my-queue", single), ("shop@127.0.0.1-4566", shop)):
        old_state(home, name, origin)
    keys = [
        ProjectKey("my-queue", single / "my_queue.py", single),
        ProjectKey("shop", shop, shop),
        ProjectKey("shop", shop, shop, "127.0.0.1-4566"),
    ]
    assert [state.key for state in projects.known()] == keys
    for key in keys:
        state, remark = projects.enter(key)
        assert (state.stacks(), state.port, remark) == (["dev"], 4711, "")
        assert state.load("dev") is not None
        assert (state.emulator_directory / "saved").read_text() == "data"
    assert {path.name for path in home.iterdir()} == {"lock", "projects"}


def test_an_emulator_that_still_runs_there_is_named(tmp_path: Path, home: Path) -> None:
    directory = old_state(home, "shop", tmp_path)
    (directory / "emulator" / "emulator.json").write_text('{"pid": 4711}')
    with (directory / "emulator" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(EnvironmentFailed, match="still runs") as caught:
            projects.known()
        assert "kill 4711" in caught.value.fix
    assert [state.project for state in projects.known()] == ["shop"]
