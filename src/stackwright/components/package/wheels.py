"""Wheels with compiled parts: fetched by uv for one platform, against the lock's digests, and kept.

https://docs.astral.sh/uv/reference/cli/#uv-pip-install
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from ..errors import ComponentError
from ..runtimes import Architecture
from .archive import keep, kept, zip_bytes
from .installed import is_packed

_MACHINES: Final = {"arm64": "aarch64", "x86_64": "x86_64"}
# Python 3.12 and later run on Amazon Linux 2023 with glibc 2.34, earlier ones on Amazon Linux 2 with 2.26.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
_GLIBC_BEFORE_3_12: Final = "2_17"
_GLIBC: Final = "2_34"
_PLATFORMS: Final = re.compile(r"any|manylinux.*_(x86_64|aarch64)|macosx_.*")
_PYTHONS: Final = re.compile(r"py3|cp3\d+")


@dataclass(frozen=True, slots=True)
class Wheel:
    """A published file, and the SHA-256 of its bytes in hex."""

    file: str
    digest: str

    def __str__(self) -> str:
        return f"{self.file} sha256:{self.digest}"


@dataclass(frozen=True, slots=True)
class Target:
    """Where compiled code shall run: a version of Python such as `3.14`, and a platform as uv calls it.

    An empty platform is this machine's.
    """

    python: str
    platform: str = ""

    @classmethod
    def on_lambda(cls, runtime: str, architecture: Architecture) -> Target:
        """The target of a Lambda runtime such as `python3.14`."""
        python = runtime.removeprefix("python")
        glibc = _GLIBC if tuple(map(int, python.split("."))) >= (3, 12) else _GLIBC_BEFORE_3_12
        return cls(python, f"{_MACHINES[architecture]}-manylinux_{glibc}")

    def __str__(self) -> str:
        return f"Python {self.python} on {self.platform or 'this machine'}"


def files_for(name: str, version: str, wheels: Sequence[Wheel], targets: Sequence[Target]) -> dict[str, bytes]:
    """The files of the wheels that fit the targets, together; one fitting target is enough.

    Extension modules of two versions of Python have different names, so they can lie beside each other.

    Raises:
        ComponentError: none of the locked wheels fits any target, or it cannot be fetched.
    """
    files: dict[str, bytes] = {}
    failure: ComponentError | None = None
    for target in dict.fromkeys(targets):
        try:
            files |= _files(name, version, wheels, target)
        except ComponentError as error:
            failure = failure or error
    if failure is not None and not files:
        raise failure
    return files


def published(name: str, version: str) -> tuple[Wheel, ...]:
    """All wheels of a version, for CPython on Linux with glibc and on macOS, as the package index has them.

    Raises:
        ComponentError: the index does not answer, or there is none.
    """
    with tempfile.TemporaryDirectory() as scratch:
        wanted, answer = Path(scratch, "requirements.in"), Path(scratch, "pylock.toml")
        wanted.write_text(f"{name}=={version}\n", encoding="utf-8")
        _uv(
            f"the wheels of {name}=={version} cannot be listed",
            *("pip", "compile", "--no-deps", "--format", "pylock.toml", "--universal", "--output-file", str(answer)),
            str(wanted),
        )
        (package,) = tomllib.loads(answer.read_text(encoding="utf-8"))["packages"]
    found = sorted(_fitting(package.get("wheels", [])), key=lambda wheel: wheel.file)
    if not found:
        raise ComponentError(
            f"{name}=={version} has compiled parts, and there are no wheels of it for Linux",
            fix="use another version, or another library",
        )
    return tuple(found)


def _fitting(entries: Sequence[dict[str, Any]]) -> Iterator[Wheel]:
    for entry in entries:
        file = str(entry.get("name") or PurePosixPath(entry["url"]).name)
        try:
            tags = parse_wheel_filename(file)[3]
        except InvalidWheelFilename:
            continue
        if any(
            _PYTHONS.fullmatch(t.interpreter) and not t.abi.endswith("t") and _PLATFORMS.fullmatch(t.platform)
            for t in tags
        ):
            yield Wheel(file, entry["hashes"]["sha256"])


def _files(name: str, version: str, wheels: Sequence[Wheel], target: Target) -> dict[str, bytes]:
    identity = "\n".join([name, version, str(target), *sorted(wheel.digest for wheel in wheels)])
    kept_as = f"{hashlib.sha256(identity.encode()).hexdigest()}.zip"
    file = kept("wheels", kept_as) or keep("wheels", kept_as, zip_bytes(_fetch(name, version, wheels, target)))
    with zipfile.ZipFile(file) as archive:
        return {entry: archive.read(entry) for entry in archive.namelist()}


def _fetch(name: str, version: str, wheels: Sequence[Wheel], target: Target) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as scratch:
        wanted, folder = Path(scratch, "requirements.txt"), Path(scratch, "files")
        hashes = " ".join(f"--hash=sha256:{wheel.digest}" for wheel in wheels)
        wanted.write_text(f"{name}=={version} {hashes}\n", encoding="utf-8")
        _uv(
            f"{name}=={version} cannot be fetched for {target}",
            *("pip", "install", "--target", str(folder), "--no-deps", "--only-binary", ":all:", "--require-hashes"),
            *("--python-version", target.python),
            *(("--python-platform", target.platform) if target.platform else ()),
            *("--link-mode", "copy", "--requirements", str(wanted)),
        )
        return {
            str(relative): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
            and is_packed(relative := PurePosixPath(path.relative_to(folder)))
            and path.name != ".lock"
        }


def _uv(what_failed: str, *arguments: str) -> None:
    """Run uv; it takes what it needs from its cache, or else from the package index."""
    program = _find_uv()
    if program is None:
        raise ComponentError(f"{what_failed}: uv is not installed", fix="pip install uv")
    common = ("--no-python-downloads", "--quiet", "--color", "never", "--python", sys.executable)
    done = subprocess.run([program, *arguments, *common], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        # Without the frame that uv draws around its messages.
        words = re.sub(r"[^\x20-\x7e]", " ", done.stderr).split()
        raise ComponentError(
            f"{what_failed}: {' '.join(words)}",
            fix="see that the package index can be reached, and that the lock is current: "
            "python -m stackwright.components.package lock requirements.txt",
        )


def _find_uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.is_file() else shutil.which("uv")
