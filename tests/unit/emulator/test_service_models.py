"""Patch ``service_models``: the same as botocore says, for less."""

from __future__ import annotations

import botocore.session
import pytest

from stackwright.emulator.launcher.service_models import described

SERVICES = ("s3", "sqs", "sns", "iam", "sts", "lambda", "dynamodb", "logs", "kms", "stepfunctions", "ec2", "cloudwatch")


@pytest.mark.parametrize("service", SERVICES)
def test_the_metadata_is_botocores(service: str) -> None:
    found = described(service)
    assert found is not None
    assert found.metadata == botocore.session.get_session().get_service_model(service).metadata


def test_more_than_the_metadata_comes_from_the_whole_model() -> None:
    found = described("stepfunctions")
    assert found is not None
    assert found.operation_model("StartExecution").input_shape.required_members == ["stateMachineArn"]


def test_a_service_that_botocore_does_not_know_has_no_description() -> None:
    assert described("no-such-service") is None
    assert described("../data") is None
