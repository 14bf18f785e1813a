"""marketdata: CSV files come in through a signed URL, are checked row by row, and answer as records and aggregates.

POST /upload ------> upload --> jobs           +--------> market-data <----- results <--- GET /results/{symbol}
   client -- PUT --> bucket data incoming/ --> processor --> jobs <--------- status <---- GET /status/{jobId}
                                                  |   ^
                                      large files v   | their rows, batch by batch
                                             workflow large-files
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import pulumi
from config import MarketdataConfig
from package import HANDLERS, function_package
from workflow import RESULTS, large_files

from stackwright.components import (
    Alarms,
    AlarmThresholds,
    Bucket,
    BucketNotification,
    Dashboard,
    Environment,
    Function,
    Key,
    LifecycleRule,
    ObjectEvents,
    RestApi,
    Route,
    Secret,
    Table,
    Topic,
    Workflow,
    load_config,
)

config = load_config(MarketdataConfig)
schemas = json.loads((HANDLERS / "schemas.json").read_text(encoding="utf-8"))

environment = Environment.from_config(config)
opts = environment.opts

# ---- data ------------------------------------------------------------------------------------------------------------
data = Bucket(
    "data",
    lifecycle={
        "delete-processed-files": LifecycleRule(prefix="processed/", expiration_days=config.s3_processed_days),
        "delete-failed-files": LifecycleRule(prefix="failed/", expiration_days=config.s3_failed_days),
        "delete-rejected-rows": LifecycleRule(prefix="rejected/", expiration_days=config.s3_failed_days),
        "delete-map-results": LifecycleRule(prefix=RESULTS, expiration_days=config.s3_failed_days),
    },
    name_suffix=config.s3_bucket_suffix,
    force_destroy=config.force_destroy,
    opts=opts,
)
market_data = Table(
    "market-data",
    attributes={"symbol": "S", "timestamp": "N"},
    hash_key="symbol",
    range_key="timestamp",
    contributor_insights=config.enable_contributor_insights,
    deletion_protection=config.deletion_protection,
    opts=opts,
)
jobs = Table(
    "jobs",
    attributes={"jobId": "S"},
    hash_key="jobId",
    ttl_attribute="expiration",
    deletion_protection=config.deletion_protection,
    opts=opts,
)
cursor_secret = Secret(
    "cursor-secret",
    description="Signs the cursors of lists",
    values={"cursor_key": None},
    recovery_window_days=config.secret_recovery_window_days,
    opts=opts,
)

# ---- functions -------------------------------------------------------------------------------------------------------
job_days = {"JOB_DAYS": str(config.job_days)}


def function(
    name: str,
    variables: Mapping[str, str] | None = None,
    timeout_seconds: int = config.api_timeout_seconds,
    reserved_concurrency: int | None = None,
) -> Function:
    """A function; its handler is in the file of its name."""
    return Function(
        name,
        package=function_package(name),
        handler=f"{name}_handler.handler",
        runtime=config.lambda_runtime,
        architecture=config.lambda_architecture,
        memory_mb=config.lambda_memory_mb,
        timeout_seconds=timeout_seconds,
        reserved_concurrency=reserved_concurrency,
        tracing=config.enable_xray_tracing,
        log_level=config.log_level,
        log_retention_days=config.log_retention_days,
        retry_attempts=config.lambda_retry_attempts,
        event_age_seconds=config.lambda_event_age_seconds,
        dead_letter_retention_seconds=config.dead_letter_retention_days * 24 * 3600,
        variables=variables,
        opts=opts,
    )


upload = function("upload", job_days)
status = function("status")
results = function("results")
processor = function(
    "processor",
    {"MAX_DIRECT_BYTES": str(config.max_direct_bytes), **job_days},
    config.lambda_timeout_seconds,
    config.lambda_reserved_concurrency,
)
functions = [upload, status, results, processor]

# What each calls is in handlers/permissions.json.
jobs.link(upload, "JOBS_TABLE_NAME", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
jobs.link(status, "JOBS_TABLE_NAME", "dynamodb:GetItem")
jobs.link(processor, "JOBS_TABLE_NAME", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
market_data.link(results, "DYNAMODB_TABLE_NAME", "dynamodb:Query")
market_data.link(processor, "DYNAMODB_TABLE_NAME", "dynamodb:BatchWriteItem", "dynamodb:PutItem")
data.link(upload, "DATA_BUCKET_NAME", prefixes={"incoming/": ["s3:PutObject"]})
data.link(status, "DATA_BUCKET_NAME", prefixes={"rejected/": ["s3:GetObject"]})
data.link(
    processor,
    "DATA_BUCKET_NAME",
    prefixes={
        "incoming/": ["s3:GetObject", "s3:DeleteObject"],
        "processed/": ["s3:PutObject"],
        "failed/": ["s3:PutObject"],
        "rejected/": ["s3:PutObject"],
        "rejected/parts/": ["s3:GetObject"],
    },
    listing=True,
)
cursor_secret.link(results, "CURSOR_SECRET_ARN")

# ---- files: small ones go through processor, it hands large ones to the workflow, which calls it batch by batch ------
workflow = Workflow(
    "large-files",
    definition=large_files(data, processor, config),
    # The log would hold every row, several times.
    log_execution_data=False,
    tracing=config.enable_xray_tracing,
    log_retention_days=config.log_retention_days,
    opts=opts,
)
workflow.link(processor, "LARGE_FILE_WORKFLOW_ARN")
BucketNotification(
    "new-files",
    bucket=data,
    functions={"process": ObjectEvents(function=processor, prefix="incoming/", suffix=".csv")},
    opts=opts,
)

# ---- API -------------------------------------------------------------------------------------------------------------
asked = ("from", "to", "aggregate", "interval", "limit", "cursor")
api = RestApi(
    "api",
    routes={
        "POST /upload": Route(function=upload, body=schemas["upload"]),
        "GET /status/{jobId}": Route(function=status),
        "GET /results/{symbol}": Route(function=results, query=dict.fromkeys(asked, False)),
    },
    throttle_rate=config.api_throttle_rate,
    throttle_burst=config.api_throttle_burst,
    api_key_required=config.api_key_required,
    tracing=config.enable_xray_tracing,
    log_retention_days=config.log_retention_days,
    manage_account_role=config.manage_api_account_role,
    opts=opts,
)

# ---- watching --------------------------------------------------------------------------------------------------------
# CloudWatch cannot publish to a topic that is encrypted with a key of AWS.
alarm_key = Key(
    "alarms", description="Alarms of marketdata", deletion_window_days=config.kms_deletion_window_days, opts=opts
)
alarm_notifications = Topic("alarm-notifications", key=alarm_key, opts=opts)
if config.alarm_email is not None:
    alarm_notifications.subscribe_email(config.alarm_email)
Alarms(
    "alarms",
    topic=alarm_notifications,
    functions=functions,
    apis=[api],
    workflows=[workflow],
    tables=[market_data, jobs],
    period_seconds=config.alarm_period_seconds,
    thresholds=AlarmThresholds(
        error_rate_percent=config.alarm_error_rate_percent,
        throttles=config.alarm_throttles,
        duration_percent=config.alarm_duration_percent,
        concurrency_percent=config.alarm_concurrency_percent,
    ),
    opts=opts,
)
dashboard = Dashboard(
    "overview", apis=[api], functions=functions, workflows=[workflow], tables=[market_data, jobs], opts=opts
)

# ---- exports ---------------------------------------------------------------------------------------------------------
pulumi.export("api_endpoint_url", api.url)
pulumi.export("health_url", pulumi.Output.concat(api.url, "/health"))
pulumi.export("api_id", api.api_id)
pulumi.export("market_data_table_name", market_data.table_name)
pulumi.export("market_data_table_arn", market_data.arn)
pulumi.export("jobs_table_name", jobs.table_name)
pulumi.export("jobs_table_arn", jobs.arn)
pulumi.export("data_bucket_name", data.bucket_name)
pulumi.export("data_bucket_arn", data.arn)
for one in functions:
    pulumi.export(f"lambda_function_name_{one.label}", one.function_name)
    pulumi.export(f"lambda_function_arn_{one.label}", one.arn)
    pulumi.export(f"log_group_name_{one.label}", one.logs.name)
    pulumi.export(f"log_group_arn_{one.label}", one.logs.arn)
    pulumi.export(f"{one.label}_dlq_url", one.dead_letters.url)
    pulumi.export(f"{one.label}_dlq_arn", one.dead_letters.arn)
pulumi.export("dead_letter_retention_seconds", config.dead_letter_retention_days * 24 * 3600)
pulumi.export("large_files_workflow_arn", workflow.arn)
pulumi.export("max_direct_bytes", config.max_direct_bytes)
pulumi.export("cursor_secret_arn", cursor_secret.arn)
pulumi.export("alarm_topic_arn", alarm_notifications.arn)
pulumi.export("dashboard_name", dashboard.dashboard_name)
if api.key is not None:
    pulumi.export("api_key_id", api.key.id)
pulumi.export("environment", config.environment)
pulumi.export("region", config.primary_region)
pulumi.export("project_name", environment.project)
