"""From the provider's blocks to the S3 API's structures.

The deprecated `BucketV2` spells nested blocks as lists of one under plural names; `block` reads both.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_Types.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from stackwright.provider.services._shapes import pascal, present, tag_list

Block = Mapping[str, Any]

_SPELLED: Final = {
    "id": "ID",
    "uri": "URI",
    "mfaDelete": "MFADelete",
    "sseAlgorithm": "SSEAlgorithm",
    "kmsMasterKeyId": "KMSMasterKeyID",
    "replicaKmsKeyId": "ReplicaKmsKeyID",
}


def spelled(value: Any) -> Any:
    """The block with S3's spelling of its keys."""
    return pascal(value, _SPELLED)


def block(given: Block, name: str) -> Any:
    """A nested block, or None."""
    value = given.get(name)
    if value is None:
        value = given.get(f"{name}s")
    if isinstance(value, list):
        return value[0] if value else None
    return value


def versioning(given: Block) -> dict[str, Any]:
    """The block of `Bucket.versioning`."""
    mfa = "Enabled" if given.get("mfaDelete") else None
    return present(Status="Enabled" if given.get("enabled") else "Suspended", MFADelete=mfa)


def encryption(rules: Iterable[Block]) -> dict[str, Any]:
    """Rules of default encryption."""
    return {"Rules": [_encryption_rule(rule) for rule in rules]}


def _encryption_rule(rule: Block) -> dict[str, Any]:
    blocked = rule.get("blockedEncryptionTypes")
    return present(
        ApplyServerSideEncryptionByDefault=spelled(block(rule, "applyServerSideEncryptionByDefault")),
        BucketKeyEnabled=rule.get("bucketKeyEnabled"),
        BlockedEncryptionTypes={"EncryptionType": blocked} if blocked else None,
    )


def cors(rules: Iterable[Block]) -> dict[str, Any]:
    """Rules of cross-origin access."""
    return {"CORSRules": [spelled(rule) for rule in rules]}


def logging(given: Block) -> dict[str, Any]:
    """Where access logs go."""
    target = {k: given.get(k) for k in ("targetBucket", "targetPrefix", "targetGrants", "targetObjectKeyFormat")}
    # S3 requires a prefix, which may be empty.
    return {"LoggingEnabled": {"TargetPrefix": "", **spelled(target)}}


def object_lock(given: Block) -> dict[str, Any]:
    """Object lock and its default retention."""
    rule = block(given, "rule")
    retention = block(rule, "defaultRetention") if rule else None
    return present(
        ObjectLockEnabled=given.get("objectLockEnabled") or "Enabled",
        Rule={"DefaultRetention": spelled(retention)} if retention else None,
    )


def website(given: Block) -> dict[str, Any]:
    """The block of `Bucket.website`, where documents are plain names."""
    redirect = given.get("redirectAllRequestsTo")
    if redirect:
        protocol, _, host = str(redirect).rpartition("://")
        return {"RedirectAllRequestsTo": present(HostName=host, Protocol=protocol or None)}
    index, error = given.get("indexDocument"), given.get("errorDocument")
    return present(
        IndexDocument={"Suffix": index} if index else None,
        ErrorDocument={"Key": error} if error else None,
        RoutingRules=routing_rules(given.get("routingRules")),
    )


def routing_rules(given: Any) -> list[dict[str, Any]] | None:
    """Routing rules, given as JSON text in S3's spelling or as blocks."""
    if not given:
        return None
    return json.loads(given) if isinstance(given, str) else spelled(given)


def grants(given: Iterable[Block], owner: str) -> dict[str, Any]:
    """The block of `Bucket.grants`: several permissions for one grantee."""
    listed = [
        {"Grantee": spelled({k: grant.get(k) for k in ("type", "id", "uri")}), "Permission": permission}
        for grant in given
        for permission in grant.get("permissions") or []
    ]
    return {"Owner": {"ID": owner}, "Grants": listed}


def filtered(given: Block | None) -> dict[str, Any]:
    """A filter by `and`, `tag`, `prefix` or sizes; an empty one stands for every object."""
    if not given or not any(v is not None for v in given.values()):
        return {"Prefix": ""}
    both = given.get("and")
    if both is None:
        return spelled(given)
    tags = both.get("tags")
    rest = spelled({k: v for k, v in both.items() if k != "tags"})
    return {"And": {**rest, "Tags": tag_list(tags)} if tags else rest}


def prefix_and_tags(prefix: str | None, tags: Mapping[str, str] | None) -> dict[str, Any]:
    """A filter by prefix and tags, which S3 wants as `And` as soon as there is more than one condition."""
    if not tags:
        return {"Prefix": prefix or ""}
    listed = tag_list(tags)
    if len(listed) == 1 and not prefix:
        return {"Tag": listed[0]}
    return {"And": present(Prefix=prefix, Tags=listed)}
