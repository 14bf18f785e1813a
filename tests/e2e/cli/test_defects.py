"""Our own faults, seen from the command line: said as ours, with a report, and nothing left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from stackwright.cli.app import run
from stackwright.errors import Defect
from stackwright.provider.provisioner import Created
from stackwright.provider.refusals import explained

PROGRAM = """
    import pulumi
    import pulumi_aws as aws

    aws.sqs.Queue("jobs", tags={"password": pulumi.Output.secret("hunter2!"), "team": "blue"})
"""


def broken(self: Any, aws: Any, new: Any) -> Created:
    answer = aws.client("sqs").create_queue(QueueName=new["name"], tags=new["tags"])
    return Created(answer["QueueURL"])  # the key is QueueUrl


def test_a_misspelt_answer_in_a_provisioner_is_ours(
    stackwright: Any, project: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STACKWRIGHT_HOME", str(stackwright.home))
    monkeypatch.setattr("stackwright.provider.services.sqs.Queue.create", broken)
    directory = project(PROGRAM)
    assert run(["up", str(directory), "--detach"]) == 4
    shown = capsys.readouterr().err
    assert "aws:sqs/queue:Queue 'jobs': unexpected KeyError: 'QueueURL'" in shown
    assert "where: __main__.py:4, urn:" in shown
    assert "not of the program" in shown
    (report,) = (stackwright.home / "reports").glob("*.txt")
    assert str(report) in shown
    text = report.read_text()
    assert "in broken" in text
    assert '"team": "blue"' in text
    assert "hunter2!" not in text + shown
    assert report.stat().st_mode & 0o077 == 0
    stackwright.assert_nothing_left()


def test_a_property_that_the_program_left_out_is_the_users(stackwright: Any, project: Any) -> None:
    directory = project(
        """
        import pulumi_aws as aws

        aws.dynamodb.Table("items", hash_key="id", billing_mode="PAY_PER_REQUEST", attributes=[{"nmae": "id"}])
        """
    )
    finished = stackwright("up", directory, "--detach")
    assert finished.code == 2, finished.err
    assert "aws:dynamodb/table:Table 'items' needs 'attributes[0].name'; attributes[0] has 'nmae'" in finished.err
    assert "where: __main__.py:3, urn:" in finished.err
    assert "report" not in finished.err


def test_a_value_that_aws_would_refuse_is_refused_at_its_line(stackwright: Any, project: Any) -> None:
    directory = project(
        """
        import pulumi_aws as aws

        aws.sqs.Queue("jobs", message_retention_seconds=30)
        """
    )
    finished = stackwright("up", directory, "--detach")
    assert finished.code == 2, finished.err
    assert "cannot create aws:sqs/queue:Queue 'jobs': AWS would refuse CreateQueue: " in finished.err
    assert "Attributes.MessageRetentionPeriod is 30, and must be at least 60 (https://docs.aws" in finished.err
    assert "where: __main__.py:3" in finished.err


def test_a_failure_inside_the_emulator_leaves_its_traceback_in_the_log(endpoint: Any) -> None:
    mine = endpoint.deployer()
    client = boto3.client(
        "secretsmanager",
        region_name=endpoint.region,
        endpoint_url=endpoint.url,
        aws_access_key_id=mine.access_key,
        aws_secret_access_key=mine.secret_key,
        aws_session_token=mine.token,
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )
    with pytest.raises(Defect) as raised:
        explained("cannot create x", lambda: client.create_secret(Name=271828), log=endpoint.log)
    assert endpoint.log in raised.value.fix
    log = Path(endpoint.log).read_text()
    assert "'int' object has no attribute 'startswith'" in log[log.rindex("Traceback") :]
