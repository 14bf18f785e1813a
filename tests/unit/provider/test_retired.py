"""Versions that AWS has retired."""

from __future__ import annotations

import datetime
import re
import tomllib
from importlib import resources
from typing import Any

import pytest

from stackwright.graph import Resource
from stackwright.provider import registry
from stackwright.provider.retired import notice

TODAY = datetime.date(2026, 11, 28)


def resource(kind: str, **inputs: Any) -> Resource:
    return Resource(f"urn:pulumi:dev::p::aws:{kind}::one", f"aws:{kind}", "one", inputs=inputs)


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("rds/cluster:Cluster", {"engine": "aurora-postgresql", "engineVersion": "15.4"}),
        ("rds/cluster:Cluster", {"engine": "aurora-postgresql", "engineVersion": "10.18"}),
        ("rds/cluster:Cluster", {"engine": "aurora", "engineVersion": "5.6.mysql_aurora.1.23.4"}),
        ("rds/instance:Instance", {"engine": "postgres", "engineVersion": "16.8"}),
        ("lambda/function:Function", {"runtime": "python3.7"}),
        ("eks/cluster:Cluster", {"version": "1.24"}),
    ],
)
def test_what_aws_no_longer_creates_is_named_as_such(kind: str, inputs: dict[str, Any]) -> None:
    assert re.search(r"which AWS has retired.* see https://", notice(resource(kind, **inputs), TODAY))


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("rds/cluster:Cluster", {"engine": "aurora-mysql", "engineVersion": "5.7.mysql_aurora.2.12.5"}),
        ("rds/cluster:Cluster", {"engine": "aurora-postgresql", "engineVersion": "11"}),
        ("rds/cluster:Cluster", {"engine": "aurora-postgresql", "engineVersion": "13.20"}),
        ("rds/instance:Instance", {"engine": "mysql", "engineVersion": "8.0.40"}),
        ("docdb/cluster:Cluster", {"engineVersion": "3.6.0"}),
        ("elasticache/replicationGroup:ReplicationGroup", {"engineVersion": "5.0.6"}),
        ("lambda/function:Function", {"runtime": "python3.9"}),
        ("eks/cluster:Cluster", {"version": "1.32"}),
    ],
)
def test_what_aws_still_creates_is_a_notice(kind: str, inputs: dict[str, Any]) -> None:
    assert re.search(r"standard support ended on 20\d\d-", notice(resource(kind, **inputs), TODAY))


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("rds/cluster:Cluster", {"engine": "aurora-postgresql"}),
        ("rds/cluster:Cluster", {"engine": "aurora-postgresql", "engineVersion": "15"}),
        ("rds/cluster:Cluster", {"engine": "aurora-postgresql", "engineVersion": "15.40"}),
        ("rds/cluster:Cluster", {"engine": "aurora-postgresql", "engineVersion": "99.1"}),
        ("elasticache/cluster:Cluster", {"engine": "memcached", "engineVersion": "5.0"}),
        ("lambda/function:Function", {"runtime": "python3.13"}),
        ("lambda/function:Function", {"packageType": "Image"}),
        ("s3/bucket:Bucket", {"engineVersion": "15.4"}),
    ],
)
def test_the_rest_goes_through(kind: str, inputs: dict[str, Any]) -> None:
    assert notice(resource(kind, **inputs), TODAY) == ""


def test_a_day_that_has_not_come_says_nothing() -> None:
    asked = resource("eks/cluster:Cluster", version="1.32")
    assert notice(asked, datetime.date(2026, 3, 22)) == ""
    assert "2026-03-23" in notice(asked, datetime.date(2026, 3, 23))
    assert "retired" in notice(asked, datetime.date(2027, 3, 24))


def test_every_entry_is_dated_has_a_source_and_is_reached() -> None:
    data = tomllib.loads((resources.files("stackwright.provider") / "data" / "retired.toml").read_text("utf-8"))
    engines = {one["default"] for one in data["type"] if "default" in one}
    free = any("default" not in one for one in data["type"])
    for one in data["version"]:
        assert one["source"].startswith("https://")
        assert one.get("ended") or one.get("refused"), one
        assert one["engine"] in engines or free
    assert registry.find("aws:rds/cluster:Cluster") is not None
