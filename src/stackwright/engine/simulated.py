"""The provider that makes everything up: well-formed, deterministic, without a call to anyone."""

from __future__ import annotations

from stackwright.engine import identity, invokes
from stackwright.errors import ResourceError
from stackwright.graph import Properties, Resource


class Simulated:
    """Answers every registration with what AWS could have answered (see `identity`)."""

    def __init__(self, account: str = identity.DEFAULT_ACCOUNT) -> None:
        self._account = account

    def create(self, new: Resource, config: Properties) -> Resource:
        """The resource with made-up id and outputs."""
        return identity.identify(new, config, self._account)

    def update(self, new: Resource, old: Resource, config: Properties) -> Resource:
        """As `create`; the seed keeps names and ids as they were."""
        return self.create(new, config)

    def delete(self, old: Resource, config: Properties) -> None:
        """Nothing was made, nothing goes."""

    def read(self, wanted: Resource, config: Properties) -> Resource:
        """A resource with the id that was asked for."""
        return identity.identify(wanted, config, self._account, given_id=str(wanted.id))

    def replacing(self, new: Resource, old: Resource, changed: frozenset[str]) -> frozenset[str]:
        """Nothing needs replacing."""
        return frozenset()

    def invoke(self, token: str, args: Properties, config: Properties) -> Properties:
        """Functions that can be computed, see `invokes`.

        Raises:
            ResourceError: the function asks AWS for something that cannot be made up.
        """
        function = invokes.FUNCTIONS.get(token)
        if function is None:
            raise ResourceError(
                f"the function {token} cannot be answered without AWS",
                fix="Pass its result in as configuration, or make the call conditional on the stack.",
            )
        return function(args, identity.scope_of(config, self._account))
