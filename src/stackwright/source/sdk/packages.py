"""Finds names in installed SDKs, and keeps what was read of them on disk."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from stackwright.source.sdk import reading
from stackwright.source.sdk.declarations import Declaration

_FORMAT: Final = 1
_HEAD: Final = 4096


class Packages:
    """The SDKs in an environment.

    Args:
        folders: its `site-packages`, in the order that Python looks them up.
        cache: where to keep what was read; nothing is kept without it.
    """

    def __init__(self, folders: Sequence[Path], cache: Path | None = None) -> None:
        self._folders = tuple(folders)
        self._cache = cache
        self._packages: dict[str, Package | None] = {}

    def package(self, name: str) -> Package | None:
        """The package of that name, when it is an SDK of Pulumi or Pulumi itself."""
        if name not in self._packages:
            self._packages[name] = self._find(name)
        return self._packages[name]

    def is_installed(self, name: str) -> bool:
        """Whether there is a module of that name, of whatever kind."""
        return any(
            (folder / name).is_dir() or (folder / f"{name}.py").is_file() or any(folder.glob(f"{name}.*.so"))
            for folder in self._folders
        )

    def save(self) -> None:
        for package in self._packages.values():
            if package is not None:
                package.save()

    def _find(self, name: str) -> Package | None:
        if name != "pulumi" and not name.startswith("pulumi_"):
            return None
        for folder in self._folders:
            start = folder / name / "__init__.py"
            if start.is_file():
                return Package(folder / name, self._cache)
        return None


class Package:
    """One SDK."""

    def __init__(self, folder: Path, cache: Path | None) -> None:
        self.folder = folder
        self.name = folder.name
        digest = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        self._file = cache / f"{self.name}-{digest}.json" if cache else None
        self._kept: dict[str, Any] | None = None
        self._is_changed = False
        self._modules: dict[str, Mapping[str, str] | None] = {}
        self._declared: dict[tuple[str, str], Declaration] = {}

    @property
    def version(self) -> str:
        """As its installer has noted it; empty when nothing is noted."""
        noted = next(iter(sorted(self.folder.parent.glob(f"{self.name}-*.dist-info"))), None)
        return noted.name.removeprefix(f"{self.name}-").removesuffix(".dist-info") if noted else ""

    def submodule(self, module: str, name: str) -> str | None:
        """The dotted name of a module inside another one (`""` is the package itself)."""
        place = self._place(module) / name
        inner = f"{module}.{name}" if module else name
        return inner if (place / "__init__.py").is_file() or place.with_name(f"{name}.py").is_file() else None

    def names(self, module: str) -> Mapping[str, str] | None:
        """Names that a module exports -> file that declares each; None when its files do not tell."""
        if module not in self._modules:
            self._modules[module] = self._read_names(module)
        return self._modules[module]

    def declaration(self, module: str, name: str) -> Declaration | None:
        """What is declared of a name of a module; None when it exports no such name, or cannot tell."""
        key = (module, name)
        if key not in self._declared:
            file = (self.names(module) or {}).get(name)
            if file is None:
                return None
            self._declared[key] = self._read(file, name)
        return self._declared[key]

    def _place(self, module: str) -> Path:
        return self.folder.joinpath(*module.split(".")) if module else self.folder

    def _read_names(self, module: str) -> Mapping[str, str] | None:
        place = self._place(module)
        start = place / "__init__.py"
        if place.name == "config":  # it puts an object in its own place, which reads the settings when asked
            return None
        if not start.is_file():
            return self._names_of_file(place.with_suffix(".py"))
        stamp = [start.stat().st_mtime_ns, place.stat().st_mtime_ns]
        kept: list[Any] | None = self._store()["modules"].get(module)
        if kept is None or kept[0] != stamp:
            kept = [stamp, _names_of(place, self.folder)]
            self._store()["modules"][module] = kept
            self._is_changed = True
        found: dict[str, str] | None = kept[1]
        return found

    def _names_of_file(self, file: Path) -> Mapping[str, str] | None:
        if not file.is_file():
            return None
        place = str(file.relative_to(self.folder))
        text = file.read_text(encoding="utf-8")
        found = reading.names(text) or tuple(reading.exported(text))
        return dict.fromkeys(found, place)

    def _read(self, file: str, name: str) -> Declaration:
        path = self.folder / file
        stat = path.stat()
        stamp = [stat.st_size, stat.st_mtime_ns]
        key = f"{file}:{name}"
        kept = self._store()["declarations"].get(key)
        if kept is not None and kept[0] == stamp:
            return Declaration.from_json(kept[1])
        text = path.read_text(encoding="utf-8")
        by_hand = self.name == "pulumi" or not reading.GENERATED.search(text[:_HEAD])
        read = reading.handwritten if by_hand else reading.declaration
        found = read(text, name, file)
        self._store()["declarations"][key] = [stamp, found.to_json()]
        self._is_changed = True
        return found

    # ---- what is kept ------------------------------------------------------------------------------------------------

    def _store(self) -> dict[str, Any]:
        if self._kept is None:
            self._kept = self._load() or {"format": _FORMAT, "modules": {}, "declarations": {}}
        return self._kept

    def _load(self) -> dict[str, Any] | None:
        """What was kept; nothing when it is of another format, or was cut off when it was written."""
        if self._file is None or not self._file.is_file():
            return None
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        parts = ("modules", "declarations")
        is_whole = isinstance(kept, dict) and all(isinstance(kept.get(part), dict) for part in parts)  # pyright: ignore
        return kept if is_whole and kept.get("format") == _FORMAT else None  # pyright: ignore

    def save(self) -> None:
        """Keep what was read, for the next time. Not being able to is no error: it is only slower."""
        if self._file is None or not self._is_changed:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, beside = tempfile.mkstemp(dir=self._file.parent, prefix=self._file.name)
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(self._kept, out, separators=(",", ":"))
            Path(beside).replace(self._file)
        except OSError:
            return
        self._is_changed = False


def _names_of(place: Path, package: Path) -> dict[str, str] | None:
    """What a folder's `__init__.py` takes from its files; None when it is not a generated one, nor Pulumi's."""
    text = (place / "__init__.py").read_text(encoding="utf-8")
    if not reading.GENERATED.search(text[:_HEAD]):
        if package.name != "pulumi":
            return None
        exported = reading.exported(text)
        if "*" in exported:
            return None
        return {name: _file_of(place, module, package) for name, module in exported.items()}
    found: dict[str, str] = {}
    for module in re.findall(r"^from \.(\w+) import \*", text, re.M):
        file = place / f"{module}.py"
        if file.is_file():
            found |= dict.fromkeys(reading.names(_head(file)), str(file.relative_to(package)))
    return found


def _file_of(place: Path, module: str, package: Path) -> str:
    inner = place.joinpath(*module.split(".")) if module != "." else place
    file = inner.with_suffix(".py") if inner.with_suffix(".py").is_file() else inner / "__init__.py"
    return str(file.relative_to(package))


def _head(file: Path) -> str:
    """A file down to the end of its `__all__`, which stands above everything long."""
    with file.open(encoding="utf-8") as lines:
        text = lines.read(_HEAD)
        while "__all__ = [" in text and "]" not in text.partition("__all__ = [")[2]:
            more = lines.read(_HEAD * 8)
            if not more:
                break
            text += more
    return text
