"""Tables. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, Client, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import changed_tags, present, tag_list
from stackwright.provider.services.dynamodb import replica, shapes
from stackwright.provider.services.dynamodb.lookups import described

Changes = dict[str, Any]


class Table(Provisioner):
    """Its id is its name. The emulator's tables are active as soon as they are made."""

    type = "dynamodb/table:Table"
    replace_on = frozenset(
        {
            "name",
            "hashKey",
            "rangeKey",
            "localSecondaryIndexes",
            "importTable",
            "restoreBackupArn",
            "restoreDateTime",
            "restoreSourceName",
            "restoreSourceTableArn",
            "restoreToLatestTime",
        }
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        db, name = aws.client("dynamodb"), new["name"]
        tags = aws.tags(new.get("tags"))
        if _restored(db, name, new):
            for group in shapes.settings(new).values():
                db.update_table(TableName=name, **group)
            if tags:
                db.tag_resource(ResourceArn=new.outputs["arn"], Tags=tag_list(tags))
            made = db.describe_table(TableName=name)["Table"]
        else:
            made = _create(db, name, new, tags)
        _expire(db, name, new.get("ttl"), None)
        _recover(db, name, new, None)
        copies = replica.change(aws, name, new.get("replicas") or [], [], tags)
        return Created(outputs={**_outputs(made), **present(replicas=copies)})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        db, name = aws.client("dynamodb"), id_of(old)
        changed: dict[str, Any] = {}
        for change in [*_setting_changes(new, old.inputs), *_index_changes(new, old.inputs)]:
            answer = db.update_table(TableName=name, **change)
            if "StreamSpecification" in change:
                changed.update(_outputs(answer["TableDescription"]))
        _expire(db, name, new.get("ttl"), old.inputs.get("ttl"))
        _recover(db, name, new, old.inputs.get("pointInTimeRecovery"))
        tags = aws.tags(new.get("tags"))
        copies = replica.change(aws, name, new.get("replicas") or [], old.inputs.get("replicas") or [], tags)
        set_tags, gone = changed_tags(aws, new, old)
        if gone:
            db.untag_resource(ResourceArn=old.outputs["arn"], TagKeys=gone)
        if set_tags:
            db.tag_resource(ResourceArn=old.outputs["arn"], Tags=tag_list(set_tags))
        return {**changed, **present(replicas=copies)}

    def delete(self, aws: Aws, old: Resource) -> None:
        db, name = aws.client("dynamodb"), id_of(old)
        ignoring(
            ("ResourceNotFoundException",),
            lambda: (
                replica.change(aws, name, [], old.inputs.get("replicas") or [], {}),
                db.delete_table(TableName=name),
            ),
        )

    def read(self, aws: Aws, wanted: Resource) -> Created:
        return Created(outputs=described(aws.client("dynamodb"), id_of(wanted)))


def _create(db: Client, name: str, new: Inputs, tags: Mapping[str, str]) -> dict[str, Any]:
    billing = shapes.billing_mode(new)
    groups: Changes = {}
    for group in shapes.settings(new).values():
        groups.update(group)
    indexes = [shapes.global_index(index, billing) for index in new.get("globalSecondaryIndexes") or []]
    local = [shapes.local_index(index, new["hashKey"]) for index in new.get("localSecondaryIndexes") or []]
    answer = db.create_table(
        TableName=name,
        AttributeDefinitions=shapes.attributes(new),
        KeySchema=shapes.key_schema(new),
        **groups,
        **present(
            GlobalSecondaryIndexes=indexes or None,
            LocalSecondaryIndexes=local or None,
            Tags=tag_list(tags) or None,
        ),
    )
    return answer["TableDescription"]


def _restored(db: Client, name: str, new: Inputs) -> bool:
    """Make the table from a backup or from another table's past, if it is to be."""
    backup = new.get("restoreBackupArn")
    if backup:
        db.restore_table_from_backup(TargetTableName=name, BackupArn=backup)
        return True
    source = present(SourceTableName=new.get("restoreSourceName"), SourceTableArn=new.get("restoreSourceTableArn"))
    if not source:
        return False
    when = present(UseLatestRestorableTime=new.get("restoreToLatestTime"), RestoreDateTime=new.get("restoreDateTime"))
    db.restore_table_to_point_in_time(TargetTableName=name, **source, **when)
    return True


def _setting_changes(new: Inputs, old: Mapping[str, Any]) -> Iterator[Changes]:
    before, after = shapes.settings(old), shapes.settings(new)
    for group in dict.fromkeys([*before, *after]):
        if before.get(group) == after.get(group):
            continue
        if group == "stream" and group in before and group in after:
            # DynamoDB does not change what a running stream shows.
            yield shapes.DEFAULTS[group]
        wanted = after.get(group) or shapes.DEFAULTS.get(group)
        if wanted is None:
            continue
        if group == "capacity" and shapes.billing_mode(new) != shapes.billing_mode(old):
            yield {**wanted, **_capacity_of_kept_indexes(new, old)}
        else:
            yield wanted


def _capacity_of_kept_indexes(new: Inputs, old: Mapping[str, Any]) -> Changes:
    """A table that becomes provisioned must be told the capacity of its indexes in the same call."""
    billing = shapes.billing_mode(new)
    kept = {index["name"] for index in old.get("globalSecondaryIndexes") or []}
    updates = [
        {"Update": {"IndexName": index["name"], **shapes.index_throughput(index, billing)}}
        for index in new.get("globalSecondaryIndexes") or []
        if index["name"] in kept
    ]
    return {"GlobalSecondaryIndexUpdates": updates} if updates and billing != shapes.ON_DEMAND else {}


def _index_changes(new: Inputs, old: Mapping[str, Any]) -> Iterator[Changes]:
    """DynamoDB creates or deletes one index per call, and changes only the throughput of one that stays."""
    billing, definitions = shapes.billing_mode(new), shapes.attributes(new)
    before = {i["name"]: shapes.global_index(i, billing) for i in old.get("globalSecondaryIndexes") or []}
    after = {i["name"]: shapes.global_index(i, billing) for i in new.get("globalSecondaryIndexes") or []}
    fixed = ("KeySchema", "Projection")
    made_anew = {n for n in before.keys() & after.keys() if any(before[n][k] != after[n][k] for k in fixed)}
    for name in before:
        if name not in after or name in made_anew:
            yield {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}]}
    for name, index in after.items():
        if name not in before or name in made_anew:
            create = {"GlobalSecondaryIndexUpdates": [{"Create": index}]}
            yield {"AttributeDefinitions": definitions, **create}
        elif index != before[name]:
            throughput = {k: v for k, v in index.items() if k not in fixed}
            yield {"GlobalSecondaryIndexUpdates": [{"Update": throughput}]}


