"""What the roles of a graph may do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast

from stackwright.graph import UNKNOWN, Graph, Resource, reveal
from stackwright.iam.document import MalformedPolicy, Policy, parse
from stackwright.iam.managed import managed
from stackwright.iam.request import Caller

ROLE: Final = "aws:iam/role:Role"
POLICY: Final = "aws:iam/policy:Policy"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"


def text(resource: Resource, *names: str) -> str:
    """The first of these properties that is a text, as the provider answered or the program gave it; else nothing."""
    for name in names:
        for bag in (resource.outputs, resource.inputs):
            value = reveal(bag.get(name))
            if isinstance(value, str) and value:
                return value
    return ""


def read(document: Any, name: str, urn: str) -> Policy:
    """A document; one that is malformed has no statement that anybody could know."""
    try:
        return parse(document, name, urn)
    except MalformedPolicy:
        return Policy(name, urn=urn, opaque=f"what {name} means, because it is no policy document")


@dataclass(frozen=True, slots=True)
class Role:
    """One role with everything that is attached to it."""

    resource: Resource
    policies: tuple[Policy, ...]
    boundary: Policy | None = None

    @property
    def arn(self) -> str:
        return text(self.resource, "arn")

    @property
    def name(self) -> str:
        return text(self.resource, "name")

    @property
    def caller(self) -> Caller:
        return Caller.role(self.arn)

    @property
    def services(self) -> tuple[str, ...]:
        """Services that its trust policy lets assume it."""
        trust = read(self.resource.inputs.get("assumeRolePolicy"), "trust policy", self.resource.urn)
        return tuple(name for s in trust if s.effect == "Allow" for kind, name in s.principals if kind == "Service")


class Roles:
    """The roles of one graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def __iter__(self) -> Iterator[Role]:
        return iter(self._by_arn.values())

    def of(self, arn: Any) -> Role | None:
        """The role with an ARN; None when the program does not make it."""
        return self._by_arn.get(arn) if isinstance(arn, str) else None

    @cached_property
    def _by_arn(self) -> Mapping[str, Role]:
        found = (self._role(resource) for resource in self._graph.of_type(ROLE))
        return {role.arn: role for role in found}

    def _role(self, resource: Resource) -> Role:
        names = {text(resource, "name"), text(resource, "arn"), str(resource.id)}
        policies = [*self._inline(resource, names), *self._attached(resource, names)]
        boundary = reveal(resource.inputs.get("permissionsBoundary"))
        return Role(resource, tuple(policies), self._policy(boundary) if boundary else None)

    def _inline(self, role: Resource, names: set[str]) -> Iterator[Policy]:
        for inline in _items(role.inputs.get("inlinePolicies")):
            if document := inline.get("policy"):
                yield read(document, f"the inline policy of {role.name}", role.urn)
        for resource in self._graph.of_type(ROLE_POLICY):
            if self._is_about(resource, resource.inputs.get("role"), role, names):
                yield read(resource.inputs.get("policy"), f"policy {resource.name}", resource.urn)

    def _attached(self, role: Resource, names: set[str]) -> Iterator[Policy]:
        yield from (self._policy(arn) for arn in _values(role.inputs.get("managedPolicyArns")))
        for resource in self._graph.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment"):
            if self._is_about(resource, resource.inputs.get("role"), role, names):
                yield self._policy(resource.inputs.get("policyArn"))
        for resource in self._graph.of_type("aws:iam/policyAttachment:PolicyAttachment"):
            if any(self._is_about(resource, r, role, names) for r in _values(resource.inputs.get("roles"))):
                yield self._policy(resource.inputs.get("policyArn"))
        for resource in self._graph.of_type("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"):
            if self._is_about(resource, resource.inputs.get("roleName"), role, names):
                yield from (self._policy(arn) for arn in _values(resource.inputs.get("policyArns")))

    def _is_about(self, resource: Resource, value: Any, role: Resource, names: set[str]) -> bool:
        """Whether an input means the role; one that is not known does when the role's outputs went into it."""
        plain = reveal(value)
        if plain is UNKNOWN:
            return role.urn in resource.dependencies
        return plain in names

    def _policy(self, arn: Any) -> Policy:
        plain = reveal(arn)
        if not isinstance(plain, str):
            return Policy("a policy", opaque="which policy is attached")
        if ":iam::aws:policy/" in plain:
            return managed(plain)
        resource = self._customer.get(plain)
        if resource is None:
            return Policy(f"policy {plain}", opaque=f"the contents of {plain}, which this program does not make")
        return read(resource.inputs.get("policy"), f"policy {resource.name}", resource.urn)

    @cached_property
    def _customer(self) -> Mapping[str, Resource]:
        return {text(r, "arn"): r for r in self._graph.of_type(POLICY)}


def _items(value: Any) -> Iterable[Mapping[str, Any]]:
    return [cast("Mapping[str, Any]", v) for v in _values(value) if isinstance(v, Mapping)]


def _values(value: Any) -> list[Any]:
    plain = reveal(value)
    if plain is UNKNOWN:
        return [plain]
    return cast("list[Any]", plain) if isinstance(plain, list) else []
