"""Directories and files that belong to their owner alone: state holds secrets in clear text.

What is there with wider permissions is mended. What belongs to somebody else, or is a link that somebody else could
have laid, is refused: they could read it, or have us write where they want.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import IO

from stackwright.errors import EnvironmentFailed


def private_directory(path: Path) -> None:
    """Make a directory for its owner only, or see that the one there is so.

    Raises:
        EnvironmentFailed: it belongs to another user, or is none.
        OSError: it cannot be made.
    """
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    link = path.lstat()
    if stat.S_ISLNK(link.st_mode) and link.st_uid not in (os.geteuid(), 0):
        raise _foreign(path, link.st_uid)
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _own(handle, path, 0o700)
    finally:
        os.close(handle)


def private_open(path: Path, flags: int) -> int:
    """Open a file, made for its owner only if it is not there; `flags` are those of `os.open`.

    Raises:
        EnvironmentFailed: it belongs to another user, or is no plain file.
        OSError: it cannot be opened.
    """
    if path.is_symlink():
        raise EnvironmentFailed("a link lies where a file of Stackwright belongs", where=str(path), fix="Remove it.")
    handle = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise EnvironmentFailed("this is no plain file", where=str(path), fix="Remove it.")
        _own(handle, path, 0o600)
    except BaseException:
        os.close(handle)
        raise
    return handle


def private_append(path: Path) -> IO[str]:
    """A file to append to, and to read from its start."""
    return os.fdopen(private_open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), "a+", encoding="utf-8")


def read_private(path: Path) -> str | None:
    """The text of a file, None when there is none.

    Raises:
        EnvironmentFailed: as `private_open`.
        UnicodeDecodeError: it is no text.
    """
    try:
        handle = private_open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, encoding="utf-8") as file:
        return file.read()


def write_private(path: Path, text: str) -> None:
    """Write a file in one piece or not at all."""
    handle, draft = tempfile.mkstemp(prefix=".", suffix=".draft", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _own(handle: int, path: Path, mode: int) -> None:
    found = os.fstat(handle)
    if found.st_uid != os.geteuid():
        raise _foreign(path, found.st_uid)
    if stat.S_IMODE(found.st_mode) & 0o077:
        os.fchmod(handle, mode)


def _foreign(path: Path, owner: int) -> EnvironmentFailed:
    return EnvironmentFailed(
        f"this belongs to another user (uid {owner}), who could read and change what is kept there",
        where=str(path),
        fix="Name a directory of your own with STACKWRIGHT_HOME.",
    )
