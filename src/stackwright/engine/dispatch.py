"""Sends each type to the provider of its package."""

from __future__ import annotations

from collections.abc import Mapping

from stackwright.engine.provider import Provider
from stackwright.engine.urns import package_of
from stackwright.graph import Invoke, Properties, Resource


class Dispatch:
    """A provider made of providers.

    Args:
        packages: provider by package name.
        otherwise: answers for all other packages.
    """

    def __init__(self, packages: Mapping[str, Provider], otherwise: Provider) -> None:
        self._packages = packages
        self._otherwise = otherwise

    def _of(self, type_or_token: str) -> Provider:
        return self._packages.get(package_of(type_or_token), self._otherwise)

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
