"""The source of a function's package: an archive, a directory or assets, and its layers."""

from __future__ import annotations

import ast
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, Final

from stackwright.graph import Archive, Asset, reveal
from stackwright.trees import parse

# What is not followed: libraries that come with Lambda or are known by name, in whatever way they were packed.
_LIBRARIES: Final = frozenset(
    [
        "aws_lambda_powertools",
        "aws_xray_sdk",
        "boto3",
        "botocore",
        "s3transfer",
        "jmespath",
        "dateutil",
        "six",
        "urllib3",
        "requests",
        "pydantic",
        "pydantic_core",
        "pydantic_settings",
        "typing_extensions",
        "annotated_types",
        "yaml",
        "numpy",
        "pandas",
        "PIL",
        "cryptography",
        "certifi",
        "idna",
        "charset_normalizer",
        "jwt",
        "attr",
        "attrs",
        "redis",
        "psycopg",
        "psycopg2",
        "sqlalchemy",
        "httpx",
        "anyio",
        "sniffio",
        "httpcore",
        "fastapi",
        "starlette",
        "mangum",
        "awswrangler",
        "pyarrow",
        "simplejson",
        "orjson",
        "jsonschema",
        "fastjsonschema",
        "structlog",
    ]
)
_LARGEST: Final = 400_000


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's syntax tree, with the names of attributes and texts in it, and those that functions declare `global`."""

    tree: ast.Module
    names: frozenset[str]
    shared: frozenset[str]


@dataclass(slots=True)
class Package:
    """Texts of the Python files of a package, by path.

    Attributes:
        missing: why there is none, such as an image or an archive in a bucket.
    """

    files: dict[str, str] = field(default_factory=dict[str, str])
    libraries: frozenset[str] = _LIBRARIES
    missing: str = ""

    def file(self, module: str) -> str | None:
        """The file of a module of the package itself; libraries have none."""
        if module.partition(".")[0] in self.libraries:
            return None
        path = module.replace(".", "/")
        return next((p for p in (f"{path}.py", f"{path}/__init__.py") if p in self.files), None)

    def is_folder(self, module: str) -> bool:
        """Whether it is a folder without an `__init__.py`."""
        folder = module.replace(".", "/") + "/"
        return module.partition(".")[0] not in self.libraries and any(p.startswith(folder) for p in self.files)

    def parsed(self, file: str) -> Parsed | None:
        """The file's syntax tree; None when it is no Python of this version."""
        return _parsed(self.files[file])


@lru_cache(maxsize=512)
def _parsed(text: str) -> Parsed | None:
    """Functions of one program often have one package."""
    try:
        tree = parse(text)
    except (SyntaxError, ValueError):
        return None
    names, shared = set[str](), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.add(node.value)
        elif isinstance(node, ast.Global):
            shared.update(node.names)
    return Parsed(tree, frozenset(names), frozenset(shared))


def package_of(code: Any, root: Path, layers: tuple[Any, ...] = ()) -> Package:
    """The package of a function's `code`; layers have theirs under `python/`.

    Args:
        root: the project; relative paths begin there.
    """
    files: dict[str, str] = {}
    installed: set[str] = set()
    for layer in layers:
        found = _read(reveal(layer), root)
        inside = {p.removeprefix("python/"): t for p, t in (found or {}).items() if p.startswith("python/")}
        _add(files, installed, inside)
    own = _read(reveal(code), root)
    if own is None:
        return Package(missing="its code is not on this machine")
    _add(files, installed, own)
    return Package(files, _LIBRARIES | installed)


def _add(files: dict[str, str], installed: set[str], found: Mapping[str, str]) -> None:
    for path, text in found.items():
        if path.endswith(".py"):
            files[path] = text
        elif path.endswith(".dist-info/RECORD"):
            names = (line.partition(",")[0] for line in text.splitlines())
            tops = {n.partition("/")[0].removesuffix(".py") for n in names if n.endswith(".py") and n[0] != "."}
            installed |= tops


def _read(code: Any, root: Path) -> dict[str, str] | None:
    match code:
        case Archive("file", str(path), _):
            return _from_path(root / path)
        case Archive("assets", Mapping() as entries, _):
            return _from_assets(entries, root)
        case Asset("file", path, _):
            return _from_path(root / path)
        case _:
            return None


def _from_assets(entries: Mapping[str, Asset | Archive], root: Path) -> dict[str, str]:
    files: dict[str, str] = {}
    for name, entry in entries.items():
        match entry:
            case Asset("text", content, _):
                files[name] = content
            case Asset("file", path, _) if (root / path).is_file():
                files[name] = (root / path).read_text("utf-8", "replace")
            case Archive():
                inside = _read(entry, root) or {}
                files |= {str(PurePosixPath(name) / path): text for path, text in inside.items()}
            case _:
                pass
    return {p.removeprefix("./"): t for p, t in files.items()}


def _from_path(path: Path) -> dict[str, str] | None:
    if path.is_dir():
        return dict(_from_directory(path))
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        wanted = [i for i in archive.infolist() if _wanted(i.filename) and i.file_size <= _LARGEST]
        return {i.filename: archive.read(i).decode("utf-8", "replace") for i in wanted}


def _from_directory(path: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if _wanted(name) and file.is_file() and file.stat().st_size <= _LARGEST:
            yield name, file.read_text("utf-8", "replace")


def _wanted(name: str) -> bool:
    top = name.partition("/")[0]
    if name.endswith(".dist-info/RECORD"):
        return True
    return (
        name.endswith(".py")
        and top not in _LIBRARIES
        and not {".venv", "node_modules", "__pycache__"} & set(name.split("/"))
    )
