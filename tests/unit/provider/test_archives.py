"""Archives become the same bytes wherever and whenever they are made."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from stackwright.errors import ResourceError
from stackwright.graph import Archive, Asset
from stackwright.provider.archives import asset_bytes, zip_bytes


def opened(archive: Archive, root: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(zip_bytes(archive, root))) as file:
        return {name: file.read(name) for name in file.namelist()}


def write(path: Path, text: str, *, time: int = 0, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    os.utime(path, (time, time))


def test_directory_gives_the_same_bytes_whatever_the_times_and_the_order(tmp_path: Path) -> None:
    write(tmp_path / "a" / "z.py", "z", time=1_000_000_000)
    write(tmp_path / "a" / "lib" / "b.py", "b")
    write(tmp_path / "b" / "lib" / "b.py", "b", time=1_700_000_000, mode=0o600)
    write(tmp_path / "b" / "z.py", "z", time=1_600_000_000, mode=0o664)
    write(tmp_path / "b" / "__pycache__" / "z.cpython-311.pyc", "cache")
    one, two = Archive("file", "a"), Archive("file", "b")
    assert zip_bytes(one, tmp_path) == zip_bytes(two, tmp_path)
    assert opened(one, tmp_path) == {"lib/b.py": b"b", "z.py": b"z"}


def test_entries_are_sorted_and_have_one_time(tmp_path: Path) -> None:
    for name in ("b", "a", "c/d"):
        write(tmp_path / "x" / name, name, time=1_700_000_000)
    with zipfile.ZipFile(io.BytesIO(zip_bytes(Archive("file", "x"), tmp_path))) as file:
        assert file.namelist() == ["a", "b", "c/d"]
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_executable_files_stay_executable(tmp_path: Path) -> None:
    write(tmp_path / "a" / "bootstrap", "#!/bin/sh", mode=0o700)
    write(tmp_path / "a" / "data", "x")
    with zipfile.ZipFile(io.BytesIO(zip_bytes(Archive("file", "a"), tmp_path))) as file:
        modes = {i.filename: i.external_attr >> 16 & 0o777 for i in file.infolist()}
    assert modes == {"bootstrap": 0o755, "data": 0o644}


def test_zip_file_stays_as_it_is(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "f.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("index.py", "x" * 1000)
    assert zip_bytes(Archive("file", "f.zip"), tmp_path) == (tmp_path / "f.zip").read_bytes()


def test_tar_file_becomes_a_zip(tmp_path: Path) -> None:
    write(tmp_path / "index.py", "x")
    with tarfile.open(tmp_path / "f.tar.gz", "w:gz") as file:
        file.add(tmp_path / "index.py", "./pkg/index.py")
    assert opened(Archive("file", "f.tar.gz"), tmp_path) == {"pkg/index.py": b"x"}


def test_assets_nest(tmp_path: Path) -> None:
    write(tmp_path / "src" / "app.py", "app")
    write(tmp_path / "one.py", "one")
    with zipfile.ZipFile(tmp_path / "deps.zip", "w") as file:
        file.writestr("dep/__init__.py", "dep")
    archive = Archive(
        "assets",
        {
            ".": Archive("file", "src"),
            "text.txt": Asset("text", "höhe"),
            "lib/one.py": Asset("file", "one.py"),
            "python": Archive("assets", {"deps": Archive("file", "deps.zip")}),
        },
    )
    assert opened(archive, tmp_path) == {
        "app.py": b"app",
        "text.txt": "höhe".encode(),
        "lib/one.py": b"one",
        "python/deps/dep/__init__.py": b"dep",
    }


@pytest.mark.parametrize(
    ("archive", "says"),
    [
        (Archive("remote", "https://example.com/f.zip"), "remote asset"),
        (Archive("file", "missing"), "cannot read"),
        (Archive("assets", {"a": Asset("file", "missing")}), "cannot read"),
        (Archive("assets", {"a": Asset("remote", "https://example.com/x")}), "remote asset"),
        (Archive("file", "plain.txt"), "is no archive"),
        (Archive("file", "plain.tar.gz"), "is damaged"),
        (Archive("assets", {"../a": Asset("text", "x")}), "leads out of it"),
        (Archive("assets", {"a/../../b": Asset("text", "x")}), "leads out of it"),
        (Archive("assets", {"a\0b": Asset("text", "x")}), "leads out of it"),
        (Archive("assets", {"..": Archive("assets", {"a": Asset("text", "x")})}), "leads out of it"),
    ],
)
def test_what_cannot_be_packed_says_so(tmp_path: Path, archive: Archive, says: str) -> None:
    write(tmp_path / "plain.txt", "x")
    write(tmp_path / "plain.tar.gz", "x")
    with pytest.raises(ResourceError, match=says) as caught:
        zip_bytes(archive, tmp_path)
    assert caught.value.fix


@pytest.mark.parametrize("name", ["../a", "a/../../b"])
def test_packed_entries_do_not_lead_outside(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as file:
        file.writestr(name, "x")
    with tarfile.open(tmp_path / "f.tar", "w") as file:
        file.addfile(tarfile.TarInfo(name))
    for packed in ("f.zip", "f.tar"):
        with pytest.raises(ResourceError, match="leads out of it"):
            zip_bytes(Archive("assets", {"in": Archive("file", packed)}), tmp_path)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    entry = tarfile.TarInfo("passwd")
    entry.type, entry.linkname = kind, "/etc/passwd"
    with tarfile.open(tmp_path / "f.tar", "w") as file:
        file.addfile(entry)
    with pytest.raises(ResourceError, match="no file but a link or a device"):
        zip_bytes(Archive("file", "f.tar"), tmp_path)


def test_an_archive_that_fills_the_memory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tarfile.TarInfo("large")
    large.size = 2**31
    (tmp_path / "f.tar").write_bytes(large.tobuf())
    with zipfile.ZipFile(tmp_path / "f.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(3):
            file.writestr(str(number), "x")
            file.infolist()[-1].file_size = 2**29
    for packed in ("f.zip", "f.tar"):
        with pytest.raises(ResourceError, match="unpacks to more than 1024 MiB"):
            zip_bytes(Archive("assets", {"in": Archive("file", packed)}), tmp_path)


def test_asset_bytes(tmp_path: Path) -> None:
    write(tmp_path / "a.bin", "abc")
    assert asset_bytes(Asset("file", "a.bin"), tmp_path) == b"abc"
    assert asset_bytes(Asset("text", "x"), tmp_path) == b"x"
