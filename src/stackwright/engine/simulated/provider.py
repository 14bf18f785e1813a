"""The provider that makes everything up: well-formed, deterministic, without a call to anyone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

from stackwright.defaults import ACCOUNT
from stackwright.engine.simulated import identity, invokes
from stackwright.engine.simulated.random_package import RandomPackage
from stackwright.engine.urns import package_of
from stackwright.graph import UNKNOWN, Invoke, Properties, Resource, contains_unknown


class Simulated:
    """Answers every registration with what AWS could have answered (see `identity`).

    Args:
        account: where resources live when their provider does not say.
        interpreter: the program's Python; the outputs of packages other than `aws` are read off their SDK there.
        unread: what a function would read, such as a secret, is made up; otherwise such a function is refused.
        secret_keys: what a secret's JSON has besides the usual.
    """

    def __init__(
        self,
        account: str = ACCOUNT,
        interpreter: str = sys.executable,
        *,
        unread: bool = False,
        secret_keys: Sequence[str] = (),
    ) -> None:
        self._unread = unread
        self._secret_keys = tuple(secret_keys)
        self._account = account
        self._interpreter = interpreter
        self._random = RandomPackage(seeded=True)

    def configure(self, provider: Resource, config: Properties) -> None:
        """There is nothing to get ready."""

    def create(self, new: Resource, config: Properties) -> Resource:
        """The resource with made-up id and outputs; what follows from an input that is not known is not known."""
        package = package_of(new.type)
        if package == "random":
            if contains_unknown(new.inputs):
                return replace(new, id=UNKNOWN, outputs=dict(new.inputs))
            return self._random.create(new, config)
        made = identity.identify(new, config, self._account, interpreter=self._interpreter)
        return made if package == "aws" else replace(made, simulated={"": _does_not_run(package)})

    def update(self, new: Resource, old: Resource, config: Properties) -> Resource:
        """As `create`; the seed keeps names and ids as they were."""
        return self.create(new, config)

    def delete(self, old: Resource, config: Properties) -> None:
        """Nothing was made, nothing goes."""

    def read(self, wanted: Resource, config: Properties) -> Resource:
        """A resource with the id that was asked for."""
        return identity.identify(wanted, config, self._account, given_id=str(wanted.id), interpreter=self._interpreter)

    def replacing(self, new: Resource, old: Resource, changed: frozenset[str]) -> frozenset[str]:
        """Nothing needs replacing."""
        return frozenset()

    def invoke(self, token: str, args: Properties, config: Properties) -> Invoke:
        """Functions that can be computed or made up, see `invokes`.

        Raises:
            ResourceError: the function asks for something that cannot be made up.
        """
        scope = identity.scope_of(config, self._account)
        return invokes.answer(token, args, scope, self._interpreter, unread=self._unread, secret_keys=self._secret_keys)


def _does_not_run(package: str) -> str:
    if package == "pulumi-python":
        return "dynamic providers do not run in a simulation"
    return f"the package {package} does not run here; its outputs are made up"
