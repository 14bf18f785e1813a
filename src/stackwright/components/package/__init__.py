"""A deployment package: the same bytes whoever builds it, wherever, whenever.

The files are named one by one; dependencies are taken from the distributions installed beside the program and checked
against a lock file, so nothing is downloaded at deploy time.
See docs/decisions/0102-packages-from-installed-distributions.md.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pulumi

from ..errors import ComponentError
from .archive import store, zip_bytes
from .imports import missing_modules
from .lock import locked_files

_UNZIPPED_LIMIT: Final = 262_144_000
"""Lambda refuses more. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


class Package:
    """Files of one or several functions, and their locked dependencies, as a zip.

    Args:
        root: absolute folder of the files, such as `Path(__file__).parent / "handlers"`.
        files: every file of the package, relative to `root`; nothing else is packed.
        lock: lock file relative to `root`, written by `python -m stackwright.components.package lock`; None for no
            dependencies.

    Attributes:
        archive: what Pulumi uploads.
        sha256: base64 of the zip's digest, as Lambda reports it in CodeSha256.
        names: names of all files in the zip.

    Raises:
        ComponentError: the root is relative, a file is missing, a file imports a file beside it that is not packed, a
            dependency is not installed as locked, or the whole is over Lambda's 250 MB.
    """

    def __init__(self, root: Path, *, files: Sequence[str], lock: str | None = None) -> None:
        if not root.is_absolute():
            raise ComponentError(
                f"package root {root} depends on the working directory", fix='write Path(__file__).parent / "handlers"'
            )
        missing = [name for name in files if not (root / name).is_file()]
        if missing or not files:
            raise ComponentError(
                f"package {root}: {', '.join(missing) or 'no file'} is not there", fix="list files that exist"
            )
        unpacked = missing_modules(root, files)
        if unpacked:
            raise ComponentError(
                f"package {root}: {'; '.join(f'{importer} imports {name}' for importer, name in unpacked)}, not packed",
                fix="add the file to `files`",
            )
        contents = {name: (root / name).read_bytes() for name in files}
        if lock is not None:
            contents |= locked_files(root / lock)
        size = sum(map(len, contents.values()))
        if size > _UNZIPPED_LIMIT:
            raise ComponentError(f"package {root} has {size:,} bytes, Lambda takes {_UNZIPPED_LIMIT:,}")
        data = zip_bytes(contents)
        self.names = tuple(sorted(contents))
        self.sha256 = base64.b64encode(hashlib.sha256(data).digest()).decode()
        self.archive: pulumi.Archive = pulumi.FileArchive(str(store(data)))
