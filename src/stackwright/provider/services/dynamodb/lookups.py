"""Functions of the dynamodb module that ask the endpoint."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Properties
from stackwright.provider.aws import Aws, Client
from stackwright.provider.lookups import Lookup
from stackwright.provider.services._shapes import present
from stackwright.provider.services.dynamodb.shapes import item


def described(db: Client, name: str) -> dict[str, Any]:
    """A table in the provider's spelling. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html"""
    table = db.describe_table(TableName=name)["Table"]
    expiry = db.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    backups = db.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {})
    listed = db.list_tags_of_resource(ResourceArn=table["TableArn"]).get("Tags", [])
    stream, capacity = table.get("StreamSpecification") or {}, table.get("ProvisionedThroughput") or {}
    encryption = table.get("SSEDescription") or {}
    return {
        "name": name,
        "arn": table["TableArn"],
        "attributes": [{"name": a["AttributeName"], "type": a["AttributeType"]} for a in table["AttributeDefinitions"]],
        "billingMode": (table.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED"),
        "deletionProtectionEnabled": table.get("DeletionProtectionEnabled", False),
        **_keys(table),
        "globalSecondaryIndexes": [_index(index) for index in table.get("GlobalSecondaryIndexes") or []],
        "localSecondaryIndexes": [_index(index) for index in table.get("LocalSecondaryIndexes") or []],
        "pointInTimeRecovery": {"enabled": recovery.get("PointInTimeRecoveryStatus") == "ENABLED"},
        "readCapacity": capacity.get("ReadCapacityUnits", 0),
        "writeCapacity": capacity.get("WriteCapacityUnits", 0),
        "replicas": [{"regionName": one["RegionName"]} for one in table.get("Replicas") or []],
        "serverSideEncryption": {
            "enabled": encryption.get("Status") == "ENABLED",
            "kmsKeyArn": encryption.get("KMSMasterKeyArn", ""),
        },
        "streamEnabled": bool(stream.get("StreamEnabled")),
        "streamViewType": stream.get("StreamViewType", ""),
        "streamArn": table.get("LatestStreamArn", ""),
        "streamLabel": table.get("LatestStreamLabel", ""),
        "tableClass": (table.get("TableClassSummary") or {}).get("TableClass", "STANDARD"),
        "tags": {tag["Key"]: tag["Value"] for tag in listed},
        "ttl": {
            "attributeName": expiry.get("AttributeName", ""),
            "enabled": expiry.get("TimeToLiveStatus") == "ENABLED",
        },
    }


def _keys(described_schema: Mapping[str, Any]) -> dict[str, Any]:
    names = {key["KeyType"]: key["AttributeName"] for key in described_schema["KeySchema"]}
    return present(hashKey=names.get("HASH"), rangeKey=names.get("RANGE"))


def _index(index: Mapping[str, Any]) -> dict[str, Any]:
    projection = index["Projection"]
    return {
        "name": index["IndexName"],
        **_keys(index),
        "projectionType": projection["ProjectionType"],
        "nonKeyAttributes": projection.get("NonKeyAttributes", []),
    }


def get_table(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html"""
    return {**described(_client(aws, args), args["name"]), "id": args["name"]}


def get_table_item(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html"""
    answer = _client(aws, args).get_item(
        TableName=args["tableName"],
        Key=item(json.loads(args["key"])),
        **present(
            ExpressionAttributeNames=args.get("expressionAttributeNames"),
            ProjectionExpression=args.get("projectionExpression"),
        ),
    )
    found = json.dumps(answer.get("Item", {}), default=_text)
    return {**args, "id": f"{args['tableName']}|{args['key']}", "item": found}


def _text(value: Any) -> str:
    if not isinstance(value, bytes):
        raise TypeError(f"DynamoDB gave a {type(value).__name__}, which its JSON has no word for")
    return base64.b64encode(value).decode()


def _client(aws: Aws, args: Properties) -> Client:
    return aws.client("dynamodb", args.get("region") or "")


FUNCTIONS: Final[Mapping[str, Lookup]] = {
    "aws:dynamodb/getTable:getTable": get_table,
    "aws:dynamodb/getTableItem:getTableItem": get_table_item,
}
