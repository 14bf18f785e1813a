"""What AWS would refuse is refused before it is asked, and nothing else."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.model import OperationModel, ServiceModel

from stackwright.provider.aws import Credentials, Endpoint
from stackwright.provider.parameters.check import ParametersRefusedError
from stackwright.provider.parameters.limits import limits_of
from stackwright.provider.parameters.model import Model
from stackwright.provider.parameters.patterns import matcher

SERVICES = [
    path.name.removesuffix(".toml")
    for path in (resources.files("stackwright.provider") / "data" / "limits").iterdir()
    if path.name.endswith(".toml")
]

SHAPES: dict[str, Any] = {
    "Input": {
        "type": "structure",
        "required": ["Name"],
        "members": {
            "Name": {"shape": "Name"},
            "Kind": {"shape": "Kind"},
            "Size": {"shape": "Size"},
            "Rate": {"shape": "Rate"},
            "On": {"shape": "On"},
            "Data": {"shape": "Data"},
            "When": {"shape": "When"},
            "Names": {"shape": "Names"},
            "Tags": {"shape": "Tags"},
            "Choice": {"shape": "Choice"},
            "Free": {"shape": "Free"},
            "Secret": {"shape": "Secret"},
            "Next": {"shape": "Input"},
        },
    },
    "Name": {"type": "string", "min": 2, "max": 5, "pattern": "[\\w-]+"},
    "Kind": {"type": "string", "enum": ["blue", "green"]},
    "Size": {"type": "integer", "min": 1, "max": 10},
    "Rate": {"type": "double"},
    "On": {"type": "boolean"},
    "Data": {"type": "blob", "max": 4},
    "When": {"type": "timestamp"},
    "Names": {"type": "list", "member": {"shape": "Name"}, "max": 2},
    "Tags": {"type": "map", "key": {"shape": "Kind"}, "value": {"shape": "Name"}, "min": 1},
    "Choice": {"type": "structure", "union": True, "members": {"A": {"shape": "Name"}, "B": {"shape": "Name"}}},
    "Free": {"type": "structure", "document": True, "members": {}},
    "Secret": {"type": "string", "sensitive": True, "max": 3},
}


def faults(parameters: dict[str, Any], **dropped: list[str]) -> list[str]:
    service = ServiceModel({"metadata": {}, "operations": {}, "shapes": SHAPES})
    operation = OperationModel({"name": "Make", "input": {"shape": "Input"}}, service)
    return Model(dropped).faults(operation.input_shape, parameters)


@pytest.mark.parametrize(
    "good",
    [
        {"Kind": "blue"},
        {"Size": 10},
        {"Rate": 3},
        {"Rate": 0.5},
        {"On": False},
        {"Data": b"1234"},
        {"Data": Path(__file__).open("rb")},  # noqa: SIM115 - a stream; pytest closes the session
        {"When": datetime.now(UTC)},
        {"When": 1700000000},
        {"When": "2026-01-01T00:00:00Z"},
        {"Names": ["ab", "cd"]},
        {"Tags": {"blue": "ab"}},
        {"Choice": {"B": "ab"}},
        {"Free": {"anything": [1, {"x": None}]}},
        {"Next": {"Name": "cd", "Next": {"Name": "ef"}}},
    ],
)
def test_what_is_valid_passes(good: dict[str, Any]) -> None:
    assert faults({"Name": "ab", **good}) == []


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ({"Name": "a"}, "Name has 1 characters ('a'), and must have at least 2"),
        ({"Name": "abcdef"}, "Name has 6 characters ('abcdef'), and must have at most 5"),
        ({"Name": "a b"}, "Name is 'a b', and must match [\\w-]+"),
        ({"Name": "äb"}, "Name is 'äb', and must match [\\w-]+"),
        ({"Name": 3}, "Name is 3, and must be a text"),
        ({"Name": None}, "Name is None, and must be a text"),
        ({"Nome": "ab"}, "Nome is not known; there are Name, Kind"),
        ({"Kind": "blu"}, "Kind is 'blu', and must be blue, green (as botocore"),
        ({"Kind": "blu"}, "did you mean blue?"),
        ({"Size": 0}, "Size is 0, and must be at least 1"),
        ({"Size": 11}, "Size is 11, and must be at most 10"),
        ({"Size": True}, "Size is True, and must be a whole number"),
        ({"Size": "3"}, "Size is '3', and must be a whole number"),
        ({"Rate": "fast"}, "Rate is 'fast', and must be a number"),
        ({"On": "true"}, "On is 'true', and must be True or False"),
        ({"Data": b"12345"}, "Data has 5 bytes, and must have at most 4"),
        ({"Data": 5}, "Data is a int, and must be bytes"),
        ({"When": "soon"}, "When is 'soon', and must be a time"),
        ({"Names": ["ab", "c"]}, "Names[1] has 1 characters ('c'), and must have at least 2"),
        ({"Names": ["ab", "cd", "ef"]}, "Names has 3 items, and must have at most 2"),
        ({"Names": "ab"}, "Names is 'ab', and must be a list"),
        ({"Tags": {}}, "Tags has 0 entries, and must have at least 1"),
        ({"Tags": {"red": "ab"}}, "Tags.(key) is 'red', and must be blue, green"),
        ({"Tags": {"blue": "a"}}, "Tags.blue has 1 characters"),
        ({"Choice": {"A": "ab", "B": "ab"}}, "Choice has A, B, and must have one of A, B"),
        ({"Choice": {}}, "Choice has nothing"),
        ({"Secret": "hunter2"}, "Secret has 7 characters ([secret]), and must have at most 3"),
        ({"Next": {}}, "Next.Name is missing"),
        ({"Next": {"Name": "ok", "Next": {"Name": "no way"}}}, "Next.Next.Name has 6 characters"),
    ],
)
def test_each_constraint_refuses_with_its_place(bad: dict[str, Any], fault: str) -> None:
    found = faults({"Name": "ab", **bad})
    assert any(fault in text for text in found), found


def test_a_missing_member_and_a_dropped_constraint() -> None:
    assert faults({}) == ["Name is missing"]
    assert faults({"Name": "a b"}, Name=["pattern"]) == []
    assert faults({"Name": 3}, Name=["type"]) == []


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("[a-z]+", "abc", "abc1"),
        (r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)", "Grün 7/東京", "a;b"),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "é€[x]-1!", "a b"),
        (r"\p{ASCII}+", "abc", "ä"),
        (r"\p{Print}+", "a b", "a\n"),
        (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*", "a😀\n", "a\x00"),
        (r"[\w-_]*", "a-b_c", "a b"),
        (r"^arn:aws[a-z0-9-]*:iam::\d{12}:role\/[\w-\/.@+=,]{1,9}$", "arn:aws:iam::123456789012:role/a/b", "arn:"),
        (r"\d+", "12", "٣"),
    ],
)
def test_patterns_mean_what_they_mean_in_java(pattern: str, good: str, bad: str) -> None:
    matches = matcher(pattern)
    assert matches is not None
    assert matches(good)
    assert not matches(bad)


def test_every_pattern_of_the_models_can_be_had() -> None:
    assert matcher(r"\p{Nonsense}") is None
    impossible: set[str] = set()
    count = 0
    services = {*SERVICES, "iam", "ssm", "cognito-idp", "events"}
    for file in Path(botocore.__file__).parent.glob("data/*/*/service-2.json.gz"):
        if file.parent.parent.name not in services:
            continue
        for shape in json.loads(gzip.decompress(file.read_bytes()))["shapes"].values():
            if "pattern" in shape:
                count += 1
                if matcher(shape["pattern"]) is None:
                    impossible.add(shape["pattern"])
    assert count > 400
    assert impossible == set()


REFUSED: list[tuple[str, str, dict[str, Any], str]] = [
    ("sqs", "CreateQueue", {"Attributes": {"MessageRetentionPeriod": "30"}}, "must be at least 60"),
    ("sqs", "SetQueueAttributes", {"Attributes": {"VisibilityTimeout": "43201"}}, "must be at most 43200"),
    ("sqs", "CreateQueue", {"Attributes": {"DelaySeconds": "soon"}}, "must be a number"),
    ("sqs", "CreateQueue", {"QueueName": "my queue"}, "made of letters"),
    ("sqs", "CreateQueue", {"Attributes": {"RedrivePolicy": '{"maxReceiveCount": 0}'}}, "maxReceiveCount is 0"),
    ("lambda", "CreateFunction", {"Timeout": 901}, "Timeout is 901, and must be at most 900"),
    ("lambda", "CreateFunction", {"MemorySize": 10241}, "must be at most 10240"),
    (
        "lambda",
        "CreateFunction",
        {"Environment": {"Variables": {"AWS_REGION": "x"}}},
        "AWS keeps for itself",
    ),
    ("lambda", "CreateFunction", {"Environment": {"Variables": {"BIG": "x" * 4096}}}, "takes 4099 bytes"),
    ("lambda", "CreateFunction", {"Layers": ["a"] * 6}, "has 6 items"),
    ("kms", "ScheduleKeyDeletion", {"PendingWindowInDays": 6}, "must be at least 7"),
    ("logs", "PutRetentionPolicy", {"retentionInDays": 4}, "is 4, and must be 1, 3, 5"),
    ("sns", "CreateTopic", {"Name": "a.b"}, "1 to 256 letters"),
    ("stepfunctions", "CreateStateMachine", {"name": "a b"}, "without spaces"),
    ("secretsmanager", "DeleteSecret", {"RecoveryWindowInDays": 31}, "must be at most 30"),
    ("s3", "CreateBucket", {"Bucket": "My_Bucket"}, "lower-case"),
    ("s3", "PutBucketAcl", {"ACL": "public"}, "must be private, public-read"),
    ("s3", "CreateBucket", {"Bucket": "192.168.1.1"}, "no IP address"),
    (
        "s3",
        "PutBucketLifecycleConfiguration",
        {"LifecycleConfiguration": {"Rules": [{"Transitions": [{"Days": 29, "StorageClass": "STANDARD_IA"}]}]}},
        "Rules[0].Transitions[0].Days is 29, and must be at least 30",
    ),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "fault"), REFUSED)
def test_documented_limits(service: str, operation: str, parameters: dict[str, Any], fault: str) -> None:
    found = [text for limit in limits_of(service).of[operation] for text in limit.faults(parameters)]
    assert any(fault in text and "https://docs.aws.amazon.com/" in text for text in found), found


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("sqs", "CreateQueue", {"QueueName": "jobs.fifo", "Attributes": {"DelaySeconds": "0", "KmsMasterKeyId": ""}}),
        ("sqs", "SetQueueAttributes", {"Attributes": {"RedrivePolicy": '{"maxReceiveCount": "5"}'}}),
        ("sqs", "SetQueueAttributes", {"Attributes": {"RedrivePolicy": ""}}),
        ("lambda", "CreateFunction", {"Timeout": 5400, "CapacityProviderConfig": {}}),
        ("lambda", "CreateFunction", {"FunctionName": "a-b_C", "Environment": {"Variables": {"TZ": "UTC"}}}),
        ("s3", "CreateBucket", {"Bucket": "my.bucket-1", "ACL": "log-delivery-write"}),
        (
            "s3",
            "PutBucketLifecycleConfiguration",
            {"LifecycleConfiguration": {"Rules": [{"Transitions": [{"Days": 1, "StorageClass": "GLACIER"}]}]}},
        ),
    ],
)
def test_what_the_limits_allow(service: str, operation: str, parameters: dict[str, Any]) -> None:
    assert [text for limit in limits_of(service).of[operation] for text in limit.faults(parameters)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_limits_name_operations_and_parameters_that_there_are(service: str) -> None:
    model = Endpoint("http://127.0.0.1:9", "1", "us-east-1").client_as(Credentials("a", "b", ""), service)
    operations: Any = model.meta.service_model  # type: ignore[attr-defined]
    for operation, limits in limits_of(service).of.items():
        members = operations.operation_model(operation).input_shape.members
        for limit in limits:
            assert limit.parameter.partition(".")[0].rstrip("[]{}") in members or "stageName" in limit.parameter
    for shape in limits_of(service).dropped:
        assert shape in operations.shape_names


def test_a_client_asks_nobody_when_aws_would_refuse() -> None:
    sqs = Endpoint("http://127.0.0.1:9", "1", "us-east-1").client_as(Credentials("a", "b", ""), "sqs")
    with pytest.raises(ParametersRefusedError, match="AWS would refuse CreateQueue: QueueName is missing"):
        sqs.create_queue(Attributes={})
