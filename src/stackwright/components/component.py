"""What all components have in common: an environment, names of inner resources, and `transform`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

import pulumi

from .environment import Environment
from .errors import ComponentError

Transform: TypeAlias = "Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]]"
"""Properties that replace those of an inner resource, or a function from its properties to new ones."""


class Component(pulumi.ComponentResource):
    """Base of all components.

    The constructor of a component reads as a list: validate, inner resources in order of dependency, `finish`. Inner
    resources are called `<name>-<role>` and are declared with `opts=self.inside()`. After the name all arguments are
    keywords. Numbers and names that AWS limits are plain values, not Outputs, so that they are checked before anything
    is registered.

    Args:
        kind: last part of the type, such as `Bucket`.
        name: name in the program.
        transform: changes to inner resources by role; the role of `files-bucket` in the component `files` is `bucket`.
        opts: `environment.opts`, or a parent that has an attribute `environment`.

    Attributes:
        label: the component's name in the program.
        environment: the environment it belongs to.
        declared: type, role and inputs of each inner resource, as they are after `transform`.

    Raises:
        ComponentError: the component has no environment, or `transform` names a role that does not exist.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        *,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.label = name
        self.environment = _environment_of(kind, name, opts)
        self._transforms: Mapping[str, Transform] = transform or {}
        self.declared: list[tuple[str, str, dict[str, Any]]] = []
        transformed = pulumi.ResourceOptions(transformations=[self._transform])
        super().__init__(f"stackwright:index:{kind}", name, None, pulumi.ResourceOptions.merge(opts, transformed))

    def inside(self, *, depends_on: Sequence[pulumi.Resource] = ()) -> pulumi.ResourceOptions:
        """Options of an inner resource."""
        return pulumi.ResourceOptions(parent=self, depends_on=list(depends_on))

    def finish(self, **outputs: pulumi.Input[Any]) -> None:
        """The last line of a constructor: check the transforms, register the outputs."""
        roles = {role for _, role, _ in self.declared}
        unknown = sorted(self._transforms.keys() - roles)
        if unknown:
            raise ComponentError(
                f"{self.label}: transform names {', '.join(unknown)}, which is no inner resource",
                fix=f"use one of {', '.join(sorted(roles))}",
            )
        self.register_outputs(outputs)

    def _transform(self, args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if not isinstance(args.resource, pulumi.CustomResource):
            return None
        role = args.name.removeprefix(f"{self.label}-")
        props = dict(cast("Mapping[str, Any]", args.props))
        transform = self._transforms.get(role)
        if transform is not None:
            props = {**props, **transform} if isinstance(transform, Mapping) else dict(transform(props))
        self.declared.append((args.type_, role, props))
        return pulumi.ResourceTransformationResult(props=props, opts=args.opts)


def _environment_of(kind: str, name: str, opts: pulumi.ResourceOptions | None) -> Environment:
    parent = opts.parent if opts is not None else None
    environment = getattr(parent, "environment", None)
    if not isinstance(environment, Environment):
        raise ComponentError(
            f"{kind} {name!r} belongs to no environment, so its resources would use the default provider",
            fix="pass opts=environment.opts, or a parent that has an attribute `environment`",
        )
    return environment
