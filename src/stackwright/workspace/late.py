"""A provider for an emulator that is still starting."""

from __future__ import annotations

from collections.abc import Callable

from stackwright.engine.provider import Provider
from stackwright.graph import Invoke, Properties, Resource


class Late:
    """A provider that is made when it is first asked."""

    def __init__(self, make: Callable[[], Provider]) -> None:
        self._make = make
        self._made: Provider | None = None

    def _get(self) -> Provider:
        # Several threads may get here at once; each then waits for the same emulator, and any of the results will do.
        if self._made is None:
            self._made = self._make()
        return self._made

    def create(self, new: Resource, config: Properties) -> Resource:
        return self._get().create(new, config)

    def update(self, new: Resource, old: Resource, config: Properties) -> Resource:
        return self._get().update(new, old, config)

    def delete(self, old: Resource, config: Properties) -> None:
        self._get().delete(old, config)

    def read(self, wanted: Resource, config: Properties) -> Resource:
        return self._get().read(wanted, config)

    def replacing(self, new: Resource, old: Resource, changed: frozenset[str]) -> frozenset[str]:
        return self._get().replacing(new, old, changed)

    def invoke(self, token: str, args: Properties, config: Properties) -> Invoke:
        return self._get().invoke(token, args, config)
