"""Distributions that are installed beside the program: their files, as they go into a package."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from ..errors import ComponentError

_LICENCE: Final = re.compile(r"(?i)(^|/)(licen[cs]e|copying|notice|authors)[^/]*$|/licenses/")


def find(name: str) -> importlib.metadata.Distribution | None:
    """The distribution, if it is installed.

    Raises:
        ComponentError: it is installed as editable, so that its files are somewhere else.
    """
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    if is_editable(distribution):
        raise ComponentError(
            f"{name} is installed as editable: its files are not among the installed ones, so nothing would be packed",
            fix="name what the function imports of it in `libraries`, or install it without -e",
        )
    return distribution


def is_editable(distribution: importlib.metadata.Distribution) -> bool:
    """Whether only a pointer to the sources is installed.

    https://packaging.python.org/en/latest/specifications/direct-url/
    """
    origin: dict[str, Any] = json.loads(distribution.read_text("direct_url.json") or "{}")
    return bool(origin.get("dir_info", {}).get("editable", False))


def is_pure(distribution: importlib.metadata.Distribution) -> bool:
    """Whether the same files suit every machine."""
    wheel = distribution.read_text("WHEEL") or ""
    return re.search(r"(?mi)^Root-Is-Purelib:\s*true\s*$", wheel) is not None


def files_of(distribution: importlib.metadata.Distribution) -> dict[str, bytes]:
    """All files to pack, by their name in the package."""
    files = distribution.files or []
    return {
        file.as_posix(): Path(str(file.locate())).read_bytes()
        for file in files
        if is_packed(PurePosixPath(file.as_posix()))
    }


def is_packed(file: PurePosixPath) -> bool:
    """Whether an installed file is part of the distribution, rather than of the installer's book-keeping."""
    first = file.parts[0]
    if first in ("..", "bin") or "__pycache__" in file.parts or file.suffix == ".pyc":
        return False
    return not first.endswith(".dist-info") or _LICENCE.search(str(file)) is not None


def digest_of(contents: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents, in hex."""
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(f"{name}\0{hashlib.sha256(contents[name]).hexdigest()}\n".encode())
    return digest.hexdigest()


def modules_of(names: Iterable[str]) -> set[str]:
    """Top-level names that can be imported from files of these names."""
    return {PurePosixPath(name).parts[0].partition(".")[0] for name in names}
