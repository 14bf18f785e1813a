"""marketdata: where its config keys and the numbers of its specification appear."""

from __future__ import annotations

from common_rows import alarms, api, environment, functions, keeping, numbers
from config_table import Row, Table, always, at

_VARIABLES = "environment/variables"
_FUNCTION, _QUEUE, _TABLE, _ALARM = "lambda/function", "sqs/queue", "dynamodb/table", "cloudwatch/metricAlarm"
_FUNCTIONS, _API = "upload|status|results|processor", "upload|status|results"
_LIFECYCLE, _SSE = "s3/bucketLifecycleConfiguration", "s3/bucketServerSideEncryptionConfiguration"
_BY_DEFAULT = "rules/*/applyServerSideEncryptionByDefault"
_MACHINE, _MAP = "sfn/stateMachine", "definition/States/WriteFile"
_DAYS = {"failed-files": "failed/", "rejected-rows": "rejected/", "map-results": "map-results/"}

TABLE = Table(
    rows=[
        *environment("marketdata"),
        *functions(
            memory="lambda_memory_mb",
            timeout="lambda_timeout_seconds",
            concurrency=100,
            megabytes=3008,
            seconds=300,
            names="processor-function",
            reserved="processor-function",
        ),
        *api(burst=2000),
        *keeping(key_window=30, suffix="s3_bucket_suffix"),
        *alarms(period=300, throttles=10, functions=_FUNCTIONS, longest=300, timed="processor"),
        # 80 % of 100 by default; of 20 when both are changed.
        Row("alarm_concurrency_percent", "60", at(_ALARM, "threshold", 80, 12, "alarms-processor-concurrency")),
        Row(
            "max_direct_bytes",
            "1000",
            at(_FUNCTION, f"{_VARIABLES}/MAX_DIRECT_BYTES", "67108864", "1000", "processor.*"),
        ),
        Row("map_concurrency", "10", at(_MACHINE, f"{_MAP}/MaxConcurrency", 50, 10)),
        Row("map_batch_rows", "70", at(_MACHINE, f"{_MAP}/ItemBatcher/MaxItemsPerBatch", 500, 70)),
        Row("workflow_timeout_seconds", "900", at(_MACHINE, "definition/TimeoutSeconds", 43_200, 900)),
        Row("job_days", "9", at(_FUNCTION, f"{_VARIABLES}/JOB_DAYS", "30", "9", "(upload|processor)-function")),
        Row("s3_processed_days", "40", at(_LIFECYCLE, "rules/id=delete-processed-files/expiration/days", 30, 40)),
        Row(
            "s3_failed_days",
            "50",
            *(at(_LIFECYCLE, f"rules/id=delete-{name}/expiration/days", 30, 50) for name in _DAYS),
        ),
        Row("dead_letter_retention_days", "5", at(_QUEUE, "messageRetentionSeconds", 1_209_600, 432_000)),
        Row("enable_contributor_insights", "false", at("dynamodb/contributorInsights", "#", 1, 0)),
    ],
    numbers=[
        *numbers(own_keys=False, temporary="jobs-table", called=f"({_API})-function", traced=False),
        always("providers:aws", "defaultTags/tags/Project", "marketdata"),
        # Four functions and a queue of each, one key for the topic of the alarms.
        always(_FUNCTION, "#", 4),
        always(_QUEUE, "#", 4),
        always("kms/key", "#", 1),
        always("sns/topic", "#", 1),
        *(always(_FUNCTION, "handler", f"{n}_handler.handler", f"{n}-function") for n in _FUNCTIONS.split("|")),
        # API Gateway waits no longer.
        always(_FUNCTION, "timeout", 29, f"({_API})-function"),
        always(_FUNCTION, "reservedConcurrentExecutions", None, f"({_API})-function"),
        always(_TABLE, "hashKey", "symbol", "market-data-table"),
        always(_TABLE, "rangeKey", "timestamp", "market-data-table"),
        always(_TABLE, "attributes/name=symbol/type", "S", "market-data-table"),
        always(_TABLE, "attributes/name=timestamp/type", "N", "market-data-table"),
        always(_TABLE, "ttl", None, "market-data-table"),
        always(_TABLE, "hashKey", "jobId", "jobs-table"),
        always(_TABLE, "ttl/attributeName", "expiration", "jobs-table"),
        always(_SSE, f"{_BY_DEFAULT}/kmsMasterKeyId", None),
        always("s3/bucketNotification", "lambdaFunctions/*/events", ["s3:ObjectCreated:*"]),
        always("s3/bucketNotification", "lambdaFunctions/*/filterPrefix", "incoming/"),
        always("s3/bucketNotification", "lambdaFunctions/*/filterSuffix", ".csv"),
        always(_LIFECYCLE, "rules/id=delete-processed-files/filter/prefix", "processed/"),
        *(always(_LIFECYCLE, f"rules/id=delete-{n}/filter/prefix", prefix) for n, prefix in _DAYS.items()),
        always(_MACHINE, f"{_MAP}/ItemProcessor/ProcessorConfig/Mode", "DISTRIBUTED"),
        always(_MACHINE, f"{_MAP}/ItemReader/ReaderConfig", {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}),
        always(_MACHINE, f"{_MAP}/ItemBatcher/MaxInputBytesPerBatch", 245_760),
        always(_MACHINE, f"{_MAP}/ToleratedFailurePercentage", 0),
        always(_MACHINE, f"{_MAP}/ResultWriter/Parameters/Prefix", "map-results"),
        always(_MACHINE, "definition/States/HandleError/Error", "LargeFileFailed"),
        always(_ALARM, "evaluationPeriods", 1, ".*-concurrency"),
        always(_ALARM, "#", 4, f"alarms-({_FUNCTIONS})-error-rate"),
        always(_ALARM, "#", 4, f"alarms-({_FUNCTIONS})-dlq-not-empty"),
        always(_ALARM, "#", 2, "alarms-(market-data|jobs)-throttles"),
        always("cloudwatch/dashboard", "#", 1),
    ],
)
