"""Dependencies with compiled parts, by the real uv, from a folder of wheels in place of a package index."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
import sysconfig
import zipfile

import pytest

from stackwright.components import ComponentError, Package
from stackwright.components.package.__main__ import main
from stackwright.components.package.wheels import Target

OURS = f"{sys.version_info.major}{sys.version_info.minor}"
HOST = sysconfig.get_platform().replace("linux-", "manylinux_2_17_").replace("-", "_").replace(".", "_")
TAGS = {
    "cp314-cp314-manylinux_2_17_aarch64.manylinux2014_aarch64": "cpython-314-aarch64",
    "cp314-cp314-manylinux_2_28_x86_64": "cpython-314-x86_64",
    "cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64": "cpython-311-aarch64",
    "cp314-cp314t-manylinux_2_17_aarch64": "cpython-314t-aarch64",
    "cp314-cp314-musllinux_1_2_aarch64": "musl",
    "cp314-cp314-win_amd64": "windows",
    f"cp{OURS}-cp{OURS}-{HOST}": "host",
}
ARM = "native/_fast.cpython-314-aarch64.so"


def wheel(folder, tags, extension):
    file = folder / f"native-1.0-{tags}.whl"
    files = {
        "native/__init__.py": "from . import _fast\n",
        f"native/_fast.{extension}.so": f"machine code for {extension}",
        "native-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: native\nVersion: 1.0\n",
        "native-1.0.dist-info/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tags}\n",
        "native-1.0.dist-info/LICENSE": "free\n",
    }
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr("native-1.0.dist-info/RECORD", "".join(f"{name},,\n" for name in files))
    return file


@pytest.fixture
def index(tmp_path, monkeypatch):
    """All that uv can see."""
    folder = tmp_path / "index"
    folder.mkdir()
    for tags, extension in TAGS.items():
        wheel(folder, tags, extension)
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def root(tmp_path, index, monkeypatch):
    """A function that needs `native`, which is installed beside the program and locked."""
    site = tmp_path / "site"
    with zipfile.ZipFile(index / f"native-1.0-cp{OURS}-cp{OURS}-{HOST}.whl") as archive:
        archive.extractall(site)
    monkeypatch.syspath_prepend(str(site))
    folder = tmp_path / "handlers"
    folder.mkdir()
    (folder / "entry.py").write_text("import native\n")
    (folder / "requirements.txt").write_text("native\n")
    assert main(["lock", str(folder / "requirements.txt")]) == 0
    return folder


def test_the_lock_names_the_wheels_that_lambda_and_developers_may_need(root, index):
    lines = (root / "requirements.lock").read_text().splitlines()

    assert lines[1] == "native==1.0  # wheels:"
    arm = index / "native-1.0-cp314-cp314-manylinux_2_17_aarch64.manylinux2014_aarch64.whl"
    assert f"#   {arm.name} sha256:{hashlib.sha256(arm.read_bytes()).hexdigest()}" in lines
    assert not [line for line in lines if "musl" in line or "win_" in line or "cp314t" in line]


@pytest.mark.parametrize(
    ("runtime", "architecture", "extension"),
    [
        ("python3.14", "arm64", "cpython-314-aarch64"),
        ("python3.14", "x86_64", "cpython-314-x86_64"),
        ("python3.11", "arm64", "cpython-311-aarch64"),
    ],
)
def test_the_wheel_of_the_functions_processor_and_python_is_packed(root, runtime, architecture, extension):
    package = Package(root, entry="entry.py", lock="requirements.lock", runtime=runtime, architecture=architecture)

    assert package.compiled == ("native==1.0",)
    assert set(package.names) == {
        "entry.py",
        "native/__init__.py",
        f"native/_fast.{extension}.so",
        "native-1.0.dist-info/LICENSE",
    }


def test_python_3_11_has_an_older_glibc():
    assert Target.on_lambda("python3.11", "x86_64") == Target("3.11", "x86_64-manylinux_2_17")
    assert Target.on_lambda("python3.14", "arm64") == Target("3.14", "aarch64-manylinux_2_34")


def test_what_was_fetched_once_is_there_without_the_index(root, index, tmp_path, monkeypatch):
    first = Package(root, entry="entry.py", lock="requirements.lock")
    for file in index.iterdir():
        file.unlink()
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "another"))

    assert Package(root, entry="entry.py", lock="requirements.lock").sha256 == first.sha256
    with pytest.raises(ComponentError, match=r"native==1\.0 cannot be fetched for Python 3\.14 on x86_64") as caught:
        Package(root, entry="entry.py", lock="requirements.lock", architecture="x86_64")
    assert "package index" in str(caught.value)


def test_a_wheel_that_is_not_the_locked_one_is_refused(root, index):
    arm = index / "native-1.0-cp314-cp314-manylinux_2_17_aarch64.manylinux2014_aarch64.whl"
    with zipfile.ZipFile(arm, "a") as archive:
        archive.writestr("native/evil.py", "")

    with pytest.raises(ComponentError, match="cannot be fetched"):
        Package(root, entry="entry.py", lock="requirements.lock")


def test_without_uv_the_error_says_so(root, monkeypatch):
    monkeypatch.setattr("stackwright.components.package.wheels._find_uv", lambda: None)

    with pytest.raises(ComponentError, match=r"uv is not installed\n.*pip install uv"):
        Package(root, entry="entry.py", lock="requirements.lock")


def test_a_local_run_packs_this_machines_wheel_and_says_so(root, tmp_path, monkeypatch):
    python = ".".join(platform.python_version_tuple()[:2])
    monkeypatch.setenv("STACKWRIGHT_PACKAGES", json.dumps({"python": python, "notes": str(tmp_path / "notes")}))

    package = Package(root, entry="entry.py", lock="requirements.lock", runtime="python3.13")

    assert "native/_fast.host.so" in package.names
    assert ARM not in package.names
    assert json.loads((tmp_path / "notes").read_text())["for_this_machine"] == ["native==1.0"]


def test_a_distribution_without_wheels_for_linux_cannot_be_locked(root, index, capsys):
    for file in index.iterdir():
        if "linux" in file.name or "macos" in file.name:
            file.unlink()

    assert main(["lock", str(root / "requirements.txt")]) == 2
    assert "native==1.0" in capsys.readouterr().err
