"""Sends each type to the provider of its package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from stackwright.caching import cached
from stackwright.engine.provider import Provider
from stackwright.engine.urns import package_of
from stackwright.graph import Invoke, Properties, Resource

Routes: TypeAlias = tuple[Mapping[str, Provider], Provider]
"""A provider by package name, and the one that answers for all other packages."""


class Dispatch:
    """A provider made of providers.

    Args:
        find: gives them when the first is asked; what they need may still be starting.
    """

    def __init__(self, find: Callable[[], Routes]) -> None:
        self._routes = cached(find)

    def _of(self, type_or_token: str) -> Provider:
        packages, otherwise = self._routes()
        return packages.get(package_of(type_or_token), otherwise)

    def configure(self, provider: Resource, config: Properties) -> None:
        self._of(provider.type).configure(provider, config)

    def create(self, new: Resource, config: Properties) -> Resource:
        return self._of(new.type).create(new, config)

    def update(self, new: Resource, old: Resource, config: Properties) -> Resource:
        return self._of(new.type).update(new, old, config)

    def delete(self, old: Resource, config: Properties) -> None:
        self._of(old.type).delete(old, config)

    def read(self, wanted: Resource, config: Properties) -> Resource:
        return self._of(wanted.type).read(wanted, config)

    def replacing(self, new: Resource, old: Resource, changed: frozenset[str]) -> frozenset[str]:
        return self._of(new.type).replacing(new, old, changed)

    def invoke(self, token: str, args: Properties, config: Properties) -> Invoke:
        return self._of(token).invoke(token, args, config)
