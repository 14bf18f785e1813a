"""A DynamoDB table: keys and indexes, encrypted, recoverable, granted by action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import pulumi
from pulumi_aws import dynamodb

from . import names
from .component import Component, Transform
from .errors import ComponentError, expect
from .identity import Grantee, Linked
from .key import Key
from .policy import Statement, on_all_resources
from .table_capacity import TableCapacity

AttributeType: TypeAlias = Literal["S", "N", "B"]
TableAction: TypeAlias = Literal[
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
]
_READ: Final[tuple[TableAction, ...]] = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.Lambda.Tutorial.html
_STREAM: Final = (
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
)
_WRITE: Final[tuple[TableAction, ...]] = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")


@dataclass(frozen=True, kw_only=True, slots=True)
class GlobalSecondaryIndex:
    """A global secondary index with projection ALL.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html

    Args:
        hash_key: partition key of the index.
        range_key: sort key of the index.
    """

    hash_key: str
    range_key: str | None = None


class Table(Component):
    """A table, on demand or with a capacity, with point-in-time recovery and, when asked for, contributor insights.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html

    Args:
        attributes: type of every key attribute of the table and its indexes, and of nothing else: DynamoDB refuses the
            rest.
        hash_key: partition key.
        range_key: sort key.
        indexes: global secondary indexes by name.
        capacity: read and write units, between which it scales by itself; on demand without.
        stream: whether a stream tells of every change, with the item before and after it, for 24 hours.
        ttl_attribute: attribute with the epoch second at which DynamoDB deletes the item.
        key: customer-managed key; AWS-owned encryption without.
        deletion_protection: whether DynamoDB refuses to delete the table.
        contributor_insights: whether CloudWatch reports the most used keys of the table and of each index.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: the attributes are not those of the keys, or a capacity is out of its range or stands beside
            indexes, which would need one of their own.
    """

    table_name: pulumi.Output[str]
    arn: pulumi.Output[str]
    stream_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        attributes: Mapping[str, AttributeType],
        hash_key: str,
        range_key: str | None = None,
        indexes: Mapping[str, GlobalSecondaryIndex] | None = None,
        capacity: TableCapacity | None = None,
        stream: bool = False,
        ttl_attribute: str | None = None,
        key: Key | None = None,
        deletion_protection: bool = True,
        contributor_insights: bool = False,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.indexes: Mapping[str, GlobalSecondaryIndex] = indexes or {}
        for index_name, index in self.indexes.items():
            expect(f"{name}: index {index_name}", index, GlobalSecondaryIndex)
        _check_attributes(name, attributes, [(hash_key, range_key), *map(_keys, self.indexes.values())])
        if capacity is not None:
            expect(f"{name}: capacity", capacity, TableCapacity)
            capacity.check(name, self.indexes)
        super().__init__("Table", name, transform=transform, opts=opts)

        self.key = key
        self.has_stream = stream
        self._receives = ""
        self.table = dynamodb.Table(
            f"{name}-table",
            name=self.environment.physical_name(name, names.TABLE),
            billing_mode="PROVISIONED" if capacity is not None else "PAY_PER_REQUEST",
            read_capacity=capacity.read_units if capacity is not None else None,
            write_capacity=capacity.write_units if capacity is not None else None,
            attributes=[dynamodb.TableAttributeArgs(name=n, type=t) for n, t in sorted(attributes.items())],
            hash_key=hash_key,
            range_key=range_key,
            global_secondary_indexes=[_index(n, i) for n, i in self.indexes.items()] or None,
            ttl=_ttl(ttl_attribute),
            point_in_time_recovery=dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
            server_side_encryption=_encryption(self.key),
            deletion_protection_enabled=deletion_protection,
            stream_enabled=True if stream else None,
            # Both images: what a change was can be told, and a copy can be kept.
            stream_view_type="NEW_AND_OLD_IMAGES" if stream else None,
            opts=pulumi.ResourceOptions.merge(self.inside(), capacity.opts if capacity is not None else None),
        )
        if capacity is not None:
            capacity.scale(self, self.table)
        if contributor_insights:
            self._report_most_used_keys()
        self.table_name = self.table.name
        self.arn = self.table.arn
        self.stream_arn = self.table.stream_arn
        self.finish(table_name=self.table_name, arn=self.arn)

    def _report_most_used_keys(self) -> None:
        dynamodb.ContributorInsights(f"{self.label}-insights", table_name=self.table.name, opts=self.inside())
        for index in self.indexes:
            # The insights of a table say nothing of its indexes.
            dynamodb.ContributorInsights(
                f"{self.label}-{index}-insights",
                table_name=self.table.name,
                index_name=index,
                opts=self.inside(),
            )

    def grant(self, grantee: Grantee, *actions: TableAction) -> None:
        """Let a role do these actions to the items of the table, and use its key."""
        self._allow(grantee, self.arn, actions)

    def link(
        self,
        function: Linked,
        variable: str,
        *actions: TableAction,
        indexes: Mapping[str, Sequence[TableAction]] | None = None,
    ) -> None:
        """Tell a function the table's name, and let it do these actions.

        Args:
            variable: environment variable of the function.
            actions: on the table's items.
            indexes: by index, actions on it; none for `dynamodb:Query`.

        Raises:
            ComponentError: no action is named, or the variable is set to something else.
        """
        if not actions and not indexes:
            raise ComponentError(
                f"{function.label} is linked to {self.label} without an action", fix="name what it does"
            )
        function.variables.set(variable, self.table_name)
        if actions:
            self.grant(function, *actions)
        for index, wanted in (indexes or {}).items():
            self.grant_index(function, index, *wanted)

    def grant_index(self, grantee: Grantee, index: str, *actions: TableAction) -> None:
        """Let a role read one index: `dynamodb:Query` unless other actions are named.

        Raises:
            ComponentError: the table has no such index.
        """
        if index not in self.indexes:
            raise ComponentError(
                f"{self.label} has no index {index!r}", fix=f"use one of {', '.join(self.indexes) or '(it has none)'}"
            )
        self._allow(grantee, pulumi.Output.concat(self.arn, f"/index/{index}"), actions or ("dynamodb:Query",))

    def grant_read(self, grantee: Grantee) -> None:
        """Let a role read items by key and query. Scan is not part of it."""
        self.grant(grantee, *_READ)

    def grant_write(self, grantee: Grantee) -> None:
        """Let a role put, update and delete single items."""
        self.grant(grantee, *_WRITE)

    def grant_stream(self, grantee: Grantee) -> None:
        """Let a role read the stream, as an event source mapping does with that of its function.

        Raises:
            ComponentError: the table has no stream.
        """
        if not self.has_stream:
            raise ComponentError(f"{self.label} has no stream", fix="set stream=True")
        self._allow(grantee, self.stream_arn, _STREAM)
        # Lambda refuses the mapping without it.
        grantee.identity.document.add(on_all_resources("dynamodb:ListStreams"))

    def receive(self, writer: str) -> None:
        """Note that the table is a copy, which a role of another account keeps."""
        self._receives = writer

    @property
    def received_by(self) -> str:
        """Name of the role that keeps the table as a copy; empty if it is none."""
        return self._receives

    def _allow(self, grantee: Grantee, arn: pulumi.Input[str], actions: Sequence[str]) -> None:
        grantee.identity.allow(Statement(actions, [arn]))
        self.environment.connect(grantee.label, self.label, *actions)
        if self.key is not None:
            self.key.grant(grantee, "kms:Decrypt", via="dynamodb")


def _keys(index: GlobalSecondaryIndex) -> tuple[str, str | None]:
    return index.hash_key, index.range_key


def _check_attributes(name: str, attributes: Iterable[str], keys: Iterable[tuple[str, str | None]]) -> None:
    declared, used = set(attributes), {part for pair in keys for part in pair if part is not None}
    if declared != used:
        surplus, missing = sorted(declared - used), sorted(used - declared)
        found = [f"{', '.join(surplus)} is no key"] * bool(surplus) + [f"{', '.join(missing)} is missing"] * bool(
            missing
        )
        raise ComponentError(
            f"{name}: {' and '.join(found)} in attributes",
            fix="list the key attributes of the table and its indexes; other attributes need no declaration",
        )


def _index(name: str, index: GlobalSecondaryIndex) -> dynamodb.TableGlobalSecondaryIndexArgs:
    keys = [("HASH", index.hash_key)]
    if index.range_key is not None:
        keys.append(("RANGE", index.range_key))
    return dynamodb.TableGlobalSecondaryIndexArgs(
        name=name,
        projection_type="ALL",
        key_schemas=[
            dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(key_type=kind, attribute_name=attribute)
            for kind, attribute in keys
        ],
    )


def _ttl(attribute: str | None) -> dynamodb.TableTtlArgs | None:
    return dynamodb.TableTtlArgs(enabled=True, attribute_name=attribute) if attribute is not None else None


def _encryption(key: Key | None) -> dynamodb.TableServerSideEncryptionArgs | None:
    return dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=key.arn) if key is not None else None
