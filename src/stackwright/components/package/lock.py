"""Dependencies by name, version and digest, taken from what is installed beside the program.

A line of the lock reads `name==version  # sha256:<digest>`, so that `pip install -r` takes the file as it is. The
digest covers names and contents of the files that are packed; what an installer writes (RECORD, INSTALLER, caches,
scripts) is left out.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ..errors import ComponentError

RUNTIME_PROVIDES: Final = frozenset({"boto3", "botocore", "s3transfer"})
"""What every Python runtime of Lambda brings along. https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html"""

_LINE: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)\s+# sha256:(?P<digest>[0-9a-f]{64})")
_LICENCE: Final = re.compile(r"(?i)(^|/)(licen[cs]e|copying|notice|authors)[^/]*$|/licenses/")


@dataclass(frozen=True, slots=True)
class Locked:
    """One line of a lock file."""

    name: str
    version: str
    digest: str

    def __str__(self) -> str:
        return f"{self.name}=={self.version}  # sha256:{self.digest}"


def locked_files(lock: Path) -> dict[str, bytes]:
    """All files of all locked distributions, by their name in the package.

    Raises:
        ComponentError: lists every distribution that is missing, has another version or other contents.
    """
    files: dict[str, bytes] = {}
    problems: list[str] = []
    for locked in _read(lock):
        try:
            distribution = importlib.metadata.distribution(locked.name)
        except importlib.metadata.PackageNotFoundError:
            problems.append(f"{locked.name}=={locked.version} is not installed")
            continue
        if distribution.version != locked.version:
            problems.append(f"{locked.name} is {distribution.version}, locked is {locked.version}")
            continue
        contents = _contents(distribution)
        if _digest(contents) != locked.digest:
            problems.append(f"{locked.name}=={locked.version} has other contents than were locked")
        files |= contents
    if problems:
        raise ComponentError(
            f"dependencies are not installed as {lock} says: {'; '.join(problems)}",
            fix=f"pip install --force-reinstall --no-deps -r {lock}",
        )
    return files


def lock_text(requirements: Path) -> str:
    """The lock for a requirements file: what is installed here, with all that it requires.

    Raises:
        ComponentError: a requirement is not installed, not in the wanted version, or has compiled parts.
    """
    found: dict[str, Locked] = {}
    wanted = [Requirement(line) for line in _requirement_lines(requirements)]
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if name in RUNTIME_PROVIDES or name in found or not applies:
            continue
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            raise ComponentError(f"{requirement} is not installed", fix=f"pip install -r {requirements}") from None
        if not requirement.specifier.contains(distribution.version, prereleases=True):
            raise ComponentError(
                f"{name} is {distribution.version}, wanted is {requirement}", fix=f"pip install -r {requirements}"
            )
        found[name] = Locked(name, distribution.version, _digest(_contents(distribution)))
        wanted += [Requirement(text) for text in distribution.requires or []]
    header = f"# Written by `python -m stackwright.components.package lock {requirements.name}`; do not edit.\n"
    return header + "".join(f"{found[name]}\n" for name in sorted(found))


def _read(lock: Path) -> Iterator[Locked]:
    try:
        text = lock.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ComponentError(
            f"{lock} is not there", fix="python -m stackwright.components.package lock requirements.txt"
        ) from None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            match = _LINE.fullmatch(line.strip())
            if match is None:
                raise ComponentError(
                    f"{lock}:{number} is no line of a lock: {line}",
                    fix="python -m stackwright.components.package lock requirements.txt",
                )
            yield Locked(match["name"], match["version"], match["digest"])


def _requirement_lines(requirements: Path) -> Iterator[str]:
    for line in requirements.read_text(encoding="utf-8").splitlines():
        text = line.split("#", 1)[0].strip()
        if text:
            yield text


def _contents(distribution: importlib.metadata.Distribution) -> dict[str, bytes]:
    name = distribution.metadata["Name"]
    wheel = distribution.read_text("WHEEL") or ""
    if not re.search(r"(?mi)^Root-Is-Purelib:\s*true\s*$", wheel):
        raise ComponentError(
            f"{name} has compiled parts, which would differ between this machine and Lambda",
            fix="use a pure-Python dependency, or build the package for the target platform yourself",
        )
    files: dict[str, bytes] = {}
    for file in distribution.files or []:
        path = file.as_posix()
        if file.parts[0] == ".." or "__pycache__" in file.parts or path.endswith(".pyc"):
            continue
        if file.parts[0].endswith(".dist-info") and not _LICENCE.search(path):
            continue
        files[path] = Path(str(file.locate())).read_bytes()
    return files


def _digest(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(f"{name}\0{hashlib.sha256(contents[name]).hexdigest()}\n".encode())
    return digest.hexdigest()
