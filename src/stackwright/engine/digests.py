"""Content hashes of assets and archives, so that a changed handler is seen and a touched one is not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from stackwright.errors import ProgramError
from stackwright.graph import Archive, Asset


def digest(item: Asset | Archive, root: Path) -> str:
    """SHA-256 over names and bytes, in hex; paths are relative to `root`.

    Raises:
        ProgramError: the file does not exist, or the asset is remote, which would make a run depend on the network.
    """
    if isinstance(item, Archive) and item.kind == "assets" and not isinstance(item.content, str):
        total = hashlib.sha256()
        for name in sorted(item.content):
            total.update(f"{name}\0{item.content[name].sha256}\0".encode())
        return total.hexdigest()
    content = str(item.content)
    if item.kind == "remote":
        raise ProgramError(
            f"the program uses a remote asset: {content}",
            fix="Download it into the project and use a FileAsset or FileArchive; a local run fetches nothing.",
        )
    if item.kind == "text":
        return hashlib.sha256(content.encode()).hexdigest()
    try:
        return _digest_path(root / content, content)
    except OSError as error:
        raise ProgramError(
            f"the program packs a file that cannot be read: {error.strerror}",
            where=str(error.filename or content),
            fix="Check the path and its permissions.",
        ) from error


def _digest_path(path: Path, shown: str) -> str:
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    if not path.is_dir():
        raise ProgramError(
            f"the program packs a path that does not exist: {shown}",
            where=str(path),
            fix="Build the path from the program's own directory, os.path.dirname(__file__).",
        )
    total = hashlib.sha256()
    for relative, file in files_of(path):
        total.update(f"{relative}\0".encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def files_of(directory: Path) -> Iterator[tuple[str, Path]]:
    """All files below a directory with their POSIX names, sorted; caches of the interpreter are no content."""
    for path in sorted(directory.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(directory).as_posix(), path
