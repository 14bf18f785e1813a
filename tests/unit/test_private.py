"""State is its owner's alone, whatever the umask says and whatever lies there already."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stackwright.errors import EnvironmentFailed
from stackwright.private import private_append, private_directory, read_private, write_private


@pytest.fixture(autouse=True)
def lax_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def append(path: Path) -> None:
    with private_append(path) as file:
        file.write("more")


def test_new_ones(tmp_path: Path) -> None:
    private_directory(tmp_path / "home")
    write_private(tmp_path / "home" / "file", "text")
    append(tmp_path / "home" / "log")
    assert mode(tmp_path / "home") == 0o700
    assert [mode(path) for path in (tmp_path / "home").iterdir()] == [0o600, 0o600]
    assert read_private(tmp_path / "home" / "file") == "text"
    assert read_private(tmp_path / "home" / "none") is None


def test_what_is_there_with_wider_permissions_is_mended(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o777)
    private_directory(tmp_path / "home")
    assert mode(tmp_path / "home") == 0o700
    for touch in (read_private, append, lambda path: write_private(path, "new")):
        file = tmp_path / "home" / "file"
        file.write_text("old")
        file.chmod(0o666)
        touch(file)
        assert mode(file) == 0o600


@pytest.mark.parametrize("touch", [private_directory, read_private, append])
def test_what_belongs_to_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, touch: Callable[[Path], object]
) -> None:
    path = tmp_path / "there"
    path.mkdir() if touch is private_directory else path.write_text("theirs")
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(EnvironmentFailed, match="belongs to another user") as caught:
        touch(path)
    assert "STACKWRIGHT_HOME" in caught.value.fix


def test_links_to_files_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("secret")
    link = tmp_path / "link"
    for touch in (read_private, append):
        link.symlink_to(tmp_path / "victim")
        with pytest.raises(EnvironmentFailed, match="a link lies"):
            touch(link)
        link.unlink()
    link.symlink_to(tmp_path / "victim")
    write_private(link, "mine")  # takes the link's place
    assert (tmp_path / "victim").read_text() == "secret"
    assert not link.is_symlink()


def test_a_link_to_a_directory_is_followed_when_one_has_laid_it_oneself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "disk")
    private_directory(tmp_path / "home")
    assert mode(tmp_path / "disk") == 0o700
    owner = (tmp_path / "home").lstat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 4711)
    if owner != 0:  # root may lay links for everybody
        with pytest.raises(EnvironmentFailed):
            private_directory(tmp_path / "home")


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(EnvironmentFailed, match="no plain file"):
        read_private(tmp_path / "pipe")


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    write_private(tmp_path / "file", "old")
    with pytest.raises(UnicodeEncodeError):
        write_private(tmp_path / "file", "\ud800")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("file", "old")]
