"""Copies of a table in other regions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import changed_tags, present, tag_list

Replica = Mapping[str, Any]


def change(
    aws: Aws, table: str, wanted: list[Replica], before: list[Replica], tags: Mapping[str, str]
) -> list[dict[str, Any]] | None:
    """Make a table's replicas as wanted; their blocks with what AWS computed, or None where there are none."""
    db = aws.client("dynamodb")
    old = {one["regionName"]: one for one in before}
    new = {one["regionName"]: one for one in wanted}
    for region, one in old.items():
        if region not in new or one.get("kmsKeyArn") != new[region].get("kmsKeyArn"):
            db.update_table(TableName=table, ReplicaUpdates=[{"Delete": {"RegionName": region}}])
    for region, one in new.items():
        if region not in old or one.get("kmsKeyArn") != old[region].get("kmsKeyArn"):
            create = present(RegionName=region, KMSMasterKeyId=one.get("kmsKeyArn"))
            consistency = present(MultiRegionConsistency=_strong(one))
            db.update_table(TableName=table, ReplicaUpdates=[{"Create": create}], **consistency)
        _configure(aws, table, region, one, old.get(region, {}))
        if one.get("propagateTags") and tags:
            arn = _arn(aws, region, table)
            aws.client("dynamodb", region).tag_resource(ResourceArn=arn, Tags=tag_list(tags))
    return [{**one, **_computed(aws, table, region)} for region, one in new.items()] or None


class TableReplica(Provisioner):
    """A replica declared with a provider of its own region."""

    type = "dynamodb/tableReplica:TableReplica"
    replace_on = frozenset({"globalTableArn", "kmsKeyArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        _, _, _, main, _, rest = new["globalTableArn"].split(":", 5)
        table = rest.split("/")[1]
        create = present(
            RegionName=aws.region, KMSMasterKeyId=new.get("kmsKeyArn"), TableClassOverride=new.get("tableClassOverride")
        )
        aws.client("dynamodb", main).update_table(TableName=table, ReplicaUpdates=[{"Create": create}])
        _configure(aws, table, aws.region, new, {})
        tags = aws.tags(new.get("tags"))
        arn = _arn(aws, aws.region, table)
        if tags:
            aws.client("dynamodb").tag_resource(ResourceArn=arn, Tags=tag_list(tags))
        return Created(f"{table}:{main}", {"arn": arn})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        table, db = id_of(old).split(":")[0], aws.client("dynamodb")
        _configure(aws, table, aws.region, new, old.inputs)
        if new.get("tableClassOverride") != old.inputs.get("tableClassOverride"):
            db.update_table(TableName=table, TableClass=new.get("tableClassOverride", "STANDARD"))
        set_tags, gone = changed_tags(aws, new, old)
        if gone:
            db.untag_resource(ResourceArn=old.outputs["arn"], TagKeys=gone)
        if set_tags:
            db.tag_resource(ResourceArn=old.outputs["arn"], Tags=tag_list(set_tags))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        table, main = id_of(old).split(":")
        delete = {"Delete": {"RegionName": aws.region}}

        def remove() -> None:
            # Asked first, because a replica that is gone is refused as a mere validation error.
            aws.client("dynamodb").describe_table(TableName=table)
            aws.client("dynamodb", main).update_table(TableName=table, ReplicaUpdates=[delete])

        ignoring(("ResourceNotFoundException",), remove)


def _configure(aws: Aws, table: str, region: str, wanted: Replica, before: Replica) -> None:
    """Settings that each replica has for itself."""
    db = aws.client("dynamodb", region)
    recovery, protection = bool(wanted.get("pointInTimeRecovery")), bool(wanted.get("deletionProtectionEnabled"))
    if recovery != bool(before.get("pointInTimeRecovery")):
        specification = {"PointInTimeRecoveryEnabled": recovery}
        db.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=specification)
    if protection != bool(before.get("deletionProtectionEnabled")):
        db.update_table(TableName=table, DeletionProtectionEnabled=protection)


def _computed(aws: Aws, table: str, region: str) -> dict[str, Any]:
    found = aws.client("dynamodb", region).describe_table(TableName=table)["Table"]
    return {
        "arn": found["TableArn"],
        "streamArn": found.get("LatestStreamArn", ""),
        "streamLabel": found.get("LatestStreamLabel", ""),
    }


def _strong(one: Replica) -> str | None:
    return "STRONG" if one.get("consistencyMode") == "STRONG" else None


def _arn(aws: Aws, region: str, table: str) -> str:
    return f"arn:{aws.partition}:dynamodb:{region}:{aws.account}:table/{table}"
