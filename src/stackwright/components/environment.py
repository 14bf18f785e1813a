"""One environment: the provider that every resource uses, names, tags, and the list of who may do what to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pulumi
import pulumi_aws as aws

from .config import EnvironmentConfig
from .names import physical_name


@dataclass(frozen=True, slots=True)
class Edge:
    """One stated connection between two components.

    Attributes:
        source: name of the component that acts.
        target: name of the component acted upon.
        actions: IAM actions, or the AWS term for a delivery such as `lambda:InvokeFunction`.
    """

    source: str
    target: str
    actions: tuple[str, ...]


class Environment(pulumi.ComponentResource):
    """Parent of all components of one environment; they inherit its provider, names and tags.

    Give it to a component with `opts=environment.opts`. A program may have several environments side by side, each
    with a name and a provider of its own: `apart` keeps the resources of one from those of the others.

    Args:
        project: first part of every physical name, and the tag Project.
        environment: name of the environment such as `dev`; last part of every physical name, and the tag Environment.
        region: AWS region of every resource.
        tags: tags of every taggable resource, besides Environment, Project and ManagedBy.
        expected_account_id: twelve digits; the provider refuses to work in any other account.
        deploy_role_arn: role that the provider assumes.
        deploy_external_id: external id for assuming the role.
        deploy_session_name: name of the session, in place of `pulumi-<environment>-deployment`.
        apart: whether the URNs of the environment's resources name it, as those of the second in a program must.
    """

    region: str
    provider: aws.Provider

    def __init__(
        self,
        name: str,
        *,
        project: str,
        environment: str,
        region: str,
        tags: Mapping[str, str] | None = None,
        expected_account_id: str | None = None,
        deploy_role_arn: str | None = None,
        deploy_external_id: str | None = None,
        deploy_session_name: str | None = None,
        apart: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.label = name
        self.project = project
        self.name = environment
        self.region = region
        self.environment = self
        self.expected_account_id = expected_account_id
        self._edges: list[Edge] = []
        self._arns: dict[tuple[str, str], pulumi.Output[str]] = {}
        self.tags = {
            **(tags or {}),
            "Environment": self.name,
            "Project": self.project,
            "ManagedBy": "Pulumi",
        }
        session = aws.ProviderAssumeRoleArgs(
            role_arn=deploy_role_arn,
            session_name=deploy_session_name or f"pulumi-{self.name}-deployment",
            external_id=deploy_external_id,
        )
        self.provider = aws.Provider(
            f"{name}-provider",
            region=self.region,
            default_tags=aws.ProviderDefaultTagsArgs(tags=self.tags),
            allowed_account_ids=[expected_account_id] if expected_account_id else None,
            assume_roles=[session] if deploy_role_arn else None,
        )
        providers = pulumi.ResourceOptions(providers=[self.provider])
        # A resource's URN holds the types of its parents, not their names.
        module = self.name if apart else "index"
        super().__init__(f"stackwright:{module}:Environment", name, None, pulumi.ResourceOptions.merge(opts, providers))
        self.register_outputs({"edges": pulumi.Output.from_input(None).apply(lambda _: self._edges_as_data())})

    @staticmethod
    def from_config(
        config: EnvironmentConfig,
        project: str | None = None,
        *,
        apart: bool = False,
        tags: Mapping[str, str] | None = None,
    ) -> Environment:
        """The environment that a loaded config describes.

        Args:
            project: the Pulumi project's name unless given.
            apart: see the class; the environment's name in the program is then `<project>-<environment>`.
            tags: more of them.
        """
        project = project if project is not None else pulumi.get_project()
        return Environment(
            f"{project}-{config.environment}" if apart else project,
            project=project,
            environment=config.environment,
            region=config.primary_region,
            tags={
                **(tags or {}),
                "Application": project if config.application is None else config.application,
                "Team": config.team,
                "CostCenter": config.cost_center,
            },
            expected_account_id=config.expected_account_id,
            deploy_role_arn=config.deploy_role_arn,
            deploy_external_id=config.deploy_external_id,
            deploy_session_name=config.deploy_session_name,
            apart=apart,
        )

    @property
    def opts(self) -> pulumi.ResourceOptions:
        """Options that put a component into this environment."""
        return pulumi.ResourceOptions(parent=self)

    @cached_property
    def account_id(self) -> pulumi.Output[str]:
        """Account that the provider works in."""
        identity = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=self.provider))
        return identity.account_id

    @cached_property
    def partition(self) -> pulumi.Output[str]:
        """`aws`, `aws-cn` or `aws-us-gov`."""
        partition = aws.get_partition_output(opts=pulumi.InvokeOutputOptions(provider=self.provider))
        return partition.partition

    def arn(self, service: str, resource: str) -> pulumi.Output[str]:
        """The ARN of a resource of this account and region whose name is known beforehand.

        Policies that the resource itself waits for use it, where the resource's own output would be a circle. The same
        ARN is the same Output, so that a statement which is there already is recognised.
        """
        name = f":{service}:{self.region}:", resource
        if name not in self._arns:
            self._arns[name] = pulumi.Output.concat("arn:", self.partition, name[0], self.account_id, ":", resource)
        return self._arns[name]

    def physical_name(self, name: str, limit: int, *, globally_unique: bool = False, suffix: str = "") -> str:
        """`{project}-{name}-{environment}`; a globally unique one also has the region without dashes.

        Args:
            name: name of the component.
            limit: most characters that the service accepts; a longer name is cut and gets a short hash.
            globally_unique: the name is shared with other regions, as a role's is, or accounts, as a bucket's is.
            suffix: further part at the end.
        """
        region = self.region.replace("-", "") if globally_unique else ""
        return physical_name(self.project, name, self.name, region, suffix, limit=limit)

    def connect(self, source: str, target: str, *actions: str) -> None:
        """Note that `source` may do `actions` to `target`."""
        edge = Edge(source, target, actions)
        if edge not in self._edges:
            self._edges.append(edge)

    @property
    def edges(self) -> tuple[Edge, ...]:
        """All connections stated so far, in the order of the program."""
        return tuple(self._edges)

    def _edges_as_data(self) -> list[dict[str, object]]:
        return [{"source": e.source, "target": e.target, "actions": list(e.actions)} for e in self._edges]
