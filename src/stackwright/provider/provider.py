"""The provider that makes resources on an AWS endpoint."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from stackwright.accounts import account_of, assumed_roles, check_account
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
        account: where a provider works that names no account; the endpoint's unless given.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        fallback: Fallback,
        *,
        root: Path,
        strict: bool = False,
        warn: Callable[[str, Resource], None] = lambda message, resource: None,
        account: str = "",
    ) -> None:
        self._endpoint = endpoint
        self._fallback = fallback
        self._root = root
        self._strict = strict
        self._warn = warn
        self._account = account or endpoint.account

    def configure(self, provider: Resource, config: Properties) -> None:
        """Assume the roles of a provider; those that nobody has made are made here, as stand-ins."""
        check_account(config, self._account)
        chain = assumed_roles(config)
        for position, role in enumerate(chain):
            if self._explained(f"cannot work as {role.arn}", partial(self._endpoint.stand_in, role, chain[:position])):
                self._warn(
                    f"{role.arn} was made as a stand-in that may do everything; on AWS it has to exist", provider
                )
        self._explained(f"cannot work as {chain[-1].arn}", lambda: self._endpoint.client("sts", who=chain))

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
        check_account(config, self._account)
        return Aws(
            self._endpoint,
            account_of(config, self._account),
            str(region),
            {k: str(v) for k, v in tags.items()},
            assumed_roles(config),
        )


def _found(look: Callable[[], _T]) -> _T:
    """What is looked for may only not have been made yet."""
    try:
        return look()
    except Refused:
        raise
    except ResourceError as error:
        raise Refused(error.what, where=error.where, fix=error.fix) from error
