"""The system's own verification, in each environment; and that it sees what is wrong."""

from __future__ import annotations

import pytest
from ingest_stack import PROJECT, Stack

from stackwright.testing.running import CommandLine

pytestmark = pytest.mark.e2e


def test_a_stack_that_works_passes(stacks: dict[str, Stack], stackwright: CommandLine) -> None:
    del stacks
    for stack in ("dev", "staging", "prod"):
        told = stackwright("verify", str(PROJECT), "-s", stack)
        assert "A stored object becomes one item" in told
        assert ("the item is in staging" in told) is (stack == "prod")


def test_a_bucket_without_versions_is_seen(dev: Stack, stackwright: CommandLine) -> None:
    s3, bucket = dev.client("s3"), dev.outputs["bucket_name"]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    try:
        told = stackwright("verify", str(PROJECT), "-s", "dev", code=1)
    finally:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert "no versions" in told
