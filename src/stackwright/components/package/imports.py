"""Finds what a package forgot: a file that another one imports, lying beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath


def missing_modules(root: Path, files: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of a packed file and a file under `root` that it imports and that is not packed."""
    packed = {str(PurePosixPath(name)) for name in files}
    found: list[tuple[str, str]] = []
    for name in sorted(packed):
        if name.endswith(".py"):
            tree = ast.parse((root / name).read_bytes(), filename=name)
            for module in sorted(set(_imported(tree, PurePosixPath(name)))):
                found += [(name, file) for file in _files_of(root, module) if file not in packed]
    return found


def _imported(tree: ast.Module, file: PurePosixPath) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # One dot is the file's own package, each further dot the one above.
            above = file.parts[: len(file.parts) - node.level] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" if base else alias.name for alias in node.names)


def _files_of(root: Path, module: str) -> Iterator[str]:
    parts = module.split(".") if module else []
    for length in range(1, len(parts) + 1):
        path = "/".join(parts[:length])
        for candidate in (f"{path}.py", f"{path}/__init__.py"):
            if (root / candidate).is_file():
                yield candidate
