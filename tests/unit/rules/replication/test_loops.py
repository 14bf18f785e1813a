"""Copies of tables' changes, one way and both."""

import pytest
from checked_programs import Programs

PROGRAM = """
def table(name):
    return aws.dynamodb.Table(name, billing_mode="PAY_PER_REQUEST", hash_key="id", stream_enabled=True,
        attributes=[{{"name": "id", "type": "S"}}], stream_view_type="NEW_AND_OLD_IMAGES")


def copy(name, source, target, **more):
    function = aws.lambda_.Function(name, role="arn:aws:iam::123456789012:role/x", runtime="python3.13",
        handler="app.handler", code=pulumi.AssetArchive({{"app.py": pulumi.FileAsset("app.py")}}),
        environment={{"variables": {{"COPY": target.name}}}})
    aws.lambda_.EventSourceMapping(name, function_name=function.arn, event_source_arn=source.stream_arn,
        starting_position="LATEST", **more)


one, two, three = table("one"), table("two"), table("three")
copy("there", one, two)
{}
"""
HANDLER = """
import os
import boto3

table = boto3.resource("dynamodb").Table(os.environ["COPY"])


def handler(event, context):
    for record in event["Records"]:
        {}
"""
WRITE = 'table.put_item(Item=record["dynamodb"]["NewImage"])'
DELETE = """if record["eventName"] == "REMOVE":
            table.delete_item(Key=record["dynamodb"]["Keys"])
        else:
            table.put_item(Item=record["dynamodb"]["NewImage"])"""
GUARDED = """if record["dynamodb"]["NewImage"]["origin"] == os.environ["COPY"]:
            continue
        table.put_item(Item=record["dynamodb"]["NewImage"])"""
READ = 'table.get_item(Key={"id": record["dynamodb"]["Keys"]["id"]})'
BACK = 'copy("back", two, one)'


@pytest.mark.parametrize("code", [WRITE, DELETE])
def test_both_ways_are_found(programs: Programs, code: str) -> None:
    files = {"__main__.py": PROGRAM.format(BACK), "app.py": HANDLER.format(code)}
    (finding,) = programs.check(files, "REP106").findings
    assert "writes the changes of 'two' to 'one'" in finding.message


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("", WRITE),
        (BACK, GUARDED),
        (BACK, READ),
        ('copy("on", two, three)', WRITE),
        (BACK[:-1] + ", filter_criteria={'filters': [{'pattern': '{}'}]})", WRITE),
        (BACK[:-1] + ", enabled=False)", WRITE),
    ],
)
def test_left_alone(programs: Programs, more: str, code: str) -> None:
    files = {"__main__.py": PROGRAM.format(more), "app.py": HANDLER.format(code)}
    assert programs.check(files, "REP106", "RUN101").findings == ()
