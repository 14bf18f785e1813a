"""Provisioned capacity of a table, and what changes it as it is used."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pulumi
from pulumi_aws import appautoscaling, dynamodb

from . import limits
from .component import Component
from .errors import ComponentError


@dataclass(frozen=True, kw_only=True, slots=True)
class TableCapacity:
    """Units that a table has at least and at most; in between they follow its use.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html

    Args:
        read_units: read capacity units, 1..40,000; the least there are.
        write_units: write capacity units, 1..40,000; the least there are.
        most_read_units: read capacity units that there are at most.
        most_write_units: write capacity units that there are at most.
        target_percent: share of the capacity whose use is aimed at, 20..90 %.
    """

    read_units: int
    write_units: int
    most_read_units: int
    most_write_units: int
    target_percent: int = 70

    @property
    def opts(self) -> pulumi.ResourceOptions:
        """Options of the table: an update of the program leaves the capacity as scaling has set it."""
        return pulumi.ResourceOptions(ignore_changes=["readCapacity", "writeCapacity"])

    def check(self, table: str, indexes: Collection[str]) -> None:
        """Raise ComponentError unless AWS accepts it for a table with these indexes."""
        for name in ("read_units", "write_units", "most_read_units", "most_write_units"):
            limits.CAPACITY_UNITS.check(table, name, getattr(self, name))
        limits.SCALING_TARGET.check(table, "target_percent", self.target_percent)
        for kind in ("read_units", "write_units"):
            if getattr(self, kind) > getattr(self, f"most_{kind}"):
                raise ComponentError(
                    f"{table}: {kind} is {getattr(self, kind)}, and most_{kind} only {getattr(self, f'most_{kind}')}",
                    fix=f"let most_{kind} be at least {kind}",
                )
        if indexes:
            raise ComponentError(
                f"{table} has a capacity, and indexes without one of their own: {', '.join(sorted(indexes))}",
                fix="leave capacity out, so that table and indexes are on demand",
            )

    def scale(self, owner: Component, table: dynamodb.Table) -> None:
        """Declare the inner resources that scale a table."""
        self._scale(owner, table, "read", "Read", self.read_units, self.most_read_units)
        self._scale(owner, table, "write", "Write", self.write_units, self.most_write_units)

    def _scale(self, owner: Component, table: dynamodb.Table, role: str, kind: str, least: int, most: int) -> None:
        target = appautoscaling.Target(
            f"{owner.label}-{role}-capacity",
            service_namespace="dynamodb",
            resource_id=table.name.apply(lambda name: f"table/{name}"),
            scalable_dimension=f"dynamodb:table:{kind}CapacityUnits",
            min_capacity=least,
            max_capacity=most,
            opts=owner.inside(),
        )
        metric = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
            predefined_metric_type=f"DynamoDB{kind}CapacityUtilization"
        )
        appautoscaling.Policy(
            f"{owner.label}-{role}-scaling",
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            resource_id=target.resource_id,
            scalable_dimension=target.scalable_dimension,
            target_tracking_scaling_policy_configuration=appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
                target_value=self.target_percent, predefined_metric_specification=metric
            ),
            opts=owner.inside(),
        )
