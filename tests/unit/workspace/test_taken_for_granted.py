from __future__ import annotations

import pytest

from stackwright.workspace.taken_for_granted import Granted, taken_for_granted


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ('REGION = "eu-west-1"\n', "eu-west-1"),
        ("    region: str = 'eu-west-1'\n", "eu-west-1"),
        ('region = aws.config.region or "eu-west-1"', "eu-west-1"),
        ('region = config.get("region") or "ap-south-1"', "ap-south-1"),
        ('os.environ.get("AWS_REGION", "sa-east-1")', "sa-east-1"),
        ('f"arn:aws:sqs:eu-west-1:{account}:jobs"', "eu-west-1"),
        ('"com.amazonaws.eu-west-1.dynamodb"', "eu-west-1"),
        ('availability_zone="eu-west-1a"', "eu-west-1"),
        ('"arn:aws:sqs:eu-west-1:1:a", "arn:aws:sqs:eu-north-1:1:a"', ""),
        ('aws.Provider("dr", region="us-west-2")', ""),
        ('aws.Provider(\n    "dr",\n    region="us-west-2",\n)', ""),
        ('replica_region = config.get("replicaRegion") or "us-west-2"', ""),
        ('replicas=[{"region_name": "us-west-2"}]', ""),
        ("print('hello')", ""),
    ],
)
def test_the_region_that_a_text_takes_for_granted(text: str, region: str) -> None:
    assert taken_for_granted([text]).region == region


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ('"arn:aws:sqs:eu-west-1:111122223333:jobs"', "111122223333"),
        ('f"arn:aws:logs:{region}:111122223333:*"', "111122223333"),
        ('ACCOUNT_ID = "111122223333"', "111122223333"),
        ('{"AWS": "arn:aws:iam::111122223333:root"}', "111122223333"),
        ('role_arn="arn:aws:iam::111122223333:role/deploy"', ""),
        ('"arn:aws:sqs:eu-west-1:111122223333:a" "arn:aws:sqs:eu-west-1:444455556666:a"', ""),
    ],
)
def test_the_account_that_a_text_takes_for_granted(text: str, account: str) -> None:
    assert taken_for_granted([text]).account == account


def test_the_files_of_a_program_speak_together() -> None:
    assert taken_for_granted(['REGION = "eu-west-1"', 'ACCOUNT = "111122223333"']) == Granted(
        "eu-west-1", "111122223333"
    )
