"""Buckets and their configurations, seen through boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stackwright.errors import ResourceError
from stackwright.provider.services.s3 import PROVISIONERS
from stackwright.testing.eventually import eventually

pytestmark = pytest.mark.e2e


@pytest.fixture
def bucket(aws: Any) -> Any:
    return aws.create("s3/bucket:Bucket", "data", tags={"Team": "a"})


def tags(aws: Any, name: str) -> dict[str, str]:
    return {t["Key"]: t["Value"] for t in aws.client("s3").get_bucket_tagging(Bucket=name)["TagSet"]}


def test_bucket_has_its_tags_and_names(aws: Any, bucket: Any) -> None:
    name = bucket.id
    assert tags(aws, name) == {"Team": "a"}
    assert bucket.outputs["bucket"] == name
    assert bucket.outputs["arn"] == f"arn:aws:s3:::{name}"
    assert bucket.outputs["bucketDomainName"] == f"{name}.s3.amazonaws.com"
    assert bucket.outputs["bucketRegionalDomainName"] == f"{name}.s3.us-east-1.amazonaws.com"
    assert bucket.outputs["bucketRegion"] == "us-east-1"
    assert bucket.simulated == {}


def test_bucket_of_another_region_is_there(aws: Any) -> None:
    aws.config["region"] = "eu-west-1"
    made = aws.create("s3/bucket:Bucket", "far")
    assert aws.client("s3").get_bucket_location(Bucket=made.id)["LocationConstraint"] == "eu-west-1"
    assert made.outputs["hostedZoneId"] == "Z1BKCTXD74EZPE"
    assert made.outputs["bucketRegionalDomainName"].endswith(".s3.eu-west-1.amazonaws.com")
    aws.delete(made)


def test_tags_change_and_go(aws: Any, bucket: Any) -> None:
    changed = aws.update(bucket, tags={"Team": "b", "Cost": "1"})
    assert tags(aws, bucket.id) == {"Team": "b", "Cost": "1"}
    aws.update(changed, tags={})
    with pytest.raises(ClientError, match="NoSuchTagSet"):
        tags(aws, bucket.id)


def test_a_second_bucket_of_the_same_name_is_refused(aws: Any, bucket: Any) -> None:
    with pytest.raises(ResourceError, match="exists already"):
        aws.create("s3/bucket:Bucket", "twin", bucket=bucket.id)


def test_deleting_a_bucket_with_content_needs_force_destroy(aws: Any) -> None:
    kept = aws.create("s3/bucket:Bucket", "kept")
    gone = aws.create("s3/bucket:Bucket", "gone", forceDestroy=True, versioning={"enabled": True})
    for made in (kept, gone):
        for body in (b"1", b"2"):
            aws.client("s3").put_object(Bucket=made.id, Key="k", Body=body)
    aws.client("s3").delete_object(Bucket=gone.id, Key="k")
    with pytest.raises(ResourceError, match="BucketNotEmpty"):
        aws.delete(kept)
    aws.delete(gone)
    aws.delete(gone)
    with pytest.raises(ClientError, match="404"):
        aws.client("s3").head_bucket(Bucket=gone.id)


def test_configurations_given_in_the_bucket_itself(aws: Any) -> None:
    made = aws.create(
        "s3/bucket:Bucket",
        "old-style",
        versioning={"enabled": True},
        serverSideEncryptionConfiguration={
            "rule": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}, "bucketKeyEnabled": False}
        },
        lifecycleRules=[{"enabled": True, "prefix": "tmp/", "expiration": {"days": 3}, "tags": {"a": "b"}}],
        corsRules=[{"allowedMethods": ["GET"], "allowedOrigins": ["https://a.example"]}],
        website={"indexDocument": "index.html"},
        policy={"Version": "2012-10-17", "Statement": []},
    )
    s3 = aws.client("s3")
    assert made.simulated == {}
    assert s3.get_bucket_versioning(Bucket=made.id)["Status"] == "Enabled"
    assert s3.get_bucket_cors(Bucket=made.id)["CORSRules"][0]["AllowedOrigins"] == ["https://a.example"]
    rule = s3.get_bucket_lifecycle_configuration(Bucket=made.id)["Rules"][0]
    assert rule["Expiration"]["Days"] == 3
    both = rule["Filter"]["And"]
    assert (both["Prefix"], both["Tags"]) == ("tmp/", [{"Key": "a", "Value": "b"}])
    assert s3.get_bucket_website(Bucket=made.id)["IndexDocument"] == {"Suffix": "index.html"}
    assert json.loads(s3.get_bucket_policy(Bucket=made.id)["Policy"])["Statement"] == []

    aws.update(made, versioning={"enabled": False})
    assert s3.get_bucket_versioning(Bucket=made.id)["Status"] == "Suspended"
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=made.id)


def test_the_deprecated_bucket_spells_blocks_as_lists(aws: Any) -> None:
    made = aws.create(
        "s3/bucketV2:BucketV2",
        "v2",
        versionings=[{"enabled": True}],
        serverSideEncryptionConfigurations=[
            {"rules": [{"applyServerSideEncryptionByDefaults": [{"sseAlgorithm": "AES256"}]}]}
        ],
        loggings=[{"targetBucket": "somewhere"}],
        lifecycleRules=[{"enabled": True, "id": "x", "expirations": [{"days": 9}]}],
    )
    s3 = aws.client("s3")
    assert s3.get_bucket_versioning(Bucket=made.id)["Status"] == "Enabled"
    rules = s3.get_bucket_encryption(Bucket=made.id)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert s3.get_bucket_logging(Bucket=made.id)["LoggingEnabled"]["TargetBucket"] == "somewhere"
    assert s3.get_bucket_lifecycle_configuration(Bucket=made.id)["Rules"][0]["Expiration"]["Days"] == 9


def companion(aws: Any, kind: str, bucket: Any, **inputs: Any) -> Any:
    made = aws.create(f"s3/{kind[0].lower()}{kind[1:]}:{kind}", "setting", bucket=bucket.id, **inputs)
    assert made.simulated == {}
    return made


def gone(aws: Any, made: Any, operation: str, code: str) -> None:
    aws.delete(made)
    aws.delete(made)
    with pytest.raises(ClientError, match=code):
        getattr(aws.client("s3"), operation)(Bucket=made.outputs["bucket"])


@pytest.mark.parametrize("second", ["", "V2"])
def test_versioning(aws: Any, bucket: Any, second: str) -> None:
    kind = f"BucketVersioning{second}"
    made = companion(aws, kind, bucket, versioningConfiguration={"status": "Enabled"})
    status = lambda: aws.client("s3").get_bucket_versioning(Bucket=bucket.id).get("Status")  # noqa: E731
    assert status() == "Enabled"
    assert made.id == bucket.id
    aws.delete(made)
    assert status() == "Suspended"


def test_versioning_disabled_leaves_the_bucket_alone(aws: Any, bucket: Any) -> None:
    companion(aws, "BucketVersioning", bucket, versioningConfiguration={"status": "Disabled"})
    assert "Status" not in aws.client("s3").get_bucket_versioning(Bucket=bucket.id)


@pytest.mark.parametrize("second", ["", "V2"])
def test_encryption_by_default_reaches_the_objects(aws: Any, bucket: Any, second: str) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    rule = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key}
    made = companion(
        aws,
        f"BucketServerSideEncryptionConfiguration{second}",
        bucket,
        rules=[{"applyServerSideEncryptionByDefault": rule, "bucketKeyEnabled": True}],
    )
    s3 = aws.client("s3")
    s3.put_object(Bucket=bucket.id, Key="k", Body=b"x")
    found = s3.head_object(Bucket=bucket.id, Key="k")
    assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", key)
    aws.delete(made)
    s3.put_object(Bucket=bucket.id, Key="k2", Body=b"x")
    assert s3.head_object(Bucket=bucket.id, Key="k2").get("SSEKMSKeyId") is None


def test_public_access_block_refuses_a_public_policy(aws: Any, bucket: Any) -> None:
    made = companion(aws, "BucketPublicAccessBlock", bucket, blockPublicPolicy=True)
    found = aws.client("s3").get_public_access_block(Bucket=bucket.id)["PublicAccessBlockConfiguration"]
    assert found["BlockPublicPolicy"] is True
    assert found["BlockPublicAcls"] is False
    everyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{bucket.outputs['arn']}/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everyone]})
    with pytest.raises(ResourceError, match="AccessDenied"):
        companion(aws, "BucketPolicy", bucket, policy=policy)
    aws.update(made, bucket=bucket.id, blockPublicPolicy=False)
    companion(aws, "BucketPolicy", bucket, policy=policy)
    gone(aws, made, "get_public_access_block", "NoSuchPublicAccessBlockConfiguration")


def test_policy(aws: Any, bucket: Any) -> None:
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:DeleteObject",
        "Resource": f"{bucket.outputs['arn']}/*",
    }
    made = companion(aws, "BucketPolicy", bucket, policy={"Version": "2012-10-17", "Statement": [deny]})
    s3 = aws.client("s3")
    s3.put_object(Bucket=bucket.id, Key="k", Body=b"")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket.id, Key="k")
    assert json.loads(aws.read("s3/bucketPolicy:BucketPolicy", bucket.id).outputs["policy"])["Statement"] == [deny]
    gone(aws, made, "get_bucket_policy", "NoSuchBucketPolicy")


def test_ownership_and_acl(aws: Any, bucket: Any) -> None:
    owner = companion(aws, "BucketOwnershipControls", bucket, rule={"objectOwnership": "BucketOwnerPreferred"})
    acl = companion(aws, "BucketAcl", bucket, acl="log-delivery-write")
    assert acl.id == f"{bucket.id},log-delivery-write"
    grants = aws.client("s3").get_bucket_acl(Bucket=bucket.id)["Grants"]
    assert any("LogDelivery" in g["Grantee"].get("URI", "") for g in grants)
    aws.delete(acl)
    gone(aws, owner, "get_bucket_ownership_controls", "OwnershipControlsNotFoundError")


def test_acl_with_grants(aws: Any, bucket: Any) -> None:
    companion(aws, "BucketOwnershipControls", bucket, rule={"objectOwnership": "ObjectWriter"})
    owner = aws.client("s3").get_bucket_acl(Bucket=bucket.id)["Owner"]["ID"]
    grant = {"grantee": {"type": "CanonicalUser", "id": owner}, "permission": "FULL_CONTROL"}
    companion(aws, "BucketAclV2", bucket, accessControlPolicy={"owner": {"id": owner}, "grants": [grant]})
    found = aws.client("s3").get_bucket_acl(Bucket=bucket.id)["Grants"]
    assert [(g["Grantee"]["ID"], g["Permission"]) for g in found] == [(owner, "FULL_CONTROL")]


@pytest.mark.parametrize("second", ["", "V2"])
def test_lifecycle(aws: Any, bucket: Any, second: str) -> None:
    rules = [
        {
            "id": "archive",
            "status": "Enabled",
            "filter": {"and": {"prefix": "in/", "tags": {"keep": "no"}, "objectSizeGreaterThan": 10}},
            "transitions": [{"days": 30, "storageClass": "STANDARD_IA"}],
            "expiration": {"days": 90, "expiredObjectDeleteMarker": False},
            "noncurrentVersionExpiration": {"noncurrentDays": 7, "newerNoncurrentVersions": 2},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 1},
        },
        {"id": "all", "status": "Disabled", "expiration": {"date": "2030-01-01T00:00:00Z"}},
    ]
    made = companion(aws, f"BucketLifecycleConfiguration{second}", bucket, rules=rules)
    first, last = aws.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket.id)["Rules"]
    assert first["Transitions"] == [{"Days": 30, "StorageClass": "STANDARD_IA"}]
    assert first["Expiration"]["Days"] == 90
    assert first["Filter"]["And"]["Tags"] == [{"Key": "keep", "Value": "no"}]
    assert first["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7, "NewerNoncurrentVersions": 2}
    assert last["Filter"] == {"Prefix": ""}
    assert last["Expiration"]["Date"].year == 2030
    aws.update(made, bucket=bucket.id, rules=rules[1:])
    assert len(aws.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket.id)["Rules"]) == 1
    gone(aws, made, "get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration")


def test_cors(aws: Any, bucket: Any) -> None:
    rule = {"allowedMethods": ["PUT"], "allowedOrigins": ["*"], "maxAgeSeconds": 60, "id": "one"}
    made = companion(aws, "BucketCorsConfiguration", bucket, corsRules=[rule])
    found = aws.client("s3").get_bucket_cors(Bucket=bucket.id)["CORSRules"]
    assert (found[0]["ID"], found[0]["MaxAgeSeconds"]) == ("one", 60)
    gone(aws, made, "get_bucket_cors", "NoSuchCORSConfiguration")


def test_logging(aws: Any, bucket: Any) -> None:
    made = companion(aws, "BucketLogging", bucket, targetBucket=bucket.id, targetPrefix="log/")
    target = lambda: aws.client("s3").get_bucket_logging(Bucket=bucket.id).get("LoggingEnabled")  # noqa: E731
    assert target()["TargetPrefix"] == "log/"
    aws.delete(made)
    assert target() is None


def test_website(aws: Any, bucket: Any) -> None:
    made = companion(
        aws,
        "BucketWebsiteConfiguration",
        bucket,
        indexDocument={"suffix": "index.html"},
        errorDocument={"key": "error.html"},
        routingRules=[{"condition": {"keyPrefixEquals": "a/"}, "redirect": {"replaceKeyPrefixWith": "b/"}}],
    )
    found = aws.client("s3").get_bucket_website(Bucket=bucket.id)
    assert found["ErrorDocument"] == {"Key": "error.html"}
    assert found["RoutingRules"][0]["Redirect"] == {"ReplaceKeyPrefixWith": "b/"}
    assert made.outputs["websiteEndpoint"] == f"{bucket.id}.s3-website-us-east-1.amazonaws.com"
    gone(aws, made, "get_bucket_website", "NoSuchWebsiteConfiguration")


def test_acceleration_payer_and_object_lock(aws: Any) -> None:
    bucket = aws.create("s3/bucket:Bucket", "locked", objectLockEnabled=True)
    s3 = aws.client("s3")
    fast = companion(aws, "BucketAccelerateConfiguration", bucket, status="Enabled")
    payer = companion(aws, "BucketRequestPaymentConfiguration", bucket, payer="Requester")
    rule = {"defaultRetention": {"mode": "GOVERNANCE", "days": 1}}
    lock = companion(aws, "BucketObjectLockConfiguration", bucket, rule=rule)
    assert s3.get_bucket_accelerate_configuration(Bucket=bucket.id)["Status"] == "Enabled"
    found = s3.get_object_lock_configuration(Bucket=bucket.id)["ObjectLockConfiguration"]
    assert found["Rule"]["DefaultRetention"] == {"Mode": "GOVERNANCE", "Days": 1}
    for made in (fast, payer, lock):
        aws.delete(made)
    assert s3.get_bucket_accelerate_configuration(Bucket=bucket.id)["Status"] == "Suspended"
    assert "Rule" not in s3.get_object_lock_configuration(Bucket=bucket.id)["ObjectLockConfiguration"]


def test_replication_copies_objects(aws: Any) -> None:
    source = aws.create("s3/bucket:Bucket", "from", versioning={"enabled": True})
    target = aws.create("s3/bucket:Bucket", "to", versioning={"enabled": True})
    rule = {
        "id": "all",
        "status": "Enabled",
        "filter": {"prefix": "in/"},
        "destination": {"bucket": target.outputs["arn"], "storageClass": "STANDARD"},
    }
    role = f"arn:aws:iam::{aws.endpoint.account}:role/replication"
    made = companion(aws, "BucketReplicationConfig", source, role=role, rules=[rule])
    s3 = aws.client("s3")
    s3.put_object(Bucket=source.id, Key="in/a", Body=b"copied")
    s3.put_object(Bucket=source.id, Key="out/a", Body=b"not")
    s3.get_waiter("object_exists").wait(Bucket=target.id, Key="in/a", WaiterConfig={"Delay": 0.1, "MaxAttempts": 50})
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=target.id)["Contents"]] == ["in/a"]
    gone(aws, made, "get_bucket_replication", "ReplicationConfigurationNotFoundError")


def test_notification_reaches_the_queue(aws: Any, bucket: Any) -> None:
    queue = aws.create("sqs/queue:Queue", "events")
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue.outputs["arn"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    aws.create("sqs/queuePolicy:QueuePolicy", "allow", queueUrl=queue.id, policy=policy)
    target = {"queueArn": queue.outputs["arn"], "events": ["s3:ObjectCreated:*"], "filterPrefix": "in/"}
    made = companion(aws, "BucketNotification", bucket, queues=[target], eventbridge=True)
    s3, sqs = aws.client("s3"), aws.client("sqs")
    s3.put_object(Bucket=bucket.id, Key="out/no", Body=b"")
    s3.put_object(Bucket=bucket.id, Key="in/yes", Body=b"")
    keys: list[str] = []

    def told() -> list[str]:
        for message in sqs.receive_message(QueueUrl=queue.id, WaitTimeSeconds=5).get("Messages", []):
            keys.extend(r["s3"]["object"]["key"] for r in json.loads(message["Body"]).get("Records", []))
            sqs.delete_message(QueueUrl=queue.id, ReceiptHandle=message["ReceiptHandle"])
        return keys

    assert eventually(told) == ["in/yes"]
    assert "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket=bucket.id)
    aws.delete(made)
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket.id)


def test_read_finds_a_bucket(aws: Any, bucket: Any) -> None:
    assert aws.read("s3/bucket:Bucket", bucket.id).outputs["arn"] == bucket.outputs["arn"]
    with pytest.raises(ResourceError, match="cannot find"):
        aws.read("s3/bucket:Bucket", "nobody-has-this-bucket")


def test_every_type_is_deleted_quietly_when_its_bucket_is_gone(aws: Any, bucket: Any) -> None:
    made = companion(aws, "BucketLogging", bucket, targetBucket=bucket.id)
    aws.delete(bucket)
    aws.delete(made)


def test_no_type_is_listed_twice() -> None:
    types = [cls.type for cls in PROVISIONERS]
    assert len(types) == len(set(types))