def _expire(db: Client, name: str, ttl: Mapping[str, Any] | None, before: Mapping[str, Any] | None) -> None:
    enabled, was = bool(ttl and ttl.get("enabled")), bool(before and before.get("enabled"))
    attribute = ttl.get("attributeName") if ttl else None
    old_attribute = before.get("attributeName") if before else None
    # DynamoDB refuses a second attribute while items expire by the first.
    if was and (not enabled or attribute != old_attribute):
        _set_ttl(db, name, old_attribute, enabled=False)
    if enabled and not (was and attribute == old_attribute):
        _set_ttl(db, name, attribute, enabled=True)


def _set_ttl(db: Client, name: str, attribute: str | None, *, enabled: bool) -> None:
    specification = {"AttributeName": attribute, "Enabled": enabled}
    db.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)


def _recover(db: Client, name: str, new: Inputs, before: Mapping[str, Any] | None) -> None:
    wanted = new.get("pointInTimeRecovery") or {}
    if dict(wanted) == dict(before or {}):
        return
    specification = present(
        PointInTimeRecoveryEnabled=bool(wanted.get("enabled")), RecoveryPeriodInDays=wanted.get("recoveryPeriodInDays")
    )
    db.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=specification)


def _outputs(described_table: Mapping[str, Any]) -> dict[str, Any]:
    on = (described_table.get("StreamSpecification") or {}).get("StreamEnabled")
    return {
        "arn": described_table["TableArn"],
        "streamArn": described_table.get("LatestStreamArn", "") if on else "",
        "streamLabel": described_table.get("LatestStreamLabel", "") if on else "",
    }
