"""ingest: where its config keys and the numbers of its specification appear."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from common_rows import alarms, environment, functions, keeping, numbers
from config_table import Expectation, Row, Table, always, at

_VARIABLES = "environment/variables"
_FUNCTION, _QUEUE, _TABLE, _ALARM = "lambda/function", "sqs/queue", "dynamodb/table", "cloudwatch/metricAlarm"
_LIFECYCLE, _SSE = "s3/bucketLifecycleConfiguration", "s3/bucketServerSideEncryptionConfiguration"
_TARGET, _MAPPING = "cloudwatch/eventTarget", "lambda/eventSourceMapping"
_SCALED, _SCALING = "appautoscaling/target", "appautoscaling/policy"
_POLICY = "targetTrackingScalingPolicyConfiguration/targetValue"
_RULES = json.dumps([{"id": "b", "prefix": "b/", "expiration_days": 9, "noncurrent_version_expiration_days": 8}])
_WRITER = "arn:aws:iam::111111111111:role/ingest-items-writer-dev-useast1"
# It has no API, no workflow and no secret.
_ABSENT = re.compile("apigateway/|sfn/|secretsmanager/")


def present(rows: list[Row]) -> Iterator[Row]:
    for row in rows:
        expectations = [expectation for expectation in row.expectations if is_present(expectation)]
        if expectations:
            yield Row(row.key, row.value, *expectations, run=row.run)


def is_present(expectation: Expectation) -> bool:
    return not _ABSENT.match(expectation.type) and "api-" not in expectation.names


TABLE = Table(
    rows=[
        *present(environment("ingest")),
        *present(functions(memory="lambda_memory_mb", timeout="lambda_timeout_seconds", concurrency=None, seconds=60)),
        *present(keeping(key_window=30, suffix="s3_bucket_suffix")),
        *present(alarms(period=300, throttles=10, functions="process-data", longest=60)),
        Row(
            "lambda_handler",
            "process_handler.handler",
            at(_FUNCTION, "handler", "process_handler.lambda_handler", "process_handler.handler"),
        ),
        Row(
            "dynamodb_hash_key",
            "pk",
            at(_TABLE, "hashKey", "id", "pk"),
            at(_FUNCTION, f"{_VARIABLES}/TABLE_HASH_KEY", "id", "pk"),
        ),
        Row(
            "dynamodb_range_key",
            "sk",
            at(_TABLE, "rangeKey", "timestamp", "sk"),
            at(_FUNCTION, f"{_VARIABLES}/TABLE_RANGE_KEY", "timestamp", "sk"),
        ),
        Row(
            "dynamodb_read_capacity",
            "5",
            at(_TABLE, "readCapacity", None, 5),
            at(_TABLE, "billingMode", "PAY_PER_REQUEST", "PROVISIONED"),
            at(_SCALED, "minCapacity", None, 5, "items-read-capacity"),
        ),
        Row(
            "dynamodb_write_capacity",
            "6",
            at(_TABLE, "writeCapacity", None, 6),
            at(_SCALED, "minCapacity", None, 6, "items-write-capacity"),
        ),
        Row(
            "dynamodb_capacity_factor",
            "3",
            at(_SCALED, "maxCapacity", None, 15, "items-read-capacity"),
            at(_SCALED, "maxCapacity", None, 18, "items-write-capacity"),
        ),
        Row("dynamodb_target_percent", "60", at(_SCALING, _POLICY, None, 60)),
        Row("s3_versioning", "false", at("s3/bucketVersioning", "#", 1, 0)),
        Row(
            "s3_encryption_algorithm",
            "aws:kms",
            at(_SSE, "rules/*/applyServerSideEncryptionByDefault/sseAlgorithm", "AES256", "aws:kms"),
            at(_SSE, "rules/*/bucketKeyEnabled", None, True),
        ),
        Row(
            "s3_lifecycle_rules",
            _RULES,
            at(
                _LIFECYCLE,
                "rules/id=expire-old-versions/noncurrentVersionExpiration/noncurrentDays",
                90,
                None,
            ),
            at(_LIFECYCLE, "rules/id=b/expiration/days", None, 9),
            at(_LIFECYCLE, "rules/id=b/filter/prefix", None, "b/"),
        ),
        Row(
            "event_key_prefix",
            "in/",
            at("cloudwatch/eventRule", "eventPattern/detail/object/key/0/prefix", None, "in/"),
        ),
        Row("event_retry_attempts", "4", at(_TARGET, "retryPolicy/maximumRetryAttempts", 185, 4)),
        Row("event_age_seconds", "70", at(_TARGET, "retryPolicy/maximumEventAgeInSeconds", 86_400, 70)),
        Row("dead_letter_retention_days", "5", at(_QUEUE, "messageRetentionSeconds", 1_209_600, 432_000)),
        Row("tags", "Data=open", at("providers:aws", "defaultTags/tags/Data", None, "open")),
        # An end of the replication, whose other end is read from its file.
        Row("enable_replication", "true", at(_MAPPING, "#", 0, 1), at(_TABLE, "streamEnabled", None, True), run=2),
        Row("replication_source", "plain", at(_MAPPING, "#", 0, 1), run=2),
        Row(
            "replication_copy",
            "dev",
            at(_FUNCTION, f"{_VARIABLES}/WRITER_ROLE_ARN", None, _WRITER, "replicate-function"),
            at(_FUNCTION, f"{_VARIABLES}/COPY_TABLE_NAME", None, "ingest-items-dev", "replicate-function"),
            run=2,
        ),
        Row(
            "replication_external_id",
            "us",
            at(_FUNCTION, f"{_VARIABLES}/WRITER_EXTERNAL_ID", None, "us", "replicate-function"),
            run=2,
        ),
        Row("replication_batch_size", "9", at(_MAPPING, "batchSize", None, 9), run=2),
        Row("replication_parallelization", "2", at(_MAPPING, "parallelizationFactor", None, 2), run=2),
        Row("replication_retry_attempts", "0", at(_MAPPING, "maximumRetryAttempts", None, 0), run=2),
        Row("replication_record_age_seconds", "60", at(_MAPPING, "maximumRecordAgeInSeconds", None, 60), run=2),
        Row(
            "alarm_replication_lag_seconds",
            "7",
            at(_ALARM, "threshold", None, 7000, "alarms-items-replication-lag"),
            run=2,
        ),
    ],
    numbers=[
        *(
            place
            for place in numbers(own_keys=False)
            if is_present(place)
            and (place.type, place.path) not in {(_TABLE, "billingMode"), (_TABLE, "serverSideEncryption/enabled")}
            and not place.type.startswith(_SSE)
            and "ttl" not in place.path
            and "CORS" not in place.path
            and "tags/#" not in place.path
            and not re.search("4xx|timed-out", place.names)
        ),
        always("providers:aws", "defaultTags/tags/Project", "ingest"),
        # One function and its queue, the rule's queue, a key for the topic of the alarms.
        always(_FUNCTION, "#", 1),
        always(_QUEUE, "#", 2),
        always(_QUEUE, "sqsManagedSseEnabled", True),
        always("kms/key", "#", 1),
        always("sns/topic", "#", 1),
        always("s3/bucketNotification", "eventbridge", True),
        always(_TABLE, "attributes/#", 2),
        always(_ALARM, "evaluationPeriods", 2, ".*-error-rate"),
    ],
)
