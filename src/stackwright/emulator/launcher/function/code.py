"""Unpacked code of functions and layers: one directory per distinct archive, shared by every environment."""

from __future__ import annotations

import hashlib
import io
import threading
import uuid
import zipfile
from pathlib import Path


class CodeStore:
    """Directories under ``root``, named by the archive's SHA-256."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()

    def directory(self, archive: bytes) -> Path:
        """Unpack ``archive`` unless that has been done.

        Raises:
            zipfile.BadZipFile: it is not a zip archive.
        """
        target = self._root / hashlib.sha256(archive).hexdigest()
        with self._lock:
            if not target.exists():
                draft = self._root / f"draft-{uuid.uuid4().hex}"
                _unpack(archive, draft)
                draft.rename(target)
        return target


def _unpack(archive: bytes, target: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        target.mkdir(parents=True)
        for entry in opened.infolist():
            if not set(entry.filename.split("/")) - {"", ".", ".."}:
                continue  # names no file
            # `extract` drops what would lead outside and makes plain files only; the name in the archive still leads
            # wherever it says.
            file = Path(opened.extract(entry, target))
            mode = (entry.external_attr >> 16) & 0o777
            if mode and file.is_file():
                file.chmod(mode | 0o400)
