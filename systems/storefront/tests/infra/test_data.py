"""Tables, buckets and the secret."""

from __future__ import annotations

import json

import pytest
from storefront_program import SERVICES, TABLES

from stackwright.graph import reveal
from stackwright.testing.program import texts

KEYS = {
    "users": ("userId", {"email-index": ["email"]}),
    "orders": ("orderId", {"userId-index": ["userId", "createdAt"], "status-index": ["status", "createdAt"]}),
    "products": ("productId", {"category-index": ["category", "name"]}),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_as_specified(program, name):
    table = program.inputs(f"{name}-table")
    hash_key, indexes = KEYS[name]

    assert (table["hashKey"], table.get("rangeKey")) == (hash_key, None)
    found = {
        index["name"]: [(k["keyType"], k["attributeName"]) for k in index["keySchemas"]]
        for index in table["globalSecondaryIndexes"]
    }
    assert found == {index: list(zip(("HASH", "RANGE"), keys, strict=False)) for index, keys in indexes.items()}
    assert {index["projectionType"] for index in table["globalSecondaryIndexes"]} == {"ALL"}
    attributes = {a["name"]: a["type"] for a in table["attributes"]}
    assert attributes == dict.fromkeys({hash_key, *(key for keys in indexes.values() for key in keys)}, "S")
    assert table["billingMode"] == "PAY_PER_REQUEST"
    assert table["pointInTimeRecovery"] == {"enabled": True}
    assert table["serverSideEncryption"] == {"enabled": True, "kmsKeyArn": program.outputs("data-key-key")["arn"]}
    assert table["ttl"] == {"enabled": True, "attributeName": "expiration"}
    assert table["deletionProtectionEnabled"] is False


def test_there_are_three_tables(program):
    assert {t.name for t in program.all("dynamodb/table:Table")} == {f"{name}-table" for name in TABLES}


def test_insights_cover_tables_and_indexes(program, variant):
    insights = {
        (i["tableName"], i.get("indexName"))
        for r in program.all("dynamodb/contributorInsights:ContributorInsights")
        for i in [program.inputs(r.name)]
    }
    expected = {
        (program.outputs(f"{name}-table")["name"], index) for name in TABLES for index in (None, *KEYS[name][1])
    }
    assert insights == expected

    without = variant(enable_contributor_insights="false")
    assert not without.all("dynamodb/contributorInsights:ContributorInsights")


@pytest.mark.parametrize(("name", "key"), [("data", "data"), ("content", "content")])
def test_buckets_are_private_versioned_and_encrypted(program, name, key):
    rule = program.inputs(f"{name}-encryption")["rules"][0]
    assert rule == {
        "applyServerSideEncryptionByDefault": {
            "sseAlgorithm": "aws:kms",
            "kmsMasterKeyId": program.outputs(f"{key}-key-key")["arn"],
        },
        "bucketKeyEnabled": True,
    }
    assert program.inputs(f"{name}-versioning")["versioningConfiguration"] == {"status": "Enabled"}
    access = program.inputs(f"{name}-access")
    four = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert [access[k] for k in four] == [True] * 4
    (plain,) = [s for s in program.statements(f"{name}-policy") if s.get("Sid") == "RefusePlainHttp"]
    assert (plain["Effect"], plain["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_nothing_is_encrypted_with_keys_that_are_not_ours(program):
    for resource in program.resources:
        assert "AES256" not in list(texts(reveal(resource.inputs))), resource.urn


def test_processed_files_expire_and_incoming_ones_do_not(program):
    rules = {rule["id"]: rule for rule in program.inputs("data-lifecycle")["rules"]}

    for folder in ("processed", "rejected"):
        rule = rules[f"delete-{folder}"]
        assert (rule["filter"], rule["expiration"]) == ({"prefix": f"{folder}/"}, {"days": 30})
        assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 7}
    old = rules["delete-old-versions"]
    assert old["noncurrentVersionExpiration"] == {"noncurrentDays": 7}
    # Days here would delete what is incoming.
    assert (old["filter"], old["expiration"]) == ({"prefix": ""}, {"expiredObjectDeleteMarker": True})
    assert rules["abort-incomplete-uploads"]["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}
    assert {rule["status"] for rule in rules.values()} == {"Enabled"}


def test_the_secret_is_encrypted_and_its_value_is_a_secret(program):
    assert program.inputs("api-secret-secret")["kmsKeyId"] == program.outputs("data-key-key")["arn"]
    version = program.one("api-secret-value")
    assert len(json.loads(reveal(version.inputs)["secretString"])["cursor_key"]) >= 32
    value = reveal(version.inputs)["secretString"]
    assert value not in json.dumps(program.graph.to_json())
    for service in SERVICES:
        assert json.loads(value)["cursor_key"] not in json.dumps(program.inputs(f"{service}-function")["environment"])


def test_a_given_cursor_key_takes_the_place_of_a_drawn_one(variant):
    program = variant(cursor_key="0123456789abcdef0123456789abcdef")

    assert json.loads(program.inputs("api-secret-value")["secretString"]) == {
        "cursor_key": "0123456789abcdef0123456789abcdef"
    }
    assert not program.graph.of_type("random:index/randomBytes:RandomBytes")
