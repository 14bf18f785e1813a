"""A DynamoDB table: keys and indexes, encrypted, recoverable, granted by action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NotRequired, TypeAlias, TypedDict

import pulumi
from pulumi_aws import dynamodb

from . import names
from .component import Component, ComponentArgs
from .errors import ComponentError
from .identity import Grantee, Linked
from .key import Key
from .policy import Statement

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
_WRITE: Final[tuple[TableAction, ...]] = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")


class IndexArgs(TypedDict):
    """A global secondary index with projection ALL."""

    hash_key: str
    """Partition key of the index."""
    range_key: NotRequired[str]
    """Sort key of the index."""


class TableArgs(ComponentArgs):
    """Arguments of a Table. It is on demand, with point-in-time recovery."""

    attributes: Mapping[str, AttributeType]
    """Every key attribute of the table and its indexes, and nothing else: DynamoDB refuses the rest."""
    hash_key: str
    """Partition key."""
    range_key: NotRequired[str]
    """Sort key."""
    indexes: NotRequired[Mapping[str, IndexArgs]]
    """Global secondary indexes by name."""
    ttl_attribute: NotRequired[str]
    """Attribute with the epoch second at which DynamoDB deletes the item."""
    key: NotRequired[Key | None]
    """Customer-managed key; AWS-owned encryption without."""
    deletion_protection: NotRequired[bool]
    """Whether DynamoDB refuses to delete the table; default True."""
    contributor_insights: NotRequired[bool]
    """Whether CloudWatch reports the most used keys of the table and of each index; default False."""


class Table(Component):
    """A table and, when asked for, its contributor insights.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html
    """

    table_name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(self, name: str, args: TableArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check_attributes(name, args)
        super().__init__("Table", name, args, opts)

        self.key = args.get("key")
        self.indexes = args.get("indexes", {})
        self.table = dynamodb.Table(
            f"{name}-table",
            name=self.environment.physical_name(name, names.TABLE),
            billing_mode="PAY_PER_REQUEST",
            attributes=[dynamodb.TableAttributeArgs(name=n, type=t) for n, t in sorted(args["attributes"].items())],
            hash_key=args["hash_key"],
            range_key=args.get("range_key"),
            global_secondary_indexes=[_index(n, i) for n, i in self.indexes.items()] or None,
            ttl=_ttl(args.get("ttl_attribute")),
            point_in_time_recovery=dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
            server_side_encryption=_encryption(self.key),
            deletion_protection_enabled=args.get("deletion_protection", True),
            opts=self.inside(),
        )
        if args.get("contributor_insights", False):
            self._report_most_used_keys()
        self.table_name = self.table.name
        self.arn = self.table.arn
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

    def _allow(self, grantee: Grantee, arn: pulumi.Input[str], actions: Sequence[str]) -> None:
        grantee.identity.allow(Statement(actions, [arn]))
        self.environment.connect(grantee.label, self.label, *actions)
        if self.key is not None:
            self.key.grant(grantee, "kms:Decrypt", via="dynamodb")


def _check_attributes(name: str, args: TableArgs) -> None:
    used = {args["hash_key"], args.get("range_key")}
    for index in args.get("indexes", {}).values():
        used |= {index["hash_key"], index.get("range_key")}
    used.discard(None)
    declared = set(args["attributes"])
    if declared != used:
        surplus, missing = sorted(declared - used), sorted(str(u) for u in used - declared)
        found = [f"{', '.join(surplus)} is no key"] * bool(surplus) + [f"{', '.join(missing)} is missing"] * bool(
            missing
        )
        raise ComponentError(
            f"{name}: {' and '.join(found)} in attributes",
            fix="list the key attributes of the table and its indexes; other attributes need no declaration",
        )


def _index(name: str, index: IndexArgs) -> dynamodb.TableGlobalSecondaryIndexArgs:
    keys = [("HASH", index["hash_key"])]
    if "range_key" in index:
        keys.append(("RANGE", index["range_key"]))
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
