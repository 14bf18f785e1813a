"""Patterns and loops in other forms, and their innocent neighbours."""

from __future__ import annotations

import json
from typing import Any

from checked_programs import Programs

SILENT: list[dict[str, Any]] = [
    {"source": ["aws.s3"], "detailType": ["Object Created"]},
    {"source": "aws.s3"},
    {"source": ["aws.s3"], "detail-type": ["ObjectCreated:Put"]},
    {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": ["arn:aws:s3:::maps"]}}},
    {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"requestParameters": {"bucketName": ["maps"]}},
    },
    {"source": ["aws.states"], "detail-type": ["Execution Failed"]},
    {"source": []},
]
FINE: list[dict[str, Any]] = [
    {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"object": {"key": [{"suffix": ".csv"}]}}},
    {"source": ["aws.s3"], "detail-type": [{"prefix": "Object "}]},
    {"source": ["aws.s3"], "detail-type": ["AWS API Call via CloudTrail"], "detail": {"eventName": ["PutObject"]}},
    {"source": ["shop.orders"], "detail-type": ["order placed"], "detail": {"total": [{"numeric": [">", 5]}]}},
    {"$or": [{"source": ["a"]}, {"account": ["123456789012"]}]},
    {"source": ["aws.states"], "detail": {"status": ["FAILED", "TIMED_OUT"]}},
]
FUNCTION = """\
trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("maps", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
bucket = aws.s3.Bucket("maps")
function = aws.lambda_.Function(
    "maps", role=role.arn, runtime="python3.13", handler="app.handler", code=pulumi.FileArchive("app"),
    environment={"variables": {"BUCKET": bucket.bucket}},
)
"""
HANDLER = """\
import os
import boto3
s3 = boto3.client("s3")
def handler(event, context):
    name = event["Records"][0]["s3"]["object"]["key"]
    s3.put_object(Bucket=os.environ["BUCKET"], Key=KEY, Body=b"")
"""


def test_patterns_that_match_nothing_are_found_and_no_others(programs: Programs) -> None:
    lines = [
        f"aws.cloudwatch.EventRule('{kind}{index}', event_pattern={json.dumps(pattern)!r})"
        for kind, patterns in (("silent", SILENT), ("fine", FINE))
        for index, pattern in enumerate(patterns)
    ]
    lines.append("bus = aws.cloudwatch.EventBus('own', name='own')")
    lines.append(
        f"aws.cloudwatch.EventRule('other-bus', event_bus_name=bus.name, event_pattern={json.dumps(FINE[0])!r})"
    )

    found = {f.place.urn.rpartition("::")[2] for f in programs.check("\n".join(lines), "EVT105").findings}

    assert found == {"other-bus", *(f"silent{index}" for index in range(len(SILENT)))}


def loops(programs: Programs, key: str, filters: str) -> list[str]:
    notification = f"""
aws.s3.BucketNotification(
    "maps", bucket=bucket.id,
    lambda_functions=[{{"lambda_function_arn": function.arn, "events": ["s3:ObjectCreated:*"], {filters}}}],
)
"""
    files = {"__main__.py": FUNCTION + notification, "app/app.py": HANDLER.replace("KEY", key)}
    return [f.code for f in programs.check(files, "EVT107").findings]


def test_a_function_that_writes_what_invokes_it_is_a_loop(programs: Programs) -> None:
    assert loops(programs, '"small/" + name', "") == ["EVT107"]
    assert loops(programs, '"in/again.csv"', '"filter_prefix": "in/"') == ["EVT107"]
    assert loops(programs, '"small/" + name', '"filter_prefix": "in/"') == []
    assert loops(programs, '"out.json"', '"filter_suffix": ".csv"') == []
