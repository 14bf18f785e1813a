"""Bytes of a program's assets and archives. The same content gives the same bytes, on any machine and at any time."""

from __future__ import annotations

import io
import posixpath
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from stackwright.errors import ResourceError
from stackwright.graph import Archive, Asset

_TAR_SUFFIXES: Final = (".tar", ".tar.gz", ".tgz")
# The earliest time that the zip format knows: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.4.6
_TIME: Final = (1980, 1, 1, 0, 0, 0)
_CACHE: Final = "__pycache__"
# Everything is held in memory; Lambda takes 250 MB.
_LIMIT: Final = 2**30  # bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive; `name` is its POSIX path in it."""

    name: str
    content: bytes
    executable: bool = False


def asset_bytes(asset: Asset, root: Path) -> bytes:
    """The content of a file or text asset.

    Args:
        root: directory that relative paths start from.

    Raises:
        ResourceError: the file cannot be read, or the asset is remote.
    """
    if asset.kind == "text":
        return asset.content.encode()
    if asset.kind == "remote":
        raise _remote(asset.content)
    return _read(root / asset.content)


def zip_bytes(archive: Archive, root: Path) -> bytes:
    """The archive as a zip file: sorted names, one fixed time, one of two modes, caches of the interpreter left out.

    A zip file stays as it is. Entries are stored uncompressed: the reader is on this machine, and compressing takes
    longer than copying.

    Args:
        root: directory that relative paths start from.

    Raises:
        ResourceError: a file cannot be read, or a part of the archive is remote.
    """
    if archive.kind == "file" and _is_zip(root / str(archive.content)):
        return _read(root / str(archive.content))
    files = {entry.name: entry for entry in entries(archive, root)}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as file:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system = 3  # Unix, so that the mode counts
            info.external_attr = (stat.S_IFREG | (0o755 if files[name].executable else 0o644)) << 16
            file.writestr(info, files[name].content)
    return target.getvalue()


def entries(archive: Archive, root: Path) -> Iterator[Entry]:
    """The files of an archive; nested archives lie in a directory of their own name.

    Raises:
        ResourceError: as `zip_bytes`.
    """
    if archive.kind == "remote":
        raise _remote(str(archive.content))
    if not isinstance(archive.content, str):
        for name, item in archive.content.items():
            if isinstance(item, Asset):
                path = root / item.content if item.kind == "file" else None
                yield Entry(_clean(name), asset_bytes(item, root), path is not None and _is_executable(path))
            else:
                for inner in entries(item, root):
                    yield Entry(_clean(posixpath.join(name, inner.name)), inner.content, inner.executable)
        return
    path = root / archive.content
    if path.is_dir():
        yield from _of_directory(path)
    elif _is_zip(path) or (path.is_file() and path.name.endswith(_TAR_SUFFIXES)):
        try:
            yield from _of_zip(path) if _is_zip(path) else _of_tar(path)
        except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError) as error:
            raise ResourceError(f"{path} is damaged: {error}", fix="Pack it anew.") from error
    else:
        _read(path)  # says so when it does not exist
        raise ResourceError(
            f"{path} is no archive",
            fix="Use a directory, a .zip or a .tar.gz file, or AssetArchive({name: FileAsset(path)}) for one file.",
        )


def _of_directory(path: Path) -> Iterator[Entry]:
    for file in path.rglob("*"):
        if file.is_file() and _CACHE not in file.relative_to(path).parts:
            yield Entry(file.relative_to(path).as_posix(), _read(file), _is_executable(file))


def _of_zip(path: Path) -> Iterator[Entry]:
    with zipfile.ZipFile(io.BytesIO(_read(path))) as file:
        files = [info for info in file.infolist() if not info.is_dir()]
        _check_size(path, sum(info.file_size for info in files))
        for info in files:
            yield Entry(_clean(info.filename), file.read(info), bool(info.external_attr >> 16 & stat.S_IXUSR))


def _of_tar(path: Path) -> Iterator[Entry]:
    total = 0
    with tarfile.open(fileobj=io.BytesIO(_read(path))) as file:
        for member in file:
            if member.isdir():
                continue
            content = file.extractfile(member) if member.isreg() else None
            if content is None:
                raise ResourceError(
                    f"{path} holds {member.name!r}, which is no file but a link or a device",
                    fix="Pack it with the files that links lead to: tar --dereference.",
                )
            total += member.size
            _check_size(path, total)
            yield Entry(_clean(member.name), content.read(), bool(member.mode & stat.S_IXUSR))


def _check_size(path: Path, size: int) -> None:
    if size > _LIMIT:
        raise ResourceError(
            f"{path} unpacks to more than {_LIMIT // 2**20} MiB",
            fix="Leave large files out of the archive; Lambda takes 250 MB in all.",
        )


def _clean(name: str) -> str:
    """Programs name the root `.` or `/`."""
    clean = posixpath.normpath(name).lstrip("/")
    if clean.split("/")[0] == ".." or "\0" in name:
        raise ResourceError(
            f"an archive has an entry named {name!r}, which leads out of it",
            fix="Name entries by their place in the archive, such as `lib/index.py`.",
        )
    return clean


def _is_zip(path: Path) -> bool:
    return path.is_file() and zipfile.is_zipfile(path)


def _is_executable(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IXUSR)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ResourceError(
            f"cannot read {path}: {error.strerror}",
            fix="Build paths from the program's own directory, os.path.dirname(__file__).",
        ) from error


def _remote(uri: str) -> ResourceError:
    return ResourceError(
        f"the program uses a remote asset: {uri}",
        fix="Download it into the project and use a FileAsset or FileArchive; a local run fetches nothing.",
    )
