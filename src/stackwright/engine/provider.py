"""What the engine asks of a provider. Only graph values cross this line, so a provider need not know the engine."""

from __future__ import annotations

from typing import Protocol

from stackwright.graph import Invoke, Properties, Resource


class Provider(Protocol):
    """Answers registrations. Every method may be called from several threads at once.

    Inputs arrive revealed (no `Secret` wrappers) and known. `config` holds the inputs of the provider resource in
    effect: `region`, `assumeRoles`, `defaultTags`, `allowedAccountIds`, …

    All methods raise `stackwright.errors.ResourceError` when the answer is no.
    """

    def configure(self, provider: Resource, config: Properties) -> None:
        """Get ready to work with the settings of a provider resource that names roles to assume."""
        ...

    def create(self, new: Resource, config: Properties) -> Resource:
        """Create, and return `new` with `id`, `outputs` and, where the answer is made up, `simulated`."""
        ...

    def update(self, new: Resource, old: Resource, config: Properties) -> Resource:
        """Change `old` in place so that it becomes `new`."""
        ...

    def delete(self, old: Resource, config: Properties) -> None:
        """Delete; a resource that is already gone is not an error."""
        ...

    def read(self, wanted: Resource, config: Properties) -> Resource:
        """Look up an existing resource by `wanted.id`."""
        ...

    def replacing(self, new: Resource, old: Resource, changed: frozenset[str]) -> frozenset[str]:
        """Those of the changed top-level inputs that cannot be changed in place."""
        ...

    def invoke(self, token: str, args: Properties, config: Properties) -> Invoke:
        """Answer a function call such as `aws:index/getRegion:getRegion`, and say whether the answer is made up."""
        ...
