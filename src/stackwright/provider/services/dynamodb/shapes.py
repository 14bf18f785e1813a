"""From the provider's blocks to DynamoDB's structures.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final, cast

from stackwright.provider.services._shapes import pascal, present

Block = Mapping[str, Any]

ON_DEMAND: Final = "PAY_PER_REQUEST"
_UNLIMITED: Final = -1


def attributes(given: Block) -> list[dict[str, str]]:
    """Definitions of the attributes that are keys."""
    return [{"AttributeName": a["name"], "AttributeType": a["type"]} for a in given.get("attributes") or []]


def key_schema(given: Block) -> list[dict[str, str]]:
    """The keys of a table or an index, given one by one or as a list."""
    listed = given.get("keySchemas")
    if listed:
        return [{"AttributeName": key["attributeName"], "KeyType": key["keyType"]} for key in listed]
    keys = ((given.get("hashKey"), "HASH"), (given.get("rangeKey"), "RANGE"))
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys if name]


def _projection(index: Block) -> dict[str, Any]:
    return present(ProjectionType=index["projectionType"], NonKeyAttributes=index.get("nonKeyAttributes"))


def local_index(index: Block, hash_key: str) -> dict[str, Any]:
    """A local secondary index, which shares the table's hash key."""
    keys = key_schema({"hashKey": hash_key, "rangeKey": index["rangeKey"]})
    return {"IndexName": index["name"], "KeySchema": keys, "Projection": _projection(index)}


def global_index(index: Block, billing: str) -> dict[str, Any]:
    """A global secondary index."""
    return {
        "IndexName": index["name"],
        "KeySchema": key_schema(index),
        "Projection": _projection(index),
        **index_throughput(index, billing),
    }


def index_throughput(index: Block, billing: str) -> dict[str, Any]:
    """What of a global index can change in place."""
    provisioned = None if billing == ON_DEMAND else _capacity(index)
    return present(
        ProvisionedThroughput=provisioned,
        OnDemandThroughput=on_demand(index.get("onDemandThroughput")),
        WarmThroughput=pascal(index.get("warmThroughput")),
    )


def on_demand(given: Block | None) -> dict[str, int] | None:
    """Limits of on-demand capacity; what is left out is unlimited."""
    if not given:
        return None
    return {
        "MaxReadRequestUnits": given.get("maxReadRequestUnits") or _UNLIMITED,
        "MaxWriteRequestUnits": given.get("maxWriteRequestUnits") or _UNLIMITED,
    }


def _capacity(given: Block) -> dict[str, int]:
    # DynamoDB says itself what is wrong with 0.
    return {
        "ReadCapacityUnits": given.get("readCapacity") or 0,
        "WriteCapacityUnits": given.get("writeCapacity") or 0,
    }


def billing_mode(given: Block) -> str:
    """How the table is paid for."""
    return given.get("billingMode") or "PROVISIONED"


def settings(given: Block) -> dict[str, dict[str, Any]]:
    """What `UpdateTable` can change, in the groups that it wants to be told of one at a time.

    A group that is absent is at AWS's default, see `DEFAULTS`.
    """
    billing = billing_mode(given)
    stream = {"StreamEnabled": True, "StreamViewType": given.get("streamViewType")}
    key = given.get("serverSideEncryption") or {}
    capacity = present(
        BillingMode=billing, ProvisionedThroughput=_capacity(given) if billing == "PROVISIONED" else None
    )
    encryption = present(Enabled=True, SSEType="KMS", KMSMasterKeyId=key.get("kmsKeyArn"))
    groups = {
        "capacity": capacity,
        "limits": present(OnDemandThroughput=on_demand(given.get("onDemandThroughput"))),
        "warmth": present(WarmThroughput=pascal(given.get("warmThroughput"))),
        "stream": {"StreamSpecification": stream} if given.get("streamEnabled") else {},
        "encryption": {"SSESpecification": encryption} if key.get("enabled") else {},
        "class": present(TableClass=given.get("tableClass")),
        "protection": {"DeletionProtectionEnabled": True} if given.get("deletionProtectionEnabled") else {},
    }
    return {name: group for name, group in groups.items() if group}


DEFAULTS: Final[Mapping[str, dict[str, Any]]] = {
    "limits": {"OnDemandThroughput": {"MaxReadRequestUnits": _UNLIMITED, "MaxWriteRequestUnits": _UNLIMITED}},
    "stream": {"StreamSpecification": {"StreamEnabled": False}},
    "encryption": {"SSESpecification": {"Enabled": False}},
    "class": {"TableClass": "STANDARD"},
    "protection": {"DeletionProtectionEnabled": False},
}


def item(value: Any) -> Any:
    """An item in DynamoDB's JSON, its binary values decoded as boto3 wants them."""
    if isinstance(value, Mapping):
        given = cast("Mapping[str, Any]", value)
        return {k: _binary(v) if k in ("B", "BS") and not isinstance(v, Mapping) else item(v) for k, v in given.items()}
    if isinstance(value, list):
        return [item(v) for v in cast("list[Any]", value)]
    return value


def _binary(value: Any) -> Any:
    if isinstance(value, list):
        return [base64.b64decode(v) for v in cast("list[str]", value)]
    return base64.b64decode(value)
