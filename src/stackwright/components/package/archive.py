"""A zip whose bytes depend on names and contents alone, kept in a file that is named after them."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ..errors import ComponentError

# The oldest time a zip can hold.
_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
_KEPT_SECONDS: Final = 30 * 24 * 3600


def zip_bytes(contents: Mapping[str, bytes]) -> bytes:
    """A zip of the files, sorted by name, with fixed times and modes.

    Files are stored, not deflated: compressed bytes differ between versions of zlib.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, contents[name])
    return buffer.getvalue()


def store(data: bytes) -> Path:
    """Keep the bytes of a package under their digest, and return the file.

    Raises:
        ComponentError: the cache cannot be written.
    """
    name = f"{hashlib.sha256(data).hexdigest()}.zip"
    file = kept("packages", name)
    if file is not None and file.read_bytes() == data:
        return file
    return keep("packages", name, data)


def kept(kind: str, name: str) -> Path | None:
    """A file of the cache, if it is there; asking for it counts as use."""
    file = _folder(kind) / name
    try:
        _make_private(file.parent)
        os.utime(file)
    except OSError:
        return None
    return file


def keep(kind: str, name: str, data: bytes) -> Path:
    """Write a file of the cache whose name stands for its content, and return it.

    Two programs that write at once write the same bytes and rename over each other, which is harmless. Files that
    nobody used for thirty days are removed.

    Raises:
        ComponentError: the cache cannot be written.
    """
    folder = _folder(kind)
    file = folder / name
    try:
        _make_private(folder)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".partial")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(temporary).replace(file)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _remove_unused(folder)
    except OSError as failure:
        raise ComponentError(
            f"the package cannot be written to {folder}: {failure}", fix="free space there, or set XDG_CACHE_HOME"
        ) from failure
    return file


def _make_private(folder: Path) -> None:
    """For the owner only: who could write there could change what is deployed."""
    for directory in (folder.parent, folder):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = directory.stat()
        if found.st_uid != os.geteuid():
            raise ComponentError(
                f"{directory} belongs to another user", fix="name a directory of your own with XDG_CACHE_HOME"
            )
        if found.st_mode & 0o077:
            directory.chmod(0o700)


def _folder(kind: str) -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stackwright" / kind


def _remove_unused(folder: Path) -> None:
    oldest = time.time() - _KEPT_SECONDS
    for file in folder.iterdir():
        # Another program may remove the same file at the same time.
        with contextlib.suppress(FileNotFoundError):
            if file.stat().st_mtime < oldest:
                file.unlink()
