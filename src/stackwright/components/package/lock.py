"""Dependencies by name and version, with what proves that they are the same everywhere.

    fastjsonschema==2.21.2  # sha256:<digest>
    orjson==3.13.0  # wheels:
    #   orjson-3.13.0-cp314-cp314-manylinux_2_17_aarch64.manylinux2014_aarch64.whl sha256:<digest>

A distribution of pure Python is taken from what is installed beside the program; its digest covers names and contents
of the files that are packed, and nothing of what an installer writes (RECORD, INSTALLER, caches, scripts). Of one with
compiled parts the wheel for Lambda is fetched. `pip install -r` takes the file as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ..errors import ComponentError
from . import installed, wheels
from .wheels import Target, Wheel

RUNTIME_PROVIDES: Final = frozenset({"boto3", "botocore", "s3transfer"})
"""What every Python runtime of Lambda brings along. https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html"""

RUNTIME_MODULES: Final = RUNTIME_PROVIDES | {"jmespath", "dateutil", "urllib3", "six", "awslambdaric"}
"""What can be imported there without being packed: boto3 with all that it requires."""

_LINE: Final = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)\s+# (sha256:(?P<digest>[0-9a-f]{64})|(?P<wheels>wheels:))"
)
_WHEEL: Final = re.compile(r"#\s+(?P<file>\S+\.whl)\s+sha256:(?P<digest>[0-9a-f]{64})")
_WRITE: Final = "python -m stackwright.components.package lock requirements.txt"


@dataclass(frozen=True, slots=True)
class Locked:
    """A locked distribution: `digest` for pure Python, `wheels` for one with compiled parts."""

    name: str
    version: str
    digest: str = ""
    wheels: tuple[Wheel, ...] = ()

    def __str__(self) -> str:
        if self.digest:
            return f"{self.name}=={self.version}  # sha256:{self.digest}"
        return "\n".join([f"{self.name}=={self.version}  # wheels:", *(f"#   {wheel}" for wheel in self.wheels)])


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What a lock stands for.

    Attributes:
        files: all files by their name in the package.
        compiled: `name==version` of each distribution that was taken for one platform.
    """

    files: dict[str, bytes]
    compiled: tuple[str, ...]


def locked_files(lock: Path, target: Target, host: tuple[Target, ...] = ()) -> Dependencies:
    """The files of all locked distributions.

    Args:
        target: where compiled parts shall run.
        host: in place of `target`, this machine's Pythons; each that has a wheel gets it.

    Raises:
        ComponentError: lists every distribution that is missing, has another version or other contents.
    """
    files: dict[str, bytes] = {}
    problems: list[str] = []
    compiled: list[str] = []
    for locked in read(lock):
        if locked.wheels:
            compiled.append(f"{locked.name}=={locked.version}")
            files |= wheels.files_for(locked.name, locked.version, locked.wheels, host or (target,))
            continue
        distribution = installed.find(locked.name)
        if distribution is None:
            problems.append(f"{locked.name}=={locked.version} is not installed")
            continue
        if distribution.version != locked.version:
            problems.append(f"{locked.name} is {distribution.version}, locked is {locked.version}")
            continue
        contents = installed.files_of(distribution)
        if installed.digest_of(contents) != locked.digest:
            problems.append(f"{locked.name}=={locked.version} has other contents than were locked")
        files |= contents
    if problems:
        raise ComponentError(
            f"dependencies are not installed as {lock} says: {'; '.join(problems)}",
            fix=f"pip install --force-reinstall --no-deps -r {lock}",
        )
    return Dependencies(files, tuple(compiled))


def lock_text(requirements: Path) -> str:
    """The lock for a requirements file: what is installed here, with all that it requires.

    Raises:
        ComponentError: a requirement is not installed, not in the wanted version, or editable.
    """
    found: dict[str, Locked] = {}
    wanted = [Requirement(line) for line in _requirement_lines(requirements)]
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if name in RUNTIME_PROVIDES or name in found or not applies:
            continue
        distribution = installed.find(name)
        if distribution is None:
            raise ComponentError(f"{requirement} is not installed", fix=f"pip install -r {requirements}")
        version = distribution.version
        if not requirement.specifier.contains(version, prereleases=True):
            raise ComponentError(f"{name} is {version}, wanted is {requirement}", fix=f"pip install -r {requirements}")
        if installed.is_pure(distribution):
            found[name] = Locked(name, version, installed.digest_of(installed.files_of(distribution)))
        else:
            found[name] = Locked(name, version, wheels=wheels.published(name, version))
        wanted += [Requirement(text) for text in distribution.requires or []]
    header = f"# Written by `python -m stackwright.components.package lock {requirements.name}`; do not edit.\n"
    return header + "".join(f"{found[name]}\n" for name in sorted(found))


def read(lock: Path) -> list[Locked]:
    """The lines of a lock file.

    Raises:
        ComponentError: it is not there, or is no lock.
    """
    try:
        text = lock.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ComponentError(f"{lock} is not there", fix=_WRITE) from None
    found: list[Locked] = []
    for number, line in enumerate(text.splitlines(), start=1):
        wheel = _WHEEL.fullmatch(line)
        if wheel is not None and found:
            last = found[-1]
            added = Wheel(wheel["file"], wheel["digest"])
            found[-1] = Locked(last.name, last.version, wheels=(*last.wheels, added))
        elif line.strip() and not line.startswith("#"):
            match = _LINE.fullmatch(line.strip())
            if match is None:
                raise ComponentError(f"{lock}:{number} is no line of a lock: {line}", fix=_WRITE)
            found.append(Locked(match["name"], match["version"], match["digest"] or ""))
    without = [locked.name for locked in found if not locked.digest and not locked.wheels]
    if without:
        raise ComponentError(f"{lock} names no wheel of {', '.join(without)}", fix=_WRITE)
    return found


def _requirement_lines(requirements: Path) -> Iterator[str]:
    for line in requirements.read_text(encoding="utf-8").splitlines():
        text = line.split("#", 1)[0].strip()
        if text:
            yield text
