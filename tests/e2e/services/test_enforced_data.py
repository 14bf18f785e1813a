"""What the ledger says of data and permissions, where the tests of the services do not show it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stackwright.provider.aws import Credentials

pytestmark = pytest.mark.e2e


ATTACHMENTS = {
    "role": "iam/rolePolicyAttachment:RolePolicyAttachment",
    "user": "iam/userPolicyAttachment:UserPolicyAttachment",
    "group": "iam/groupPolicyAttachment:GroupPolicyAttachment",
}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def deny(action: str, resource: str = "*") -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": resource}


@pytest.fixture
def worker(aws: Any) -> Any:
    """A role that the account may assume and that has no permission."""
    principal = {"AWS": f"arn:aws:iam::{aws.endpoint.account}:root"}
    trust = policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal})
    return aws.create("iam/role:Role", "worker", assumeRolePolicy=trust)


def acting(aws: Any, role: Any, service: str, *statements: dict[str, Any]) -> Any:
    """A client of the role, which gets these statements."""
    if statements:
        aws.client("iam").put_role_policy(RoleName=role.id, PolicyName="p", PolicyDocument=policy(*statements))
    return aws.endpoint.client_as(aws.endpoint.assume(role.outputs["arn"]), service)


def test_a_fifo_queue_keeps_order_and_takes_a_message_once(aws: Any) -> None:
    queue = aws.create("sqs/queue:Queue", "orders", fifoQueue=True, contentBasedDeduplication=True)
    sqs = aws.client("sqs")
    for body in ("1", "2", "2", "3"):
        sqs.send_message(QueueUrl=queue.id, MessageBody=body, MessageGroupId="g")
    got = sqs.receive_message(QueueUrl=queue.id, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in got] == ["1", "2", "3"]


def test_a_queue_delays_hides_and_limits_batches(aws: Any) -> None:
    sqs = aws.client("sqs")
    late = aws.create("sqs/queue:Queue", "late", delaySeconds=900)
    sqs.send_message(QueueUrl=late.id, MessageBody="m")
    assert "Messages" not in sqs.receive_message(QueueUrl=late.id)
    hidden = aws.create("sqs/queue:Queue", "hidden", visibilityTimeoutSeconds=600)
    sqs.send_message(QueueUrl=hidden.id, MessageBody="m")
    assert len(sqs.receive_message(QueueUrl=hidden.id)["Messages"]) == 1
    assert "Messages" not in sqs.receive_message(QueueUrl=hidden.id)
    with pytest.raises(ClientError, match="TooManyEntries"):
        sqs.send_message_batch(QueueUrl=hidden.id, Entries=[{"Id": str(i), "MessageBody": "m"} for i in range(11)])


def test_a_queue_policy_decides_who_may_send(aws: Any) -> None:
    queue = aws.create("sqs/queue:Queue", "work")
    made = aws.create(
        "sqs/queuePolicy:QueuePolicy",
        "p",
        queueUrl=queue.id,
        policy=policy(deny("sqs:SendMessage", queue.outputs["arn"])),
    )
    send = lambda: aws.client("sqs").send_message(QueueUrl=queue.id, MessageBody="m")  # noqa: E731
    with pytest.raises(ClientError, match="AccessDenied"):
        send()
    aws.delete(made)
    send()


def test_a_policy_in_the_topic_itself_decides(aws: Any, unique: str) -> None:
    arn = f"arn:aws:sns:us-east-1:{aws.endpoint.account}:{unique}"
    topic = aws.create("sns/topic:Topic", "news", name=unique, policy=policy(deny("sns:Publish", arn)))
    with pytest.raises(ClientError, match="AuthorizationError"):
        aws.client("sns").publish(TopicArn=topic.id, Message="m")


def test_a_policy_in_the_secret_itself_decides(aws: Any) -> None:
    secret = aws.create("secretsmanager/secret:Secret", "s", policy=policy(deny("secretsmanager:GetSecretValue")))
    aws.create("secretsmanager/secretVersion:SecretVersion", "v", secretId=secret.id, secretString="1")
    with pytest.raises(ClientError, match="AccessDenied"):
        aws.client("secretsmanager").get_secret_value(SecretId=secret.id)


def test_a_key_policy_decides_direct_calls(aws: Any, worker: Any) -> None:
    key = aws.create("kms/key:Key", "k")
    everything = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    client = acting(aws, worker, "kms", everything)
    client.encrypt(KeyId=key.id, Plaintext=b"x")
    owner = {"AWS": aws.client("sts").get_caller_identity()["Arn"]}
    only = policy({**everything, "Principal": owner})
    aws.create("kms/keyPolicy:KeyPolicy", "p", keyId=key.id, policy=only)
    with pytest.raises(ClientError, match="AccessDenied"):
        client.encrypt(KeyId=key.id, Plaintext=b"x")


@pytest.mark.parametrize("second", ["", "V2"])
def test_a_versioned_bucket_keeps_what_is_overwritten_and_deleted(aws: Any, second: str) -> None:
    bucket = aws.create("s3/bucket:Bucket", "files", forceDestroy=True).id
    kind = f"s3/bucketVersioning{second}:BucketVersioning{second}"
    aws.create(kind, "v", bucket=bucket, versioningConfiguration={"status": "Enabled"})
    s3 = aws.client("s3")
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    s3.put_object(Bucket=bucket, Key="k", Body=b"2")
    assert s3.delete_object(Bucket=bucket, Key="k")["DeleteMarker"] is True
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="k")
    assert s3.get_object(Bucket=bucket, Key="k", VersionId=first)["Body"].read() == b"1"
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 2


def test_a_locked_version_cannot_be_deleted(aws: Any) -> None:
    bucket = aws.create("s3/bucket:Bucket", "locked", objectLockEnabled=True).id
    rule = {"defaultRetention": {"mode": "COMPLIANCE", "days": 1}}
    aws.create("s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", "lock", bucket=bucket, rule=rule)
    s3 = aws.client("s3")
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key="k", VersionId=version)


def test_acls_are_refused_where_the_bucket_owner_enforces_ownership(aws: Any) -> None:
    bucket = aws.create("s3/bucket:Bucket", "files").id
    kind = "s3/bucketOwnershipControls:BucketOwnershipControls"
    aws.create(kind, "o", bucket=bucket, rule={"objectOwnership": "BucketOwnerEnforced"})
    with pytest.raises(Exception, match="AccessControlListNotSupported"):
        aws.create("s3/bucketAcl:BucketAcl", "a", bucket=bucket, acl="log-delivery-write")


def test_preflight_requests_of_a_bucket_are_answered_by_its_rules(aws: Any, http: Any) -> None:
    bucket = aws.create("s3/bucket:Bucket", "files").id
    rule = {"allowedMethods": ["PUT"], "allowedOrigins": ["https://shop.test"]}
    aws.create("s3/bucketCorsConfiguration:BucketCorsConfiguration", "c", bucket=bucket, corsRules=[rule])
    url = f"{aws.endpoint.url}/{bucket}/k"
    asks = {"Access-Control-Request-Method": "PUT"}
    status, headers, _ = http(url, "OPTIONS", Origin="https://shop.test", **asks)
    assert (status, headers["Access-Control-Allow-Origin"]) == (200, "https://shop.test")
    status, headers, _ = http(url, "OPTIONS", Origin="https://other.test", **asks)
    assert (status, headers.get("Access-Control-Allow-Origin")) == (403, None)


def test_a_bucket_writes_on_condition_and_lists_in_pages(aws: Any) -> None:
    bucket = aws.create("s3/bucket:Bucket", "files", forceDestroy=True).id
    s3 = aws.client("s3")
    for key in ("a", "b", "c"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"1", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key="a", Body=b"2", IfNoneMatch="*")
    page = s3.list_objects_v2(Bucket=bucket, MaxKeys=2)
    assert [o["Key"] for o in page["Contents"]] == ["a", "b"]
    rest = s3.list_objects_v2(Bucket=bucket, ContinuationToken=page["NextContinuationToken"])
    assert [o["Key"] for o in rest["Contents"]] == ["c"]


def test_presigned_urls_hold_for_what_was_signed_only(aws: Any, http: Any, worker: Any) -> None:
    bucket = aws.create("s3/bucket:Bucket", "files", forceDestroy=True)
    s3 = acting(aws, worker, "s3", {"Effect": "Allow", "Action": "s3:*", "Resource": f"{bucket.outputs['arn']}/*"})
    s3.put_object(Bucket=bucket.id, Key="k", Body=b"1")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket.id, "Key": "k"})
    assert http(url)[::2] == (200, "1")
    assert http(url.replace("/k?", "/other?"))[0] == 403
    assert (
        http(s3.generate_presigned_url("get_object", Params={"Bucket": bucket.id, "Key": "k"}, ExpiresIn=-1))[0] == 403
    )


def test_an_inline_bucket_policy_decides(aws: Any, unique: str) -> None:
    text = policy(deny("s3:PutObject", f"arn:aws:s3:::{unique}/*"))
    aws.create("s3/bucket:Bucket", "files", bucket=unique, policy=text)
    with pytest.raises(ClientError, match="AccessDenied"):
        aws.client("s3").put_object(Bucket=unique, Key="k", Body=b"")


def test_a_table_decides_conditions_and_transactions(aws: Any) -> None:
    keys = {"hashKey": "id", "attributes": [{"name": "id", "type": "S"}], "billingMode": "PAY_PER_REQUEST"}
    table = aws.create("dynamodb/table:Table", "t", **keys).id
    db, new = aws.client("dynamodb"), "attribute_not_exists(id)"
    item = lambda key: {"id": {"S": key}}  # noqa: E731
    db.put_item(TableName=table, Item=item("1"), ConditionExpression=new)
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        db.put_item(TableName=table, Item=item("1"), ConditionExpression=new)
    puts = [{"Put": {"TableName": table, "Item": item(k), "ConditionExpression": new}} for k in ("2", "1")]
    with pytest.raises(ClientError, match="TransactionCanceled"):
        db.transact_write_items(TransactItems=puts)
    assert "Item" not in db.get_item(TableName=table, Key=item("2"))


def test_reading_an_index_needs_permission_on_the_index(aws: Any, worker: Any) -> None:
    attributes = [{"name": "id", "type": "S"}]
    table = aws.create("dynamodb/table:Table", "t", hashKey="id", attributes=attributes, billingMode="PAY_PER_REQUEST")
    index = {"attributeName": "at", "attributeType": "S", "keyType": "HASH"}
    aws.create(
        "dynamodb/globalSecondaryIndex:GlobalSecondaryIndex",
        "by-time",
        tableName=table.id,
        indexName="by-time",
        keySchemas=[index],
        projection={"projectionType": "ALL"},
    )
    aws.client("dynamodb").put_item(TableName=table.id, Item={"id": {"S": "1"}, "at": {"S": "now"}})

    def query(client: Any) -> Any:
        names, values = {"#a": "at"}, {":a": {"S": "now"}}
        return client.query(
            TableName=table.id,
            IndexName="by-time",
            KeyConditionExpression="#a = :a",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        )["Items"]

    may = {"Effect": "Allow", "Action": "dynamodb:Query"}
    with pytest.raises(ClientError, match="AccessDenied"):
        query(acting(aws, worker, "dynamodb", {**may, "Resource": table.outputs["arn"]}))
    found = query(acting(aws, worker, "dynamodb", {**may, "Resource": f"{table.outputs['arn']}/index/by-time"}))
    assert [one["id"]["S"] for one in found] == ["1"]


@pytest.mark.parametrize("kind", ATTACHMENTS)
def test_an_attached_policy_counts(aws: Any, worker: Any, kind: str) -> None:
    allow = policy({"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"})
    arn = aws.create("iam/policy:Policy", "queues", policy=allow).outputs["arn"]
    user, group = aws.create("iam/user:User", "ann"), aws.create("iam/group:Group", "team")
    aws.client("iam").add_user_to_group(GroupName=group.id, UserName=user.id)
    holder = {"role": worker, "user": user, "group": group}[kind]
    if kind == "role":
        client = acting(aws, worker, "sqs")
    else:
        key = aws.client("iam").create_access_key(UserName=user.id)["AccessKey"]
        client = aws.endpoint.client_as(Credentials(key["AccessKeyId"], key["SecretAccessKey"], ""), "sqs")
    with pytest.raises(ClientError, match="AccessDenied"):
        client.list_queues()
    aws.create(ATTACHMENTS[kind], "a", policyArn=arn, **{kind: holder.id})
    client.list_queues()


def test_only_who_is_named_may_assume_a_role(aws: Any, worker: Any) -> None:
    named = policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": worker.outputs["arn"]}})
    target = aws.create("iam/role:Role", "target", assumeRolePolicy=named)
    other = aws.create("iam/role:Role", "other", assumeRolePolicy=worker.inputs["assumeRolePolicy"])
    may = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    whom = {"RoleArn": target.outputs["arn"], "RoleSessionName": "session"}
    acting(aws, worker, "sts", may).assume_role(**whom)
    with pytest.raises(ClientError, match="AccessDenied"):
        acting(aws, other, "sts", may).assume_role(**whom)


def test_identities_get_credentials_of_the_pools_role(aws: Any) -> None:
    trust = policy(
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
        }
    )
    role = aws.create("iam/role:Role", "guest", assumeRolePolicy=trust)
    pool = aws.create(
        "cognito/identityPool:IdentityPool", "i", identityPoolName="people", allowUnauthenticatedIdentities=True
    )
    kind = "cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment"
    aws.create(kind, "r", identityPoolId=pool.id, roles={"unauthenticated": role.outputs["arn"]})
    client = aws.client("cognito-identity")
    identity = client.get_id(IdentityPoolId=pool.id)["IdentityId"]
    keys = client.get_credentials_for_identity(IdentityId=identity)["Credentials"]
    credentials = Credentials(keys["AccessKeyId"], keys["SecretKey"], keys["SessionToken"])
    who = aws.endpoint.client_as(credentials, "sts").get_caller_identity()["Arn"]
    assert f":assumed-role/{role.id}/" in who


def test_a_schedule_goes_with_its_group(aws: Any, role: str, queue: tuple[str, str], unique: str) -> None:
    group = aws.create("scheduler/scheduleGroup:ScheduleGroup", "g", name=unique)
    schedule = aws.create(
        "scheduler/schedule:Schedule",
        "daily",
        groupName=group.id,
        scheduleExpression="rate(1 day)",
        flexibleTimeWindow={"mode": "OFF"},
        target={"arn": queue[1], "roleArn": role},
    )
    aws.delete(group)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        aws.client("scheduler").get_schedule(GroupName=unique, Name=schedule.outputs["name"])
