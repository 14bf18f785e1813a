"""Two accounts of one emulator: what each keeps to itself, and what both must permit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.e2e.emulator.conftest import Account, archive, policy

pytestmark = pytest.mark.e2e

ONE, TWO = "111111111111", "222222222222"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
WRITES = """
    import json, os
    import boto3

    def handler(event, context):
        me = boto3.client("sts").get_caller_identity()["Arn"]
        boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps([me, event]))
"""


@dataclass(frozen=True)
class Side:
    """One of the accounts."""

    account: Account
    number: str

    def client(self, service: str, credentials: Mapping[str, Any] | None = None) -> Any:
        return self.account.client(service, credentials or self.account.root(self.number))

    def queue(self, name: str) -> str:
        return self.client("sqs").create_queue(QueueName=name)["QueueUrl"]

    def role(self, trusted: Mapping[str, Any], *statements: Mapping[str, Any]) -> str:
        name = self.account.name("role")
        trust = policy([{"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}])
        arn = self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self.may(arn, *statements)
        return str(arn)

    def may(self, role: str, *statements: Mapping[str, Any]) -> None:
        """Give a role these statements in place of those it has."""
        document = policy(statements or [{"Effect": "Deny", "Action": "s3:ListBucket", "Resource": "*"}])
        iam = self.client("iam")
        iam.put_role_policy(RoleName=role.rpartition("/")[2], PolicyName="inline", PolicyDocument=document)

    def session(self, role: str) -> Mapping[str, Any]:
        return self.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]


@pytest.fixture
def one(account: Account) -> Side:
    return Side(account, ONE)


@pytest.fixture
def two(account: Account) -> Side:
    return Side(account, TWO)


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as error:
        call()
    return error.value.response["Error"]["Code"]


def test_names_are_an_account_s_own_but_those_of_buckets(one: Side, two: Side) -> None:
    name = one.account.name("same")
    first, second = one.queue(name), two.queue(name)
    one.client("sqs").send_message(QueueUrl=first, MessageBody="to one")
    assert "Messages" not in two.client("sqs").receive_message(QueueUrl=second)
    one.client("s3").create_bucket(Bucket=name)
    assert refused(lambda: two.client("s3").create_bucket(Bucket=name)) == "BucketAlreadyExists"


def test_events_and_functions_stay_in_their_account(one: Side, two: Side) -> None:
    """An object put into a bucket of one account starts the function there, as its role, and none elsewhere."""
    name = one.account.name("who")
    code = archive({"app.py": WRITES.replace("\n    ", "\n")})
    for side in (one, two):
        queue = side.queue(name)
        role = side.role({"Service": "lambda.amazonaws.com"}, EVERYTHING)
        function = side.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.11",
            Handler="app.handler",
            Role=role,
            Code={"ZipFile": code},
            Environment={"Variables": {"QUEUE": queue}},
        )["FunctionArn"]
        events = side.client("events")
        pattern = json.dumps({"source": ["aws.s3"], "detail-type": ["Object Created"]})
        rule = events.put_rule(Name=name, EventPattern=pattern)["RuleArn"]
        side.client("lambda").add_permission(
            FunctionName=name,
            StatementId="rule",
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=rule,
        )
        events.put_targets(Rule=name, Targets=[{"Id": "function", "Arn": function}])
    buckets = {side.number: f"{name}-{side.number}" for side in (one, two)}
    for side in (one, two):
        s3 = side.client("s3")
        s3.create_bucket(Bucket=buckets[side.number])
        s3.put_bucket_notification_configuration(
            Bucket=buckets[side.number], NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
        s3.put_object(Bucket=buckets[side.number], Key="a b", Body=b"")

    for side in (one, two):
        queue = side.queue(name)
        found: list[Any] = []

        def arrived(side: Side = side, queue: str = queue, found: list[Any] = found) -> bool:
            found.extend(side.client("sqs").receive_message(QueueUrl=queue).get("Messages", []))
            return bool(found)

        one.account.until(arrived)
        ((me, event),) = [json.loads(message["Body"]) for message in found]
        assert me.startswith(f"arn:aws:sts::{side.number}:assumed-role/")
        assert event["account"] == side.number
        assert event["detail"]["bucket"]["name"] == buckets[side.number]
        side.client("events").remove_targets(Rule=name, Ids=["function"])


def test_a_trust_policy_may_name_a_role_in_a_condition(one: Side, two: Side) -> None:
    """AWS shows the role there, not its session; what the policy names need not exist when it is written."""
    known, unknown = (two.role({"AWS": TWO}) for _ in range(2))
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{TWO}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnEquals": {"aws:PrincipalArn": known}, "StringEquals": {"sts:ExternalId": "us"}},
    }
    name = one.account.name("role")
    target = one.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=policy([trust]))["Role"]["Arn"]
    asks = {"RoleArn": target, "RoleSessionName": "test"}
    for role in (known, unknown):
        two.may(role, {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": target})
    as_known, as_unknown = (two.client("sts", two.session(role)) for role in (known, unknown))

    assert as_known.assume_role(**asks, ExternalId="us")["Credentials"]
    assert refused(lambda: as_known.assume_role(**asks)) == "AccessDenied"
    assert refused(lambda: as_known.assume_role(**asks, ExternalId="them")) == "AccessDenied"
    assert refused(lambda: as_unknown.assume_role(**asks, ExternalId="us")) == "AccessDenied"


def test_assuming_a_role_takes_both_sides(one: Side, two: Side) -> None:
    caller = two.role({"AWS": TWO})
    target = one.role({"AWS": caller})
    stranger = one.role({"AWS": two.role({"AWS": TWO})})
    sts = two.client("sts", two.session(caller))

    def assume(role: str) -> Any:
        return sts.assume_role(RoleArn=role, RoleSessionName="test")

    assert refused(lambda: assume(target)) == "AccessDenied"  # the caller's side
    two.may(caller, {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"})
    assert refused(lambda: assume(stranger)) == "AccessDenied"  # the role's side
    assert assume(target)["AssumedRoleUser"]["Arn"].startswith(f"arn:aws:sts::{ONE}:assumed-role/")


def test_sending_to_another_account_takes_both_sides(one: Side, two: Side) -> None:
    queue = one.queue(one.account.name("open"))
    arn = f"arn:aws:sqs:us-east-1:{ONE}:{queue.rpartition('/')[2]}"
    caller = two.role({"AWS": TWO}, EVERYTHING)
    sqs = two.client("sqs", two.session(caller))

    def send() -> Any:
        return sqs.send_message(QueueUrl=queue, MessageBody="hello")

    assert refused(send) == "AccessDenied"
    statement = {"Effect": "Allow", "Principal": {"AWS": caller}, "Action": "sqs:SendMessage", "Resource": arn}
    one.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy([statement])})
    send()
    two.may(caller)
    assert refused(send) == "AccessDenied"
    (message,) = one.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert message["Body"] == "hello"


def test_a_bucket_of_another_account_takes_both_sides(one: Side, two: Side) -> None:
    bucket = one.account.name("open")
    owner = one.client("s3")
    owner.create_bucket(Bucket=bucket)
    caller, other = two.role({"AWS": TWO}, EVERYTHING), two.role({"AWS": TWO}, EVERYTHING)
    s3, others = (two.client("s3", two.session(role)) for role in (caller, other))

    def put(client: Any = s3, key: str = "in/a b") -> Any:
        return client.put_object(Bucket=bucket, Key=key, Body=b"hello")

    def policies(*statements: Mapping[str, Any]) -> None:
        shared = {"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/in/*"}
        document = policy([{**shared, **statement} for statement in statements])
        owner.put_bucket_policy(Bucket=bucket, Policy=document)

    assert refused(put) == "AccessDenied"
    policies({"Effect": "Allow", "Principal": {"AWS": caller}})
    put()
    assert owner.get_object(Bucket=bucket, Key="in/a b")["Body"].read() == b"hello"
    assert refused(lambda: put(key="out")) == "AccessDenied"
    assert refused(lambda: put(others)) == "AccessDenied"
    assert refused(lambda: s3.get_object(Bucket=bucket, Key="in/a b")) == "AccessDenied"

    policies({"Effect": "Allow", "Principal": {"AWS": TWO}}, {"Effect": "Deny", "Principal": {"AWS": other}})
    put()
    assert refused(lambda: put(others)) == "AccessDenied"
    two.may(caller)
    assert refused(put) == "AccessDenied"
