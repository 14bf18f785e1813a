"""What belongs to a table and is declared beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import pascal, present
from stackwright.provider.services.dynamodb import shapes

_GONE: Final = ("ResourceNotFoundException",)


class TableItem(Provisioner):
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html"""

    type = "dynamodb/tableItem:TableItem"
    replace_on = frozenset({"tableName", "hashKey", "rangeKey"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("dynamodb").put_item(
            TableName=new["tableName"],
            Item=shapes.item(json.loads(new["item"])),
            # An item that is there already belongs to somebody else.
            ConditionExpression="attribute_not_exists(#key)",
            ExpressionAttributeNames={"#key": new["hashKey"]},
        )
        return _item_created(new)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        db, item = aws.client("dynamodb"), shapes.item(json.loads(new["item"]))
        db.put_item(TableName=new["tableName"], Item=item)
        before = _key(old)
        if before != {name: item[name] for name in before}:
            db.delete_item(TableName=new["tableName"], Key=before)
        return _item_created(new).outputs

    def delete(self, aws: Aws, old: Resource) -> None:
        db = aws.client("dynamodb")
        ignoring(_GONE, lambda: db.delete_item(TableName=old.inputs["tableName"], Key=_key(old)))


def _key(old: Resource) -> dict[str, Any]:
    item = shapes.item(json.loads(old.inputs["item"]))
    names = (old.inputs["hashKey"], old.inputs.get("rangeKey"))
    return {name: item[name] for name in names if name}


def _item_created(new: Inputs) -> Created:
    item, hash_key, range_key = json.loads(new["item"]), new["hashKey"], new.get("rangeKey")
    values = [str(next(iter(item[name].values()))) for name in (hash_key, range_key) if name]
    parts = [new["tableName"], hash_key, values[0], *((range_key, values[1]) if range_key else ())]
    known = {"hashKeyValue": values[0], "rangeKeyValue": values[1] if range_key else ""}
    return Created("|".join(parts), known)


class ContributorInsights(Provisioner):
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContributorInsights.html"""

    type = "dynamodb/contributorInsights:ContributorInsights"
    replace_on = frozenset({"tableName", "indexName", "mode"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        index = new.get("indexName")
        aws.client("dynamodb").update_contributor_insights(
            TableName=new["tableName"],
            ContributorInsightsAction="ENABLE",
            **present(IndexName=index, ContributorInsightsMode=new.get("mode")),
        )
        table = new["tableName"].rsplit("/", 1)[-1]
        return Created(f"name:{table}/index:{index or ''}/{aws.account}")

    def delete(self, aws: Aws, old: Resource) -> None:
        what = present(TableName=old.inputs["tableName"], IndexName=old.inputs.get("indexName"))
        db = aws.client("dynamodb")
        ignoring(_GONE, lambda: db.update_contributor_insights(ContributorInsightsAction="DISABLE", **what))


class ResourcePolicy(Provisioner):
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html"""

    type = "dynamodb/resourcePolicy:ResourcePolicy"
    replace_on = frozenset({"resourceArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("dynamodb").put_resource_policy(
            ResourceArn=new["resourceArn"],
            Policy=new["policy"],
            **present(ConfirmRemoveSelfResourceAccess=new.get("confirmRemoveSelfResourceAccess")),
        )
        return Created(new["resourceArn"], {"revisionId": answer["RevisionId"]})

    def delete(self, aws: Aws, old: Resource) -> None:
        gone = (*_GONE, "PolicyNotFoundException")
        ignoring(gone, lambda: aws.client("dynamodb").delete_resource_policy(ResourceArn=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        answer = aws.client("dynamodb").get_resource_policy(ResourceArn=id_of(wanted))
        known = {"policy": answer["Policy"], "revisionId": answer["RevisionId"], "resourceArn": id_of(wanted)}
        return Created(outputs=known)


class KinesisStreamingDestination(Provisioner):
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_EnableKinesisStreamingDestination.html"""

    type = "dynamodb/kinesisStreamingDestination:KinesisStreamingDestination"
    replace_on = frozenset({"tableName", "streamArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        precision = new.get("approximateCreationDateTimePrecision")
        more = {"EnableKinesisStreamingConfiguration": _precision(precision)} if precision else {}
        table, stream = new["tableName"], new["streamArn"]
        aws.client("dynamodb").enable_kinesis_streaming_destination(TableName=table, StreamArn=stream, **more)
        return Created(f"{table},{stream}")

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("dynamodb").update_kinesis_streaming_destination(
            TableName=new["tableName"],
            StreamArn=new["streamArn"],
            UpdateKinesisStreamingConfiguration=_precision(new["approximateCreationDateTimePrecision"]),
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        table, stream = id_of(old).split(",")
        db = aws.client("dynamodb")
        ignoring(_GONE, lambda: db.disable_kinesis_streaming_destination(TableName=table, StreamArn=stream))


def _precision(given: str) -> dict[str, str]:
    return {"ApproximateCreationDateTimePrecision": given}


class GlobalSecondaryIndex(Provisioner):
    """An index declared beside its table."""

    type = "dynamodb/globalSecondaryIndex:GlobalSecondaryIndex"
    replace_on = frozenset({"tableName", "indexName", "keySchemas", "projection"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        table, index, keys = new["tableName"], new["indexName"], new["keySchemas"]
        projection = pascal(new.get("projection") or {"projectionType": "ALL"})
        create = {
            "IndexName": index,
            "KeySchema": shapes.key_schema({"keySchemas": keys}),
            "Projection": projection,
            **_throughput(new),
        }
        definitions = [{"AttributeName": k["attributeName"], "AttributeType": k["attributeType"]} for k in keys]
        aws.client("dynamodb").update_table(
            TableName=table,
            AttributeDefinitions=definitions,
            GlobalSecondaryIndexUpdates=[{"Create": create}],
        )
        return Created(f"{table},{index}")

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        change = {"Update": {"IndexName": new["indexName"], **_throughput(new)}}
        aws.client("dynamodb").update_table(TableName=new["tableName"], GlobalSecondaryIndexUpdates=[change])
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        table, index = id_of(old).split(",")
        change = {"Delete": {"IndexName": index}}
        db = aws.client("dynamodb")
        ignoring(_GONE, lambda: db.update_table(TableName=table, GlobalSecondaryIndexUpdates=[change]))


def _throughput(new: Inputs) -> dict[str, Any]:
    capacity = {"ReadCapacityUnits": "readCapacityUnits", "WriteCapacityUnits": "writeCapacityUnits"}
    given = new.get("provisionedThroughput")
    return present(
        ProvisionedThroughput={theirs: given.get(ours) for theirs, ours in capacity.items()} if given else None,
        OnDemandThroughput=shapes.on_demand(new.get("onDemandThroughput")),
        WarmThroughput=pascal(new.get("warmThroughput")),
    )


class Tag(Provisioner):
    """One tag of a table that somebody else manages."""

    type = "dynamodb/tag:Tag"
    replace_on = frozenset({"resourceArn", "key"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        tags = [{"Key": new["key"], "Value": new["value"]}]
        aws.client("dynamodb").tag_resource(ResourceArn=new["resourceArn"], Tags=tags)
        return Created(f"{new['resourceArn']},{new['key']}")

    def delete(self, aws: Aws, old: Resource) -> None:
        arn, key = id_of(old).rsplit(",", 1)
        ignoring(_GONE, lambda: aws.client("dynamodb").untag_resource(ResourceArn=arn, TagKeys=[key]))


PROVISIONERS: Final[tuple[type[Provisioner], ...]] = (
    ContributorInsights,
    GlobalSecondaryIndex,
    KinesisStreamingDestination,
    ResourcePolicy,
    TableItem,
    Tag,
)
