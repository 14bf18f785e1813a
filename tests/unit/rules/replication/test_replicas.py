"""Rules on replicas, beyond their pages."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[4] / "tools"))

from checked_programs import Programs

CODES = ("REP101", "REP102", "REP103", "REP104", "REP105")
PROGRAM = """\
table = aws.dynamodb.Table(
    "stars", billing_mode="PAY_PER_REQUEST", hash_key="star", attributes=[{"name": "star", "type": "S"}],
    stream_enabled=True, stream_view_type="NEW_AND_OLD_IMAGES",
    opts=pulumi.ResourceOptions(ignore_changes=["replicas"]),
)
south = aws.Provider("south", region="eu-south-1")
"""


def codes(programs: Programs, program: str) -> list[str]:
    return [finding.code for finding in programs.check(program, *CODES).findings]


def test_a_replica_elsewhere_is_fine(programs: Programs) -> None:
    arn = "global_table_arn=table.arn"
    program = f"{PROGRAM}aws.dynamodb.TableReplica('a', {arn}, region='eu-north-1')\n"
    program += f"aws.dynamodb.TableReplica('b', {arn}, opts=pulumi.ResourceOptions(provider=south))"
    assert codes(programs, program) == []


def test_a_replica_of_the_same_provider_is_in_the_same_region(programs: Programs) -> None:
    assert codes(programs, PROGRAM + "aws.dynamodb.TableReplica('a', global_table_arn=table.arn)") == ["REP101"]


def test_less_than_both_images_is_too_little(programs: Programs) -> None:
    program = PROGRAM.replace("NEW_AND_OLD", "OLD").replace("OLD_IMAGES", "NEW_IMAGE")
    replica = "aws.dynamodb.TableReplica('a', global_table_arn=table.arn, region='eu-north-1')"
    assert codes(programs, program + replica) == ["REP103"]


def test_an_arn_of_another_account(programs: Programs) -> None:
    program = """\
south = aws.Provider("south", region="eu-south-1", allowed_account_ids=["222222222222"])
arn = "arn:aws:dynamodb:eu-west-1:{}:table/stars"
aws.dynamodb.TableReplica("stars", global_table_arn=arn, opts=pulumi.ResourceOptions(provider=south))
"""
    assert codes(programs, program.format("111111111111")) == ["REP102"]
    assert codes(programs, program.format("222222222222")) == []


def test_tags_say_the_environment(programs: Programs) -> None:
    program = PROGRAM.replace("stream_enabled", "tags={'Environment': '%s'}, stream_enabled")
    replica = (
        "aws.dynamodb.TableReplica('a', global_table_arn=table.arn, region='eu-north-1', tags={'Environment': 'qa'})"
    )
    assert codes(programs, program % "production" + replica) == ["REP105"]
    assert codes(programs, program % "qa" + replica) == []
