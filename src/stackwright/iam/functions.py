"""A function's code against what its role may do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from stackwright.graph import Graph, Resource, reveal
from stackwright.iam.code.calls import Found, Unfollowed
from stackwright.iam.code.incoming import event_of
from stackwright.iam.code.machine import Machine
from stackwright.iam.code.sources import Package, package_of
from stackwright.iam.encryption import Encryption
from stackwright.iam.evaluation import Decision, decide
from stackwright.iam.needs import Home, Need, key_needs, needs
from stackwright.iam.patterns import HOLE
from stackwright.iam.request import ContextValue, Request
from stackwright.iam.resource_policies import ResourcePolicies
from stackwright.iam.roles import Role, Roles, text

_CALLER_KEYS = {"aws:securetransport": "true", "aws:viaawsservice": "false"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one need."""

    need: Need
    decision: Decision


class Permissions:
    """Asks the roles, resource policies and keys of one graph together."""

    def __init__(self, graph: Graph, roles: Roles, policies: ResourcePolicies) -> None:
        self.graph, self.roles, self.policies = graph, roles, policies
        self.encryption = Encryption(graph, policies)

    def with_keys(self, wanted: Iterable[Need]) -> list[Need]:
        """The needs, with those that encrypted resources bring along."""
        found = list[Need]()
        for need in wanted:
            found.append(need)
            resource = self.policies.resource(need.resource)
            key = self.encryption.arn_of(resource) if resource else ""
            if key:
                found += key_needs(need, key, need.actions[0].partition(":")[0])
        return list(dict.fromkeys(found))

    def ask(self, role: Role, need: Need) -> Decision:
        """Whether the role may do one of the actions."""
        decisions = [self._one(role, need, action) for action in need.actions]
        for outcome in ("allowed", "unknown"):
            if found := next((d for d in decisions if d.outcome == outcome), None):
                return found
        return decisions[0]

    def _one(self, role: Role, need: Need, action: str) -> Decision:
        context: dict[str, ContextValue] = dict(_CALLER_KEYS)
        if need.through:
            region = need.resource.split(":")[3]
            context["kms:viaservice"] = f"{need.through}.{region}.amazonaws.com"
            context["kms:calleraccount"] = role.caller.account
        elif need.resource.startswith("arn:") and HOLE not in ":".join(need.resource.split(":")[3:5]):
            context["aws:requestedregion"] = need.resource.split(":")[3] or None
            if not context["aws:requestedregion"]:
                del context["aws:requestedregion"]
        request = Request(action, need.resource, role.caller, context)
        known = HOLE not in need.resource.split("/")[0]
        side = self.policies.of(need.resource) if known else self.policies.of("")
        return decide(request, role.policies, boundary=role.boundary, resource=side)


class FunctionCode:
    """What the code of one function calls, and needs.

    Args:
        root: directory of the project; None when it is not on this machine.
    """

    def __init__(self, function: Resource, graph: Graph, root: Path | None) -> None:
        self.function = function
        self._graph = graph
        self._root = root

    @cached_property
    def package(self) -> Package:
        """Its packed source, with that of its layers."""
        if reveal(self.function.inputs.get("packageType")) == "Image":
            return Package(missing="it is an image")
        if not str(reveal(self.function.inputs.get("runtime", ""))).startswith("python"):
            return Package(missing="it is no Python")
        if self._root is None:
            return Package(missing="the project's files are not here")
        arns: list[Any] = reveal(self.function.inputs.get("layers")) or []
        versions = {text(r, "arn"): r for r in self._graph.of_type("aws:lambda/layerVersion:LayerVersion")}
        layers = tuple(versions[a].inputs.get("code") for a in arns if a in versions)
        return package_of(self.function.inputs.get("code"), self._root, layers)

    @cached_property
    def found(self) -> Found:
        """Everything that is called from its handler on."""
        if self.package.missing:
            return Found()
        handler = str(reveal(self.function.inputs.get("handler", "")))
        return Machine(self.package, self.environment).follow(handler, event_of(self.function, self._graph))

    @property
    def environment(self) -> dict[str, str]:
        """Its variables."""
        given: Any = reveal(self.function.inputs.get("environment") or {})
        variables: dict[str, Any] = given.get("variables") or {}
        return {k: v for k, v in variables.items() if isinstance(v, str)}

    @property
    def unfollowed(self) -> list[Unfollowed]:
        """What may call the SDK and could not be followed."""
        return self.found.unfollowed

    def needs(self) -> Iterator[Need]:
        """What its calls need, each once."""
        home = Home.of(text(self.function, "arn"))
        seen = dict.fromkeys(need for call in self.found.calls for need in needs(call, home))
        yield from seen
