"""Patching of MiniStack: when a module is imported, and only when it is what the patch was written for."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import inspect
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

PINNED = "1.5.33"

ModulePatch = Callable[[Any], None]


class PatchError(RuntimeError):
    """The installed MiniStack is not what our patches were written for."""


class Patcher(importlib.abc.MetaPathFinder):
    """Runs patches right after the module they change has been imported.

    The services of MiniStack take most of a second to import, so they are imported when first used, and patched then.
    :meth:`import_all` does it for all of them, to find out early whether every patch fits.
    """

    def __init__(self) -> None:
        self._pending: dict[str, list[ModulePatch]] = {}
        self._applied: list[tuple[Any, str, Any]] = []
        installed = importlib.metadata.version("ministack")
        if installed != PINNED:
            raise PatchError(f"MiniStack {installed} is installed; the fidelity patches are for {PINNED} only.")
        sys.meta_path.insert(0, self)

    def on_import(self, module: str, patch: ModulePatch) -> None:
        """Run ``patch(module)`` once ``module`` is imported; at once when it already is."""
        loaded = sys.modules.get(module)
        if loaded is not None:
            patch(loaded)
        else:
            self._pending.setdefault(module, []).append(patch)

    def module(self, name: str) -> Any:
        """A module of MiniStack, imported if need be."""
        return importlib.import_module(name)

    def import_all(self) -> None:
        """Import every module that a patch waits for."""
        for name in list(self._pending):
            importlib.import_module(name)

    def replace(self, owner: Any, name: str, replacement: Any, *, parameters: str) -> Any:
        """Put ``replacement`` in place of ``owner.name`` and return the original.

        ``parameters`` are the parameter names that the original must have, separated by spaces.

        Raises:
            PatchError: there is no such function, or it takes other parameters.
        """
        where = f"{getattr(owner, '__name__', owner)}.{name}"
        original = getattr(owner, name, None)
        if not callable(original):
            raise PatchError(f"{where} is not in MiniStack {PINNED} any more.")
        found = " ".join(inspect.signature(original).parameters)
        if found != parameters:
            raise PatchError(f"{where} takes ({found}), not ({parameters}).")
        setattr(owner, name, replacement)
        self._applied.append((owner, name, replacement))
        return original

    def verify(self) -> None:
        """Check that every replacement made so far is still in place.

        Raises:
            PatchError: something put another function back.
        """
        for owner, name, _ in self._applied:
            ours = [new for where, what, new in self._applied if where is owner and what == name]
            if getattr(owner, name) not in ours:
                raise PatchError(f"The patch of {getattr(owner, '__name__', owner)}.{name} is not in place.")

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del target
        if fullname not in self._pending:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is None or spec.loader is None:
            raise PatchError(f"{fullname} is not in MiniStack {PINNED} any more.")
        run_module = spec.loader.exec_module

        def run_and_patch(module: ModuleType) -> None:
            run_module(module)
            for patch in self._pending.pop(fullname):
                patch(module)

        # The loader belongs to this import alone.
        spec.loader.exec_module = run_and_patch  # pyright: ignore[reportAttributeAccessIssue]
        return spec
