"""Every config key of ingest: its type, its unit, its range.

Set one with `pulumi config set ingest:<key> <value>`. What may differ between environments is named in Pulumi.yaml; all
other keys must be equal in all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from stackwright.components import ConfigProblem, FunctionsConfig, LifecycleRule, read_lifecycle, setting

OWN_TAGS = ("Application", "CostCenter", "Environment", "ManagedBy", "Project", "Team")
Tags = tuple[tuple[str, str], ...]
# What an item holds beside its keys.
_ATTRIBUTES = ("bucket", "key", "size", "etag", "environment")
_NAME = r"[A-Za-z][A-Za-z0-9_]{0,49}"


def tags_of(text: str) -> Tags:
    """Tags as `name=value,name=value`, or as a JSON object; sorted by name."""
    try:
        told: Any = json.loads(text) if text.lstrip().startswith("{") else dict(_pair(part) for part in text.split(","))
        return tuple(sorted((str(name), str(value)) for name, value in told.items() if name))
    except ValueError:
        raise ValueError("tags as name=value, comma-separated, or a JSON object") from None


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if name.strip() and not value.strip():
        raise ValueError("no value")
    return name.strip(), value.strip()


def names_of(tags: Tags) -> tuple[str, ...]:
    """The names of tags; their values may differ."""
    return tuple(name for name, _ in tags)


@dataclass(frozen=True, kw_only=True)
class IngestConfig(FunctionsConfig):
    """Read by `load_environments`: Pulumi config, then the environment variable (upper case), then the default."""

    lambda_memory_mb: int = setting("Memory of every function, MB", default=512, minimum=128, maximum=10_240)
    lambda_timeout_seconds: int = setting("Longest run of every function, seconds", default=60, minimum=30, maximum=900)
    lambda_reserved_concurrency: int | None = setting(
        "Concurrent runs reserved for process-data; `none` for no reservation", default=None, minimum=0, maximum=1000
    )
    lambda_handler: str = setting("File and function of process-data", default="process_handler.lambda_handler")

    dynamodb_hash_key: str = setting(
        "Partition key of items, which holds the id", default="id", pattern=_NAME, pattern_means="an attribute's name"
    )
    dynamodb_range_key: str = setting(
        "Sort key of items, which holds the time",
        default="timestamp",
        pattern=_NAME,
        pattern_means="an attribute's name",
    )
    dynamodb_read_capacity: int | None = setting(
        "Read capacity units of items at least; `none` for on demand", default=None, minimum=1, maximum=4000
    )
    dynamodb_write_capacity: int | None = setting(
        "Write capacity units of items at least; `none` for on demand", default=None, minimum=1, maximum=4000
    )
    dynamodb_capacity_factor: int = setting(
        "How many times its least capacity the table has at most", default=10, minimum=1, maximum=10
    )
    dynamodb_target_percent: int = setting(
        "Use of the capacity that autoscaling aims at, percent", default=70, minimum=20, maximum=90
    )

    s3_versioning: bool = setting("Whether the bucket keeps old versions", default=True)
    s3_encryption_algorithm: Literal["AES256", "aws:kms"] = setting(
        "Encryption of objects: with keys of S3's own, or with the AWS-managed key aws/s3", default="AES256"
    )
    s3_lifecycle_rules: tuple[tuple[str, LifecycleRule], ...] = setting(
        "Lifecycle rules of the bucket; incomplete uploads go after 7 days in any case",
        default=(("expire-old-versions", LifecycleRule(prefix="", noncurrent_version_expiration_days=90)),),
        convert=read_lifecycle,
        pattern_means="a JSON list of {id, prefix, …} with the days of `LifecycleRule`",
    )
    s3_bucket_suffix: str = setting(
        "Last part of the bucket's name, which must be unique among all AWS accounts",
        default="",
        pattern=r"([a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?)?",
        pattern_means="up to 20 lower-case letters, digits and hyphens",
    )

    event_key_prefix: str = setting("Objects whose events are taken: those whose key begins so", default="")
    event_retry_attempts: int = setting(
        "Deliveries of an event that EventBridge tries again", default=185, minimum=0, maximum=185
    )
    event_age_seconds: int = setting(
        "Oldest event that EventBridge still tries to deliver, seconds", default=86_400, minimum=60, maximum=86_400
    )
    dead_letter_retention_days: int = setting(
        "How long failed events are kept, days", default=14, minimum=1, maximum=14
    )

    enable_replication: bool = setting(
        "Whether changes of replication_source's items go to replication_copy", default=False
    )
    replication_source: str = setting("Environment whose items are copied", default="prod")
    replication_copy: str = setting("Environment that the items are copied to", default="staging")
    replication_external_id: str = setting(
        "External id that the replicating function says to the writer's role",
        default="ingest-prod-to-staging",
        pattern=r"[\w+=,.@:/-]{2,1224}",
        pattern_means="2 to 1224 letters, digits and + = , . @ : / - _",
    )
    replication_batch_size: int = setting("Most changes at once", default=100, minimum=1, maximum=1000)
    replication_parallelization: int = setting(
        "Batches at the same time for each shard of the stream", default=10, minimum=1, maximum=10
    )
    replication_retry_attempts: int = setting(
        "Attempts after the first until a change is given up", default=10_000, minimum=0, maximum=10_000
    )
    replication_record_age_seconds: int = setting(
        "Oldest change that is still tried, seconds", default=86_400, minimum=60, maximum=86_400
    )

    tags: Tags = setting(
        "More tags; their names must be equal, their values may differ",
        default=(),
        convert=tags_of,
        pattern_means="name=value, separated by commas, or a JSON object",
        alike=names_of,
    )

    kms_deletion_window_days: int = setting("Days until the deleted key is gone", default=30, minimum=7, maximum=30)
    alarm_period_seconds: int = setting(
        "Period of the alarms, seconds", default=300, choices=(60, 120, 180, 240, 300, 600, 900, 3600)
    )
    alarm_throttles: int = setting(
        "Throttled runs in a period that are an alarm", default=10, minimum=0, maximum=100_000
    )
    alarm_replication_lag_seconds: int = setting(
        "Age of the oldest change that is not copied yet and is an alarm, seconds",
        default=300,
        minimum=1,
        maximum=86_400,
    )

    def problems(self) -> Iterator[ConfigProblem]:
        """Rules between keys."""
        yield from super().problems()
        keys = (self.dynamodb_hash_key, self.dynamodb_range_key)
        for key, name in zip(("dynamodb_hash_key", "dynamodb_range_key"), keys, strict=True):
            if name in _ATTRIBUTES:
                yield ConfigProblem(key, name, f"none of {', '.join(_ATTRIBUTES)}, which items hold besides")
        if keys[0] == keys[1]:
            yield ConfigProblem("dynamodb_range_key", keys[1], "another name than dynamodb_hash_key")
        if (self.dynamodb_read_capacity is None) != (self.dynamodb_write_capacity is None):
            yield ConfigProblem(
                "dynamodb_write_capacity", self.dynamodb_write_capacity, "set together with dynamodb_read_capacity"
            )
        if self.replication_source == self.replication_copy:
            yield ConfigProblem(
                "replication_copy", self.replication_copy, "another environment than replication_source"
            )
        for name, _ in self.tags:
            if name in OWN_TAGS:
                yield ConfigProblem("tags", name, f"none of {', '.join(OWN_TAGS)}, which have keys of their own")
