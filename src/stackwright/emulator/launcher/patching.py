"""Patching of MiniStack: when a module is imported, and only when it is what the patch was written for."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import inspect
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

PINNED = "1.5.33"

ModulePatch = Callable[[Any], None]


class PatchError(RuntimeError):
    """The installed MiniStack is not what our patches were written for."""


@dataclass(slots=True)
class Replaced:
    """A function of MiniStack, and the names of the patches that stand in for it."""

    function: Any
    patches: list[str] = field(default_factory=lambda: list[str]())


class Patcher(importlib.abc.MetaPathFinder):
    """Runs patches right after the module they change has been imported.

    The services of MiniStack take most of a second to import, so they are imported when first used, and patched then.
    :meth:`import_all` does it for all of them, to find out early whether every patch fits.
    """

    def __init__(self) -> None:
        self._pending: dict[str, list[tuple[str, ModulePatch]]] = {}
        self._applied: list[tuple[Any, str, Any]] = []
        self._originals: dict[tuple[int, str], Any] = {}
        self._applying = ""
        self._modules: dict[str, ModuleType] = {}
        self.replaced: dict[str, Replaced] = {}
        installed = importlib.metadata.version("ministack")
        if installed != PINNED:
            raise PatchError(f"MiniStack {installed} is installed; the fidelity patches are for {PINNED} only.")
        sys.meta_path.insert(0, self)

    @contextmanager
    def applying(self, name: str) -> Generator[None]:
        """What is registered inside, belongs to the patch of this name."""
        before, self._applying = self._applying, name
        try:
            yield
        finally:
            self._applying = before

    def on_import(self, module: str, patch: ModulePatch) -> None:
        """Run ``patch(module)`` once ``module`` is imported; at once when it already is."""
        loaded = sys.modules.get(module)
        if loaded is not None:
            patch(loaded)
        else:
            self._pending.setdefault(module, []).append((self._applying, patch))

    def require(self, module: str, names: str) -> None:
        """Check ``names``, separated by spaces, of a module that is used as it is, once it is imported.

        A name of a class is written behind it, as ``Worker.invoke``; what a class gives its instances in ``__init__``
        counts as its own.

        Raises:
            PatchError: there is no such name any more.
        """

        def check(loaded: Any) -> None:
            for name in names.split():
                _require(loaded, name)

        self.on_import(module, check)

    def module(self, name: str) -> Any:
        """A module of MiniStack, imported if need be."""
        found = self._modules.get(name)
        if found is None:
            found = self._modules[name] = importlib.import_module(name)
        return found

    def loaded(self, name: str) -> Any:
        """A module of MiniStack if something has imported it already, else None; waits while another thread does."""
        return self.module(name) if name in sys.modules else None

    def import_all(self) -> None:
        """Import every module that a patch waits for."""
        while waiting := list(self._pending):
            for name in waiting:
                importlib.import_module(name)

    def replace(self, owner: Any, name: str, replacement: Any, *, parameters: str) -> Any:
        """Put ``replacement`` in place of ``owner.name`` and return the original.

        ``parameters`` are the parameter names that the original must have, separated by spaces.

        Raises:
            PatchError: there is no such function, or it takes other parameters.
        """
        where = f"{getattr(owner, '__name__', owner)}.{name}"
        current = getattr(owner, name, None)
        if not callable(current):
            raise PatchError(f"{where} is not in MiniStack {PINNED} any more.")
        original = self._originals.setdefault((id(owner), name), current)
        found = " ".join(inspect.signature(original).parameters)
        if found != parameters:
            raise PatchError(f"{where} takes ({found}), not ({parameters}).")
        setattr(owner, name, replacement)
        self._applied.append((owner, name, replacement))
        replaced = self.replaced.setdefault(f"{_module_of(owner)}.{name}", Replaced(original))
        if self._applying not in replaced.patches:
            replaced.patches.append(self._applying)
        return current

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
            for name, patch in self._pending.pop(fullname):
                with self.applying(name):
                    patch(module)

        # The loader belongs to this import alone.
        spec.loader.exec_module = run_and_patch  # pyright: ignore[reportAttributeAccessIssue]
        return spec


def _module_of(owner: Any) -> str:
    return f"{owner.__module__}.{owner.__qualname__}" if inspect.isclass(owner) else str(owner.__name__)


def _require(module: Any, dotted: str) -> None:
    owner = module
    for name in dotted.split("."):
        if hasattr(owner, name):
            owner = getattr(owner, name)
        elif not (inspect.isclass(owner) and f"self.{name}" in inspect.getsource(owner)):
            raise PatchError(f"{module.__name__}.{dotted} is not in MiniStack {PINNED} any more.")
