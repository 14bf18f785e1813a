"""Provider resources of one run: their settings, and the default ones, which come into being when first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from stackwright.accounts import assumed_roles, check_account
from stackwright.engine.deployment.events import Registration
from stackwright.engine.project.config import decode_text
from stackwright.engine.simulated.scope import scope_of
from stackwright.engine.urns import PROVIDER_PREFIX, make_urn, package_of
from stackwright.graph import Properties, Resource, Unknown, reveal


class ProviderSettings:
    """Knows the settings of every provider, of this run and the one before.

    Args:
        defaults: stack configuration of a package, for its default provider.
        previous: resources of the run before, by URN.
        register: registers a provider resource.
        account: of the stack, where a provider does not name another.
    """

    def __init__(
        self,
        stack: str,
        project: str,
        defaults: Callable[[str], Properties],
        previous: Mapping[str, Resource],
        register: Callable[[Registration], object],
        account: str,
    ) -> None:
        self._stack = stack
        self._project = project
        self._defaults = defaults
        self._previous = {urn: r for urn, r in previous.items() if r.type.startswith(PROVIDER_PREFIX)}
        self._register = register
        self._account = account
        self._lock = threading.Lock()
        self._settings: dict[str, Properties] = {}
        self._default_ready: dict[str, threading.Event] = {}

    def remember(self, urn: str, inputs: Properties) -> None:
        """Note the settings of a provider that has been registered.

        Raises:
            ResourceError: it may not work in the account that they lead to.
        """
        self._settings[urn] = decoded(inputs)
        check_account(self._settings[urn], self._account)

    def of(self, urn: str) -> Properties:
        """The settings of a provider of this run."""
        return self._settings[urn]

    def assumes_roles(self, urn: str) -> bool:
        """Whether a provider works as roles that it has to assume."""
        return bool(assumed_roles(self.of(urn)))

    def of_old(self, old: Resource) -> Properties:
        """The settings under which a resource of the run before was made."""
        provider = self._previous.get(old.provider)
        if provider is not None:
            return decoded(provider.inputs)
        return self._settings.get(old.provider) or self._defaults(package_of(old.type))

    def has_moved(self, old: Resource, provider_urn: str) -> bool:
        """Whether a resource's provider now leads to another account or region than when it was made."""
        return scope_of(self.of_old(old), self._account) != scope_of(self.of(provider_urn), self._account)

    def urn_for(self, wanted: Registration) -> str:
        """The provider that a registration is for."""
        return wanted.provider or self.default(package_of(wanted.type), wanted.version)

    def default(self, package: str, version: str) -> str:
        """URN of a package's default provider, named as the Pulumi engine names it."""
        name = f"default_{version.replace('.', '_')}" if version else "default"
        type_token = f"{PROVIDER_PREFIX}{package}"
        urn = make_urn(self._stack, self._project, type_token, name)
        with self._lock:
            is_first = urn not in self._default_ready
            ready = self._default_ready.setdefault(urn, threading.Event())
        if not is_first:
            ready.wait()
            return urn
        try:
            self._register(Registration(type_token, name, custom=True, inputs=self._defaults(package)))
        finally:
            ready.set()
        return urn


def decoded(inputs: Properties) -> dict[str, Any]:
    """Provider inputs travel as JSON text; give them their structure back. What is not known does not count."""
    plain = {k: decode_text(v) if isinstance(v, str) else v for k, v in reveal(inputs).items()}
    return {k: v for k, v in plain.items() if not isinstance(v, Unknown)}
