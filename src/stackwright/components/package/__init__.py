"""A deployment package: the same bytes whoever builds it, wherever, whenever.

It holds what the function's entry imports, and nothing else: files under the package's own folder, files of libraries,
and dependencies that are checked against a lock file.
See docs/decisions/0102-packages-from-installed-distributions.md.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import pulumi

from ..errors import ComponentError
from ..runtimes import DEFAULT_RUNTIME, Architecture, Runtime, check_runtime
from .archive import store, zip_bytes
from .imports import Closure, Root, closure
from .installed import modules_of
from .libraries import roots_of
from .local_run import LocalRun
from .lock import RUNTIME_MODULES, Dependencies, locked_files
from .wheels import Target

_UNZIPPED_LIMIT: Final = 262_144_000
"""Lambda refuses more. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


class Package:
    """The code of one or several functions, with its dependencies, as a zip.

    Args:
        root: absolute folder of the functions' own files, such as `Path(__file__).parent / "handlers"`.
        entry: file of the handler relative to `root`, or several; all that they import comes along.
        data: further files, such as `schemas.json`, or modules that are imported by a computed name.
        libraries: import names of packages that are shared by several functions or projects, such as
            `stackwright_handlers`: found as the program itself would import them, also where they are installed as
            editable. Of each, the modules that are imported come along.
        lock: lock file relative to `root`, written by `python -m stackwright.components.package lock`; None for no
            dependencies.
        provided: import names that come otherwise, such as by a layer.
        runtime: Lambda runtime that compiled dependencies are fetched for.
        architecture: processor that they are fetched for.

    Attributes:
        archive: what Pulumi uploads.
        sha256: base64 of the zip's digest, as Lambda reports it in CodeSha256.
        names: names of all files in the zip.
        compiled: `name==version` of dependencies that suit only `runtime` and `architecture`.
        runtime, architecture: as given.

    Raises:
        ComponentError: the root is relative, the runtime is not for Python, a file or a library is missing, something
            is imported that is neither there nor locked, a dependency is not installed as locked or cannot be fetched,
            or the whole is over Lambda's 250 MB.
    """

    def __init__(
        self,
        root: Path,
        *,
        entry: str | Sequence[str],
        data: Sequence[str] = (),
        libraries: Sequence[str] = (),
        lock: str | None = None,
        provided: Collection[str] = (),
        runtime: Runtime = DEFAULT_RUNTIME,
        architecture: Architecture = "arm64",
    ) -> None:
        if not root.is_absolute():
            raise ComponentError(
                f"package root {root} depends on the working directory", fix='write Path(__file__).parent / "handlers"'
            )
        check_runtime(f"package {root}", runtime)
        shared = roots_of(libraries)
        roots = [Root(root), *shared]
        code = closure(roots, [entry] if isinstance(entry, str) else entry)
        code.files.update(closure(roots, [name for name in data if name.endswith(".py")]).files)
        code.files.update(_data_files(root, roots, data))
        local = LocalRun.current()
        dependencies = _dependencies(root, lock, Target.on_lambda(runtime, architecture), local)
        _check_imports(root, code, {*modules_of(dependencies.files), *RUNTIME_MODULES, *provided})
        contents = dependencies.files | {name: path.read_bytes() for name, path in code.files.items()}
        size = sum(map(len, contents.values()))
        if size > _UNZIPPED_LIMIT:
            raise ComponentError(f"package {root} has {size:,} bytes, Lambda takes {_UNZIPPED_LIMIT:,}")
        zipped = zip_bytes(contents)
        self.names = tuple(sorted(contents))
        self.sha256 = base64.b64encode(hashlib.sha256(zipped).digest()).decode()
        self.archive: pulumi.Archive = pulumi.FileArchive(str(store(zipped)))
        self.compiled = dependencies.compiled
        self.runtime, self.architecture = runtime, architecture
        if local is not None:
            local.note([part.location for part in shared], self.compiled if local.python else ())


def _data_files(root: Path, roots: Sequence[Root], data: Sequence[str]) -> dict[str, Path]:
    found = {name: next((p for r in roots if (p := r.find(name)) is not None), None) for name in data}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        raise ComponentError(f"package {root}: {', '.join(missing)} is not there", fix="list files that exist")
    return {name: path for name, path in found.items() if path is not None}


def _dependencies(root: Path, lock: str | None, target: Target, local: LocalRun | None) -> Dependencies:
    if lock is None:
        return Dependencies({}, ())
    host = (Target(target.python), Target(local.python)) if local is not None and local.python else ()
    return locked_files(root / lock, target, host)


def _check_imports(root: Path, code: Closure, known: Collection[str]) -> None:
    unknown = sorted(f"{importer} imports {name}" for name, importer in code.outside.items() if name not in known)
    if unknown:
        raise ComponentError(
            f"package {root}: {'; '.join(unknown)}: not beside it, in no library and not locked",
            fix="name it in requirements.txt and write the lock anew, or in `libraries`, or in `provided`",
        )
