"""Code packages are unpacked into their own directory, whatever their entries are called."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from stackwright.emulator.launcher.function.code import CodeStore


def package(*entries: tuple[str, int, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, mode, text in entries:
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = mode << 16
            file.writestr(info, text)
    return target.getvalue()


def snapshot(directory: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(directory)): (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in directory.rglob("*")
        if "store" not in path.relative_to(directory).parts
    }


@pytest.mark.parametrize("mode", [stat.S_IFREG | 0o777, stat.S_IFLNK | 0o777, stat.S_IFCHR | 0o666, 0o4777])
@pytest.mark.parametrize(
    "name", ["../../victim", "../../../victim", "{outside}/victim", "a/../../../victim", "..", "new"]
)
def test_nothing_outside_is_written_or_gets_another_mode(tmp_path: Path, name: str, mode: int) -> None:
    for directory in (tmp_path, tmp_path / "store"):
        directory.mkdir(exist_ok=True)
        (directory / "victim").write_text("secret")
        (directory / "victim").chmod(0o600)
    before = snapshot(tmp_path)
    entry = name.format(outside=tmp_path)
    code = CodeStore(tmp_path / "store").directory(package(("index.py", 0o100644, "x = 1"), (entry, mode, "mine")))
    assert snapshot(tmp_path) == before
    assert (tmp_path / "store" / "victim").read_text() == "secret"
    assert stat.S_IMODE((tmp_path / "store" / "victim").stat().st_mode) == 0o600
    assert (code / "index.py").read_text() == "x = 1"
    assert all(path.is_dir() or stat.S_ISREG(path.lstat().st_mode) for path in code.rglob("*"))
    assert not any(path.stat().st_mode & (stat.S_ISUID | stat.S_ISGID) for path in code.rglob("*"))


def test_executable_files_stay_executable(tmp_path: Path) -> None:
    code = CodeStore(tmp_path).directory(package(("bin/tool", 0o100755, "#!/bin/sh"), ("data", 0o100200, "x")))
    assert stat.S_IMODE((code / "bin" / "tool").stat().st_mode) == 0o755
    assert (code / "data").read_text() == "x"
