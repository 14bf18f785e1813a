"""Changes of a project's files: as diffs, and written so that nothing of anybody's is lost."""

from __future__ import annotations

import difflib
import io
import os
import stat
import tempfile
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Text:
    """A file as it was read.

    Attributes:
        encoding: as Python reads it; a byte order mark belongs to it.
    """

    content: bytes
    text: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Change:
    """A file of a project, before and after.

    Attributes:
        file: relative to the project.
    """

    file: str
    before: Text
    after: str

    def diff(self) -> Iterator[str]:
        """The lines of a unified diff, without their ends."""
        names = (f"a/{self.file}", f"b/{self.file}")
        lines = difflib.unified_diff(_lines(self.before.text), _lines(self.after), *names, lineterm="")
        return (line.rstrip("\r\n") for line in lines)


def read(path: Path) -> Text | None:
    """A Python file; None when it cannot be read, or would not be the same when it is written again."""
    try:
        content = path.read_bytes()
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None
    return Text(content, text, encoding) if text.encode(encoding) == content else None


def outside(directory: Path, file: str) -> bool:
    """Whether a file lies outside of the project, also by a link."""
    return not (directory / file).resolve().is_relative_to(directory.resolve())


def write(directory: Path, change: Change) -> str:
    """Write a changed file as a whole or not at all.

    Returns:
        Why it was not written; empty when it was.
    """
    if outside(directory, change.file):
        return "it lies outside of the project"
    path = (directory / change.file).resolve()
    try:
        if path.read_bytes() != change.before.content:
            return "it has changed since it was checked"
        mode = stat.S_IMODE(path.stat().st_mode)
        if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK):
            return "it is read-only"
        _replace(path, change.after.encode(change.before.encoding), mode)
    except (OSError, UnicodeEncodeError) as error:
        return f"it cannot be written: {error.strerror if isinstance(error, OSError) else error}"
    return ""


def _replace(path: Path, content: bytes, mode: int) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        draft.chmod(mode)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _lines(text: str) -> list[str]:
    """Lines with their ends; those that only look like ends to Python's `splitlines` are none."""
    return io.StringIO(text, newline="").readlines()
