"""uploads: where its config keys and the numbers of its specification appear."""

from __future__ import annotations

from common_rows import alarms, api, environment, functions, keeping, numbers
from config_table import Row, Table, always, at

_VARIABLES = "environment/variables"
_FUNCTION, _QUEUE, _TABLE = "lambda/function", "sqs/queue", "dynamodb/table"
_LIFECYCLE, _FILES = "s3/bucketLifecycleConfiguration", "rules/id=transition-old-files"
# The last retrier is the one for all other errors.
_MACHINE, _RETRY = "sfn/stateMachine", "definition/States/Type=Task/Retry/-1"
_ALARM = "cloudwatch/metricAlarm"

TABLE = Table(
    rows=[
        *environment("uploads"),
        *functions(memory="lambda_memory_mb", timeout="lambda_timeout_seconds", concurrency=None),
        *api(burst=200),
        *keeping(key_window=30, suffix="s3_bucket_suffix"),
        *alarms(period=300, throttles=10, functions="file-processor"),
        Row("max_inline_bytes", "1000", at(_FUNCTION, f"{_VARIABLES}/MAX_BYTES", "4500000", "1000")),
        Row("max_upload_bytes", "2000", at(_FUNCTION, f"{_VARIABLES}/MAX_UPLOAD_BYTES", "536870912", "2000")),
        Row("download_url_seconds", "70", at(_FUNCTION, f"{_VARIABLES}/DOWNLOAD_URL_SECONDS", "900", "70")),
        Row(
            "s3_lifecycle_transition_days",
            "35",
            at(_LIFECYCLE, f"{_FILES}/transitions/*/days", 30, 35),
            always(_LIFECYCLE, f"{_FILES}/transitions/*/storageClass", "STANDARD_IA"),
        ),
        Row(
            "s3_lifecycle_expiration_days",
            "100",
            at(_LIFECYCLE, f"{_FILES}/expiration/days", 90, 100),
            at(_FUNCTION, f"{_VARIABLES}/EXPIRATION_DAYS", "90", "100"),
        ),
        Row(
            "s3_cors_origins",
            "https://files.example.com,http://localhost:3000",
            at("s3/bucketCorsConfiguration", "corsRules/0/allowedOrigins/1", None, "http://localhost:3000"),
            at("s3/bucketCorsConfiguration", "corsRules/0/exposeHeaders/0", None, "ETag"),
        ),
        Row("dead_letter_retention_days", "5", at(_QUEUE, "messageRetentionSeconds", 1_209_600, 432_000)),
        Row("workflow_retry_interval_seconds", "4", at(_MACHINE, f"{_RETRY}/IntervalSeconds", 2, 4)),
        Row("workflow_retry_attempts", "0", at(_MACHINE, f"{_RETRY}/MaxAttempts", 3, 0)),
        Row("workflow_retry_backoff", "1.5", at(_MACHINE, f"{_RETRY}/BackoffRate", 2.0, 1.5)),
        Row("workflow_timeout_seconds", "600", at(_MACHINE, "definition/TimeoutSeconds", 900, 600)),
    ],
    numbers=[
        *numbers(),
        always("providers:aws", "defaultTags/tags/Project", "uploads"),
        # Four keys, one function, its two queues and the rule's, two topics.
        always("kms/key", "#", 4),
        always(_FUNCTION, "#", 1),
        always(_FUNCTION, "handler", "file_processor.handler"),
        always(_QUEUE, "#", 3),
        always("sns/topic", "#", 2),
        always(_TABLE, "hashKey", "file_id", "file-metadata-table"),
        always(_TABLE, "ttl/attributeName", "expires_at", "file-metadata-table"),
        always(_TABLE, "ttl/attributeName", "expiration", "idempotency-table"),
        always(_LIFECYCLE, f"{_FILES}/filter/prefix", ""),
        always(_MACHINE, f"{_RETRY}/ErrorEquals/0", "States.ALL"),
        always(_MACHINE, "definition/States/HandleError/Error", "FileProcessingFailed"),
        always(_ALARM, "#", 1, "alarms-file-processor-dlq-not-empty"),
        always(_ALARM, "#", 1, "alarms-file-processor-failures-not-empty"),
        always("cloudwatch/dashboard", "#", 1),
    ],
)
