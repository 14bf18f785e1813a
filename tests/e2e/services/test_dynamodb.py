"""Tables and what belongs to them, seen through boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stackwright.errors import ResourceError
from stackwright.provider.aws import Aws
from stackwright.provider.services.dynamodb import FUNCTIONS, PROVISIONERS

pytestmark = pytest.mark.e2e

TABLE = "dynamodb/table:Table"
KEYS: dict[str, Any] = {
    "hashKey": "id",
    "attributes": [{"name": "id", "type": "S"}],
    "billingMode": "PAY_PER_REQUEST",
}
WITH_STATUS = [{"name": "id", "type": "S"}, {"name": "status", "type": "S"}, {"name": "at", "type": "N"}]


def found(aws: Any, name: str) -> dict[str, Any]:
    return aws.client("dynamodb").describe_table(TableName=name)["Table"]


def indexes(aws: Any, name: str) -> dict[str, Any]:
    return {index["IndexName"]: index for index in found(aws, name).get("GlobalSecondaryIndexes", [])}


def test_table_with_everything(aws: Any) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    made = aws.create(
        TABLE,
        "files",
        **KEYS,
        streamEnabled=True,
        streamViewType="NEW_IMAGE",
        ttl={"attributeName": "ttl", "enabled": True},
        pointInTimeRecovery={"enabled": True},
        serverSideEncryption={"enabled": True, "kmsKeyArn": key},
        tableClass="STANDARD_INFREQUENT_ACCESS",
        onDemandThroughput={"maxReadRequestUnits": 10},
        deletionProtectionEnabled=False,
        tags={"Team": "a"},
    )
    table, db = found(aws, made.id), aws.client("dynamodb")
    assert made.simulated == {}
    assert made.id == made.outputs["name"] == table["TableName"]
    assert made.outputs["arn"] == table["TableArn"]
    assert made.outputs["streamArn"] == table["LatestStreamArn"]
    assert made.outputs["streamLabel"] == table["LatestStreamLabel"]
    assert table["SSEDescription"]["KMSMasterKeyArn"] == key
    assert table["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert table["OnDemandThroughput"]["MaxReadRequestUnits"] == 10
    assert db.describe_time_to_live(TableName=made.id)["TimeToLiveDescription"]["AttributeName"] == "ttl"
    assert db.list_tags_of_resource(ResourceArn=made.outputs["arn"])["Tags"] == [{"Key": "Team", "Value": "a"}]
    backups = db.describe_continuous_backups(TableName=made.id)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_indexes_in_both_spellings_answer_queries(aws: Any) -> None:
    old = {"name": "by-status", "hashKey": "status", "rangeKey": "at", "projectionType": "ALL"}
    schema = [{"attributeName": "at", "keyType": "HASH"}, {"attributeName": "status", "keyType": "RANGE"}]
    new = {"name": "by-time", "keySchemas": schema, "projectionType": "INCLUDE", "nonKeyAttributes": ["extra"]}
    local = {"name": "local", "rangeKey": "at", "projectionType": "KEYS_ONLY"}
    made = aws.create(
        TABLE,
        "indexed",
        **{**KEYS, "attributes": WITH_STATUS},
        rangeKey="status",
        globalSecondaryIndexes=[old, new],
        localSecondaryIndexes=[local],
    )
    db = aws.client("dynamodb")
    item = {"id": {"S": "1"}, "status": {"S": "new"}, "at": {"N": "5"}, "extra": {"S": "x"}, "more": {"S": "y"}}
    db.put_item(TableName=made.id, Item=item)

    def query(index: str, key: str, value: dict[str, str]) -> list[dict[str, Any]]:
        return db.query(
            TableName=made.id,
            IndexName=index,
            KeyConditionExpression="#k = :v",
            ExpressionAttributeNames={"#k": key},
            ExpressionAttributeValues={":v": value},
        )["Items"]

    assert query("by-status", "status", {"S": "new"}) == [item]
    assert query("by-time", "at", {"N": "5"}) == [{k: v for k, v in item.items() if k != "more"}]
    assert query("local", "id", {"S": "1"}) == [{k: item[k] for k in ("id", "status", "at")}]


def test_provisioned_capacity_is_needed_and_kept(aws: Any) -> None:
    keys = {**KEYS, "billingMode": "PROVISIONED"}
    with pytest.raises(ResourceError, match="ReadCapacityUnits is 0, and must be at least 1"):
        aws.create(TABLE, "none", **keys)
    made = aws.create(TABLE, "some", **keys, readCapacity=3, writeCapacity=2)
    capacity = found(aws, made.id)["ProvisionedThroughput"]
    assert (capacity["ReadCapacityUnits"], capacity["WriteCapacityUnits"]) == (3, 2)


def test_updates_in_place(aws: Any) -> None:
    capacity = {"readCapacity": 2, "writeCapacity": 2}
    index = {"name": "by-status", "hashKey": "status", "projectionType": "ALL", **capacity}
    made = aws.create(TABLE, "t", **KEYS, tags={"a": "1", "b": "2"}, deletionProtectionEnabled=True)
    db = aws.client("dynamodb")

    with_index = {**KEYS, "attributes": WITH_STATUS[:2], "globalSecondaryIndexes": [index]}
    made = aws.update(made, **with_index, streamEnabled=True, streamViewType="KEYS_ONLY", tags={"a": "3"})
    assert made.simulated == {}
    assert list(indexes(aws, made.id)) == ["by-status"]
    assert made.outputs["streamArn"] == found(aws, made.id)["LatestStreamArn"]
    assert found(aws, made.id)["DeletionProtectionEnabled"] is False
    assert db.list_tags_of_resource(ResourceArn=made.outputs["arn"])["Tags"] == [{"Key": "a", "Value": "3"}]

    first_stream = made.outputs["streamArn"]
    made = aws.update(made, **with_index, streamEnabled=True, streamViewType="NEW_IMAGE", tags={"a": "3"})
    assert made.outputs["streamArn"] == found(aws, made.id)["LatestStreamArn"] != first_stream
    assert found(aws, made.id)["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"

    provisioned = {**with_index, "billingMode": "PROVISIONED"}
    made = aws.update(made, **provisioned, readCapacity=4, writeCapacity=4)
    assert indexes(aws, made.id)["by-status"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 2
    assert made.outputs["streamArn"] == ""

    made = aws.update(
        made,
        **{**provisioned, "globalSecondaryIndexes": [{**index, "readCapacity": 6}]},
        readCapacity=9,
        writeCapacity=4,
    )
    assert indexes(aws, made.id)["by-status"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 6

    made = aws.update(made, **KEYS)
    assert indexes(aws, made.id) == {}
    assert found(aws, made.id)["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_expiry_and_recovery_are_switched(aws: Any) -> None:
    made = aws.create(TABLE, "t", **KEYS, ttl={"attributeName": "a", "enabled": True})
    db = aws.client("dynamodb")
    expiry = lambda: db.describe_time_to_live(TableName=made.id)["TimeToLiveDescription"]  # noqa: E731
    made = aws.update(made, **KEYS, ttl={"attributeName": "b", "enabled": True}, pointInTimeRecovery={"enabled": True})
    assert (expiry()["AttributeName"], expiry()["TimeToLiveStatus"]) == ("b", "ENABLED")
    made = aws.update(made, **KEYS)
    assert expiry()["TimeToLiveStatus"] == "DISABLED"
    backups = db.describe_continuous_backups(TableName=made.id)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"


def test_replicas_hold_the_same_items(aws: Any) -> None:
    replica = {"regionName": "eu-west-1", "pointInTimeRecovery": True, "propagateTags": True}
    stream = {"streamEnabled": True, "streamViewType": "NEW_AND_OLD_IMAGES"}
    made = aws.create(TABLE, "t", **KEYS, **stream, replicas=[replica], tags={"a": "b"})
    there = aws.endpoint.client("dynamodb", "eu-west-1")
    assert made.outputs["replicas"][0]["arn"] == made.outputs["arn"].replace("us-east-1", "eu-west-1")
    aws.client("dynamodb").put_item(TableName=made.id, Item={"id": {"S": "1"}})
    assert there.get_item(TableName=made.id, Key={"id": {"S": "1"}})["Item"] == {"id": {"S": "1"}}
    arn = made.outputs["replicas"][0]["arn"]
    assert there.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
    made = aws.update(made, **KEYS, **stream)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        there.describe_table(TableName=made.id)


def test_replica_as_a_resource(aws: Any) -> None:
    table = aws.create(TABLE, "t", **KEYS, streamEnabled=True, streamViewType="NEW_AND_OLD_IMAGES")
    aws.config["region"] = "eu-central-1"
    arn = table.outputs["arn"]
    made = aws.create("dynamodb/tableReplica:TableReplica", "copy", globalTableArn=arn, pointInTimeRecovery=True)
    assert made.id == f"{table.id}:us-east-1"
    assert made.outputs["arn"] == arn.replace("us-east-1", "eu-central-1")
    there = aws.endpoint.client("dynamodb", "eu-central-1")
    assert there.describe_table(TableName=table.id)["Table"]["TableArn"] == made.outputs["arn"]
    made = aws.update(made, globalTableArn=arn, tags={"a": "b"})
    assert made.simulated == {}
    aws.delete(made)
    aws.delete(made)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        there.describe_table(TableName=table.id)


def test_restore_from_a_point_in_time(aws: Any) -> None:
    source = aws.create(TABLE, "source", **KEYS, pointInTimeRecovery={"enabled": True})
    db = aws.client("dynamodb")
    db.put_item(TableName=source.id, Item={"id": {"S": "1"}})
    made = aws.create(TABLE, "copy", restoreSourceName=source.id, restoreToLatestTime=True, tags={"a": "b"}, **KEYS)
    assert db.get_item(TableName=made.id, Key={"id": {"S": "1"}})["Item"] == {"id": {"S": "1"}}
    assert db.list_tags_of_resource(ResourceArn=made.outputs["arn"])["Tags"] == [{"Key": "a", "Value": "b"}]


def test_deletion_protection_holds_and_a_second_delete_is_fine(aws: Any) -> None:
    made = aws.create(TABLE, "t", **KEYS, deletionProtectionEnabled=True)
    with pytest.raises(ResourceError, match="protect"):
        aws.delete(made)
    made = aws.update(made, **KEYS)
    aws.delete(made)
    aws.delete(made)


@pytest.fixture
def table(aws: Any) -> Any:
    return aws.create(TABLE, "t", **KEYS)


def test_item(aws: Any, table: Any) -> None:
    db, kind = aws.client("dynamodb"), "dynamodb/tableItem:TableItem"
    inputs = {"tableName": table.id, "hashKey": "id"}
    text = json.dumps({"id": {"S": "1"}, "raw": {"B": "AQI="}, "deep": {"M": {"n": {"N": "5"}}}})
    made = aws.create(kind, "one", **inputs, item=text)
    get = lambda key: db.get_item(TableName=table.id, Key={"id": {"S": key}}).get("Item")  # noqa: E731
    assert get("1") == {"id": {"S": "1"}, "raw": {"B": b"\x01\x02"}, "deep": {"M": {"n": {"N": "5"}}}}
    assert (made.id, made.outputs["hashKeyValue"]) == (f"{table.id}|id|1", "1")
    with pytest.raises(ResourceError, match="ConditionalCheckFailed"):
        aws.create(kind, "twin", **inputs, item=text)
    made = aws.update(made, **inputs, item=json.dumps({"id": {"S": "2"}}))
    assert (get("1"), get("2")) == (None, {"id": {"S": "2"}})
    aws.delete(made)
    aws.delete(made)
    assert get("2") is None


def test_contributor_insights(aws: Any, table: Any) -> None:
    made = aws.create("dynamodb/contributorInsights:ContributorInsights", "i", tableName=table.id)
    status = lambda: aws.client("dynamodb").describe_contributor_insights(TableName=table.id)  # noqa: E731
    assert made.id == f"name:{table.id}/index:/{aws.endpoint.account}"
    assert status()["ContributorInsightsStatus"] in ("ENABLING", "ENABLED")
    aws.delete(made)
    aws.delete(made)
    assert status()["ContributorInsightsStatus"] in ("DISABLING", "DISABLED")


def test_resource_policy(aws: Any, table: Any) -> None:
    arn, db = table.outputs["arn"], aws.client("dynamodb")
    allow = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{aws.endpoint.account}:root"},
        "Action": "dynamodb:GetItem",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    made = aws.create("dynamodb/resourcePolicy:ResourcePolicy", "p", resourceArn=arn, policy=policy)
    assert json.loads(db.get_resource_policy(ResourceArn=arn)["Policy"])["Statement"] == [allow]
    assert aws.read("dynamodb/resourcePolicy:ResourcePolicy", arn).outputs["revisionId"] == made.outputs["revisionId"]
    aws.delete(made)
    aws.delete(made)
    with pytest.raises(ClientError, match="PolicyNotFound"):
        db.get_resource_policy(ResourceArn=arn)


def test_index_as_a_resource(aws: Any, table: Any) -> None:
    keys = [{"attributeName": "status", "attributeType": "S", "keyType": "HASH"}]
    kind = "dynamodb/globalSecondaryIndex:GlobalSecondaryIndex"
    inputs = {"tableName": table.id, "indexName": "extra", "keySchemas": keys}
    made = aws.create(kind, "extra", **inputs)
    assert made.outputs["arn"] == indexes(aws, table.id)["extra"]["IndexArn"]
    made = aws.update(made, **inputs, onDemandThroughput={"maxReadRequestUnits": 7})
    assert made.simulated == {}
    aws.delete(made)
    assert indexes(aws, table.id) == {}


def test_changes_flow_into_a_kinesis_stream(aws: Any, table: Any) -> None:
    kinesis = aws.client("kinesis")
    kinesis.create_stream(StreamName=table.id, ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName=table.id)["StreamDescriptionSummary"]["StreamARN"]
    kind = "dynamodb/kinesisStreamingDestination:KinesisStreamingDestination"
    made = aws.create(kind, "d", tableName=table.id, streamArn=arn)
    aws.client("dynamodb").put_item(TableName=table.id, Item={"id": {"S": "1"}})
    shard = kinesis.list_shards(StreamName=table.id)["Shards"][0]["ShardId"]
    start = kinesis.get_shard_iterator(StreamName=table.id, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    record = json.loads(kinesis.get_records(ShardIterator=start["ShardIterator"])["Records"][0]["Data"])
    assert record["dynamodb"]["Keys"] == {"id": {"S": "1"}}
    aws.delete(made)
    aws.delete(made)


def test_tag(aws: Any, table: Any) -> None:
    arn = table.outputs["arn"]
    made = aws.create("dynamodb/tag:Tag", "t", resourceArn=arn, key="k", value="v")
    tags = lambda: aws.client("dynamodb").list_tags_of_resource(ResourceArn=arn)["Tags"]  # noqa: E731
    assert tags() == [{"Key": "k", "Value": "v"}]
    aws.delete(made)
    assert tags() == []


def test_read_and_lookups(aws: Any) -> None:
    index = {"name": "by-status", "hashKey": "status", "projectionType": "ALL"}
    attributes = {**KEYS, "attributes": WITH_STATUS[:2]}
    made = aws.create(TABLE, "t", **attributes, globalSecondaryIndexes=[index], tags={"a": "b"})
    read = aws.read(TABLE, made.id).outputs
    assert (read["arn"], read["hashKey"], read["tags"]) == (made.outputs["arn"], "id", {"a": "b"})
    assert read["globalSecondaryIndexes"][0]["hashKey"] == "status"
    where = Aws(aws.endpoint, aws.endpoint.account, aws.endpoint.region)
    assert FUNCTIONS["aws:dynamodb/getTable:getTable"](where, {"name": made.id})["billingMode"] == "PAY_PER_REQUEST"
    aws.client("dynamodb").put_item(TableName=made.id, Item={"id": {"S": "1"}, "raw": {"B": b"\x01"}})
    asked = {"tableName": made.id, "key": json.dumps({"id": {"S": "1"}})}
    answer = FUNCTIONS["aws:dynamodb/getTableItem:getTableItem"](where, asked)
    assert json.loads(answer["item"]) == {"id": {"S": "1"}, "raw": {"B": "AQ=="}}


def test_no_type_is_listed_twice() -> None:
    types = [cls.type for cls in PROVISIONERS]
    assert len(types) == len(set(types))
