"""uploads: files come in through an API, land in a private bucket, are checked by a workflow and announced on a topic.

POST /upload, /uploads --> file-processor --> bucket uploads --> rule --> file-workflow --> file-processor
                                |                                                                |
                                +--> table file-metadata <--------------------------------------+--> notifications
"""

from __future__ import annotations

import json

import pulumi
from config import UploadsConfig
from package import HANDLERS, file_processor_package
from workflow import file_workflow

from stackwright.components import (
    Alarms,
    AlarmThresholds,
    Bucket,
    BucketCors,
    Dashboard,
    Environment,
    Function,
    GlobalSecondaryIndex,
    Key,
    LifecycleRule,
    RestApi,
    Route,
    Rule,
    Secret,
    Table,
    Topic,
    Workflow,
    load_config,
)

config = load_config(UploadsConfig)
package = file_processor_package()
schemas = json.loads((HANDLERS / "schemas.json").read_text(encoding="utf-8"))

environment = Environment.from_config(config)
opts = environment.opts

# ---- keys ------------------------------------------------------------------------------------------------------------
window = config.kms_deletion_window_days
s3_key = Key("s3", description="Files of uploads", deletion_window_days=window, opts=opts)
dynamodb_key = Key("dynamodb", description="Metadata of uploads", deletion_window_days=window, opts=opts)
sqs_key = Key("sqs", description="Failed events of uploads", deletion_window_days=window, opts=opts)
sns_key = Key("sns", description="Notifications of uploads", deletion_window_days=window, opts=opts)

# ---- data ------------------------------------------------------------------------------------------------------------
uploads = Bucket(
    "uploads",
    key=s3_key,
    send_events=True,
    lifecycle={
        "transition-old-files": LifecycleRule(
            prefix="",
            infrequent_access_days=config.s3_lifecycle_transition_days,
            expiration_days=config.s3_lifecycle_expiration_days,
        )
    },
    cors=BucketCors(origins=config.s3_cors_origins) if config.s3_cors_origins else None,
    name_suffix=config.s3_bucket_suffix,
    force_destroy=config.force_destroy,
    opts=opts,
)
metadata = Table(
    "file-metadata",
    attributes={"file_id": "S", "listing": "S", "upload_time": "S"},
    hash_key="file_id",
    indexes={"upload-time-index": GlobalSecondaryIndex(hash_key="listing", range_key="upload_time")},
    ttl_attribute="expires_at",
    key=dynamodb_key,
    deletion_protection=config.deletion_protection,
    opts=opts,
)
idempotency = Table(
    "idempotency",
    attributes={"idempotency_key": "S"},
    hash_key="idempotency_key",
    ttl_attribute="expiration",
    key=dynamodb_key,
    deletion_protection=config.deletion_protection,
    opts=opts,
)
notifications = Topic("notifications", key=sns_key, opts=opts)
cursor_secret = Secret(
    "cursor-secret",
    description="Signs the cursors of lists",
    values={"cursor_key": None},
    recovery_window_days=config.secret_recovery_window_days,
    opts=opts,
)

# ---- file-processor --------------------------------------------------------------------------------------------------
dead_letter_seconds = config.dead_letter_retention_days * 24 * 3600
file_processor = Function(
    "file-processor",
    package=package,
    handler="file_processor.handler",
    runtime=config.lambda_runtime,
    architecture=config.lambda_architecture,
    memory_mb=config.lambda_memory_mb,
    timeout_seconds=config.lambda_timeout_seconds,
    reserved_concurrency=config.lambda_reserved_concurrency,
    tracing=config.enable_xray_tracing,
    log_level=config.log_level,
    log_retention_days=config.log_retention_days,
    retry_attempts=config.lambda_retry_attempts,
    event_age_seconds=config.lambda_event_age_seconds,
    dead_letter_key=sqs_key,
    dead_letter_retention_seconds=dead_letter_seconds,
    failure_queue=True,
    variables={
        "MAX_BYTES": str(config.max_inline_bytes),
        "MAX_UPLOAD_BYTES": str(config.max_upload_bytes),
        "DOWNLOAD_URL_SECONDS": str(config.download_url_seconds),
        "EXPIRATION_DAYS": str(config.s3_lifecycle_expiration_days),
    },
    opts=opts,
)
uploads.link(
    file_processor,
    "BUCKET_NAME",
    "s3:PutObject",
    "s3:GetObject",
    "s3:DeleteObject",
    "s3:AbortMultipartUpload",
    key_variable="KMS_KEY_ARN",
)
WRITES = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
metadata.link(
    file_processor, "METADATA_TABLE", "dynamodb:GetItem", *WRITES, indexes={"upload-time-index": ["dynamodb:Query"]}
)
idempotency.link(file_processor, "IDEMPOTENCY_TABLE", *WRITES)
notifications.link(file_processor, "SNS_TOPIC_ARN")
cursor_secret.link(file_processor, "CURSOR_SECRET_ARN")

