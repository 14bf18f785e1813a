"""The provider that makes resources on an AWS endpoint."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from stackwright.errors import Refused, ResourceError
from stackwright.graph import Invoke, Properties, Resource
from stackwright.provider import registry, retired
from stackwright.provider.aws import Aws, Endpoint
from stackwright.provider.provisioner import Inputs, Settings, id_of
from stackwright.provider.refusals import explained

_T = TypeVar("_T")


class Fallback(Protocol):
    """Makes up what the endpoint does not give: names, defaults, and whole resources of types it does not know."""

    def create(self, new: Resource, config: Properties) -> Resource: ...

    def read(self, wanted: Resource, config: Properties) -> Resource: ...

    def invoke(self, token: str, args: Properties, config: Properties) -> Invoke: ...


class EndpointProvider:
    """Creates, updates and deletes `aws` resources by AWS calls.

    Args:
        endpoint: where the calls go.
        fallback: see `Fallback`.
        root: directory that relative asset paths of the program start from.
        strict: refuse types that would be simulated.
        warn: told what deserves a look, though AWS accepts it.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        fallback: Fallback,
        *,
        root: Path,
        strict: bool = False,
        warn: Callable[[str, Resource], None] = lambda message, resource: None,
    ) -> None:
        self._endpoint = endpoint
        self._fallback = fallback
        self._root = root
        self._strict = strict
        self._warn = warn

    def create(self, new: Resource, config: Properties) -> Resource:
        """Make the resource, or simulate it when its type is not covered."""
        notice = retired.notice(new, datetime.datetime.now(datetime.UTC).date())
        made = self._create(new, config)
        if notice:
            self._warn(notice, new)
        return made

    def _create(self, new: Resource, config: Properties) -> Resource:
        base = self._fallback.create(new, config)
        provisioner = registry.find(new.type)
        if provisioner is None:
            return self._simulate(base)
        inputs = Inputs(base, self._root)
        aws = self._aws(base, config)
        made = self._explained(f"cannot create {new.type} {new.name!r}", lambda: provisioner.create(aws, inputs))
        return replace(
            base,
            id=base.id if made.id is None else made.id,
            outputs={**base.outputs, **made.outputs},
            simulated=inputs.simulated(),
        )

    def update(self, new: Resource, old: Resource, config: Properties) -> Resource:
        """Change the resource in place."""
        base = self._fallback.create(new, config)
        provisioner = registry.find(new.type)
        if provisioner is None:
            return self._simulate(base)
        base = replace(base, id=old.id)
        inputs = Inputs(base, self._root, old)
        aws = self._aws(base, config)
        changed = self._explained(
            f"cannot update {new.type} {new.name!r}", lambda: provisioner.update(aws, inputs, old)
        )
        # What AWS computed at creation stays, unless the program now says otherwise or the update answered it anew.
        computed = {k: v for k, v in old.outputs.items() if k not in old.inputs and k not in new.inputs}
        kept = {k: v for k, v in computed.items() if k in base.outputs and k != "tagsAll"}
        return replace(base, outputs={**base.outputs, **kept, **changed}, simulated=inputs.simulated())

    def delete(self, old: Resource, config: Properties) -> None:
        """Remove the resource."""
        provisioner = registry.find(old.type)
        if provisioner is not None and "" not in old.simulated:
            aws = self._aws(old, config)
            self._explained(f"cannot delete {old.type} {old.name!r}", lambda: provisioner.delete(aws, old))

    def read(self, wanted: Resource, config: Properties) -> Resource:
        """Look the resource up."""
        base = self._fallback.read(wanted, config)
        provisioner = registry.find(wanted.type)
        if provisioner is None:
            return self._simulate(base)
        aws = self._aws(base, config)
        what = f"cannot find {wanted.type} with the id {id_of(wanted)!r}"
        found = _found(lambda: self._explained(what, lambda: provisioner.read(aws, base)))
        return replace(base, id=found.id or base.id, outputs={**base.outputs, **found.outputs})

    def replacing(self, new: Resource, old: Resource, changed: frozenset[str]) -> frozenset[str]:
        """What the type cannot change in place; the region of any resource is one."""
        provisioner = registry.find(new.type)
        return changed & ((provisioner.replace_on if provisioner else frozenset()) | {"region"})

    def invoke(self, token: str, args: Properties, config: Properties) -> Invoke:
        """Ask the endpoint where it knows, otherwise compute."""
        lookup = registry.find_lookup(token)
        if lookup is None:
            answer = self._fallback.invoke(token, args, config)
            if answer.simulated and self._strict:
                raise ResourceError(
                    f"the function {token} is not covered by the local provider",
                    fix="Run without --strict to have its answer made up.",
                )
            return answer
        aws = self._aws(None, config)
        given = Settings(args, f"the function {token} needs ")
        result = _found(lambda: self._explained(f"the function {token} failed", lambda: lookup(aws, given)))
        return Invoke(token, args, result)

    def _explained(self, what: str, call: Callable[[], _T]) -> _T:
        return explained(what, call, log=self._endpoint.log)

    def _simulate(self, base: Resource) -> Resource:
        if self._strict:
            raise ResourceError(
                f"{base.type} is not covered by the local provider",
                fix="Run without --strict to have it simulated.",
            )
        return replace(base, simulated={"": "the local provider does not cover this type"})

    def _aws(self, resource: Resource | None, config: Properties) -> Aws:
        tags: Mapping[str, Any] = (config.get("defaultTags") or {}).get("tags") or {}
        own_region = resource.inputs.get("region") if resource else None
        region = own_region or config.get("region") or self._endpoint.region
        return Aws(self._endpoint, self._account(config), str(region), {k: str(v) for k, v in tags.items()})

    def _account(self, config: Properties) -> str:
        """The account that the provider's settings lead to, as AWS would find it by assuming the role.

        Raises:
            ResourceError: `allowedAccountIds` or `forbiddenAccountIds` says no.
        """
        account = self._endpoint.account
        allowed = [str(a) for a in config.get("allowedAccountIds") or []]
        roles = [str(role.get("roleArn") or "") for role in config.get("assumeRoles") or []]
        if roles and roles[-1]:
            account = roles[-1].split(":")[4]
        elif len(allowed) == 1:
            # No role says where to go: the local account is whichever one the program expects.
            account = allowed[0]
        if allowed and account not in allowed:
            raise ResourceError(
                f"the provider would deploy to account {account}, but allows only {', '.join(allowed)}",
                fix="Check the role's ARN and allowedAccountIds.",
            )
        if account in [str(a) for a in config.get("forbiddenAccountIds") or []]:
            raise ResourceError(f"the provider forbids deploying to account {account}")
        return account


def _found(look: Callable[[], _T]) -> _T:
    """What is looked for may only not have been made yet."""
    try:
        return look()
    except Refused:
        raise
    except ResourceError as error:
        raise Refused(error.what, where=error.where, fix=error.fix) from error