# ---- API -------------------------------------------------------------------------------------------------------------
api = RestApi(
    "api",
    routes={
        # The function answers each fault of this body with a message of its own.
        "POST /upload": Route(function=file_processor, body=schemas["inline_upload"], body_checked_by="function"),
        "POST /uploads": Route(function=file_processor, body=schemas["reserved_upload"]),
        "GET /files": Route(function=file_processor, query={"limit": False, "cursor": False}),
        "GET /files/{file_id}": Route(function=file_processor),
        "DELETE /files/{file_id}": Route(function=file_processor),
    },
    error_messages={
        "REQUEST_TOO_LARGE": "The request is too large; ask POST /uploads for a place to send the file to."
    },
    throttle_rate=config.api_throttle_rate,
    throttle_burst=config.api_throttle_burst,
    api_key_required=config.api_key_required,
    tracing=config.enable_xray_tracing,
    log_retention_days=config.log_retention_days,
    manage_account_role=config.manage_api_account_role,
    opts=opts,
)

# ---- workflow: every stored object starts it -------------------------------------------------------------------------
workflow = Workflow(
    "file-workflow",
    definition=file_workflow(file_processor, config),
    tracing=config.enable_xray_tracing,
    log_retention_days=config.log_retention_days,
    opts=opts,
)
file_stored = Rule(
    "file-stored",
    description="Starts file-workflow for every object in the bucket",
    pattern=uploads.object_created(),
    target=workflow,
    input={"s3_key": "$.detail.object.key"},
    dead_letter_key=sqs_key,
    dead_letter_retention_seconds=dead_letter_seconds,
    opts=opts,
)

# ---- watching --------------------------------------------------------------------------------------------------------
alarm_notifications = Topic("alarm-notifications", key=sns_key, opts=opts)
if config.alarm_email is not None:
    alarm_notifications.subscribe_email(config.alarm_email)
Alarms(
    "alarms",
    topic=alarm_notifications,
    functions=[file_processor],
    apis=[api],
    workflows=[workflow],
    tables=[metadata, idempotency],
    rules=[file_stored],
    period_seconds=config.alarm_period_seconds,
    thresholds=AlarmThresholds(
        error_rate_percent=config.alarm_error_rate_percent,
        throttles=config.alarm_throttles,
        duration_percent=config.alarm_duration_percent,
    ),
    opts=opts,
)
dashboard = Dashboard(
    "overview", apis=[api], functions=[file_processor], workflows=[workflow], tables=[metadata], opts=opts
)

# ---- exports ---------------------------------------------------------------------------------------------------------
pulumi.export("api_endpoint_url", pulumi.Output.concat(api.url, "/upload"))
pulumi.export("api_base_url", api.url)
pulumi.export("health_url", pulumi.Output.concat(api.url, "/health"))
pulumi.export("api_gateway_id", api.api_id)
pulumi.export("uploads_bucket_name", uploads.bucket_name)
pulumi.export("uploads_bucket_arn", uploads.arn)
pulumi.export("file_metadata_table_name", metadata.table_name)
pulumi.export("file_metadata_table_arn", metadata.arn)
pulumi.export("idempotency_table_name", idempotency.table_name)
pulumi.export("file_processor_function_name", file_processor.function_name)
pulumi.export("file_processor_function_arn", file_processor.arn)
pulumi.export("file_processor_log_group", file_processor.logs.name)
pulumi.export("file_processor_dlq_url", file_processor.dead_letters.url)
pulumi.export("file_processor_dlq_arn", file_processor.dead_letters.arn)
pulumi.export("dead_letter_retention_seconds", dead_letter_seconds)
pulumi.export("file_workflow_arn", workflow.arn)
pulumi.export("sns_topic_arn", notifications.arn)
pulumi.export("alarm_topic_arn", alarm_notifications.arn)
pulumi.export("cursor_secret_arn", cursor_secret.arn)
pulumi.export("dashboard_name", dashboard.dashboard_name)
for service, key in {"s3": s3_key, "dynamodb": dynamodb_key, "sqs": sqs_key, "sns": sns_key}.items():
    pulumi.export(f"{service}_kms_key_id", key.key_id)
    pulumi.export(f"{service}_kms_key_arn", key.arn)
if api.key is not None:
    pulumi.export("api_key_id", api.key.id)
pulumi.export("environment", config.environment)
pulumi.export("region", config.primary_region)
