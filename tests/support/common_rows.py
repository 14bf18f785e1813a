"""Rows and numbers that systems share: keys of the same meaning, and what common.md of the specifications fixes.

Defaults are arguments where systems differ.
"""

from __future__ import annotations

import re

from config_table import STACK, Expectation, Row, always, at

ENVIRONMENT, REGION = "qa7", "eu-west-1"
PROVIDER = "providers:aws"
_ROLE = "arn:aws:iam::123456789012:role/deploy"
_NAMED = (
    "kms/alias|dynamodb/table|lambda/function|sqs/queue|sns/topic|sfn/stateMachine|secretsmanager/secret|"
    "apigateway/restApi|apigateway/usagePlan|cloudwatch/(?:eventRule|logGroup|metricAlarm)"
)


def environment(project: str) -> list[Row]:
    """Keys of every system: the environment, its provider and its tags."""

    def tag(name: str, default: str, changed: str) -> Expectation:
        return at(PROVIDER, f"defaultTags/tags/{name}", default, changed)

    return [
        Row(
            "environment",
            ENVIRONMENT,
            tag("Environment", STACK, ENVIRONMENT),
            at(_NAMED, "name", re.compile(rf".*-{STACK}"), re.compile(rf".*-{ENVIRONMENT}")),
            at("lambda/function", "environment/variables/ENVIRONMENT", STACK, ENVIRONMENT),
            at("apigateway/stage", "stageName", STACK, ENVIRONMENT),
        ),
        Row(
            "primary_region",
            REGION,
            at(PROVIDER, "region", "us-east-1", REGION),
            at("s3/bucket", "bucket", re.compile(r".*-useast1"), re.compile(r".*-euwest1(-.*)?")),
            at("iam/role", "name", re.compile(r".*-useast1"), re.compile(r".*-euwest1"), "(?!api-account-role).*"),
        ),
        Row("expected_account_id", "123456789012", at(PROVIDER, "allowedAccountIds/0", None, "123456789012")),
        Row(
            "deploy_role_arn",
            _ROLE,
            at(PROVIDER, "assumeRoles/0/roleArn", None, _ROLE),
        ),
        Row("deploy_session_name", "nightly", at(PROVIDER, "assumeRoles/0/sessionName", None, "nightly")),
        Row("deploy_external_id", "outside", at(PROVIDER, "assumeRoles/0/externalId", None, "outside")),
        Row("application", "wares", tag("Application", project, "wares")),
        Row("team", "crew", tag("Team", "platform", "crew")),
        Row("cost_center", "4711", tag("CostCenter", "unassigned", "4711")),
    ]


def functions(
    *,
    memory: str,
    timeout: str,
    concurrency: int | None,
    megabytes: int = 512,
    seconds: int = 30,
    names: str = ".*",
    reserved: str = ".*",
) -> list[Row]:
    """Keys of functions; `memory` and `timeout` are the names of the keys.

    Patterns of functions' names: `names` of those with the configured timeout, `reserved` of those with concurrency.
    """
    function, events = "lambda/function", "lambda/functionEventInvokeConfig"
    return [
        Row("lambda_runtime", "python3.13", at(function, "runtime", "python3.14", "python3.13")),
        Row(
            "lambda_architecture",
            "x86_64",
            at(function, "architectures/0", "arm64", "x86_64"),
            always(function, "architectures/#", 1),
        ),
        Row(memory, "640", at(function, "memorySize", megabytes, 640)),
        Row(
            timeout,
            "40",
            at(function, "timeout", seconds, 40, names),
            # The function's own timeout and a minute.
            at("sfn/stateMachine", "definition/States/Type=Task/TimeoutSeconds", seconds + 60, 100),
        ),
        Row(
            "lambda_reserved_concurrency",
            "20",
            at(function, "reservedConcurrentExecutions", concurrency, 20, reserved),
        ),
        Row("lambda_retry_attempts", "0", at(events, "maximumRetryAttempts", 2, 0)),
        Row("lambda_event_age_seconds", "120", at(events, "maximumEventAgeInSeconds", 3600, 120)),
        Row(
            "log_level",
            "DEBUG",
            at(function, "loggingConfig/applicationLogLevel", "INFO", "DEBUG"),
            at(function, "environment/variables/LOG_LEVEL", "INFO", "DEBUG"),
        ),
        Row("log_retention_days", "90", at("cloudwatch/logGroup", "retentionInDays", 7, 90)),
        Row(
            "enable_xray_tracing",
            "false",
            at(function, "tracingConfig/mode", "Active", "PassThrough"),
            at("apigateway/stage", "xrayTracingEnabled", True, False),
            at("sfn/stateMachine", "tracingConfiguration/enabled", True, False),
        ),
    ]


def api(burst: int) -> list[Row]:
    """Keys of a REST API."""
    settings, plan = "apigateway/methodSettings", "apigateway/usagePlan"
    return [
        Row(
            "api_throttle_rate",
            "70",
            at(settings, "settings/throttlingRateLimit", 1000, 70),
            at(plan, "throttleSettings/rateLimit", 1000, 70),
        ),
        Row(
            "api_throttle_burst",
            "60",
            at(settings, "settings/throttlingBurstLimit", burst, 60),
            at(plan, "throttleSettings/burstLimit", burst, 60),
        ),
        Row(
            "api_key_required",
            "true",
            at("apigateway/method", "apiKeyRequired", False, True, r"api-(?!any-|options-|get-health-).*"),
            at("apigateway/apiKey", "#", 0, 1),
            at("apigateway/usagePlanKey", "#", 0, 1),
        ),
        Row("manage_api_account_role", "false", at("apigateway/account", "#", 1, 0)),
    ]


def keeping(*, key_window: int, suffix: str) -> list[Row]:
    """Keys of what is kept and deleted; `suffix` is the name of the key for the buckets' names."""
    return [
        Row("kms_deletion_window_days", "9", at("kms/key", "deletionWindowInDays", key_window, 9)),
        Row("secret_recovery_window_days", "0", at("secretsmanager/secret", "recoveryWindowInDays", 30, 0)),
        Row("force_destroy", "true", at("s3/bucket", "forceDestroy", False, True)),
        Row("deletion_protection", "false", at("dynamodb/table", "deletionProtectionEnabled", True, False)),
        Row(suffix, "sfx", at("s3/bucket", "bucket", re.compile(rf".*-{STACK}-.*(?<!-sfx)"), re.compile(r".*-sfx"))),
    ]


def alarms(*, period: int, throttles: int, functions: str, longest: int = 30, timed: str = "") -> list[Row]:
    """Keys of alarms; `functions` is a pattern of the functions' names. The changed timeout is 40 s.

    `longest` is the timeout by default, in seconds, of the functions `timed`, which are all unless given.
    """
    alarm, subscription = "cloudwatch/metricAlarm", "sns/topicSubscription"
    return [
        Row(
            "alarm_email",
            "ops@example.com",
            at(subscription, "#", 0, 1, "alarm-notifications-email"),
            at(subscription, "endpoint", None, "ops@example.com"),
            at(subscription, "protocol", None, "email"),
        ),
        Row("alarm_period_seconds", "900", at(alarm, "**/period", period, 900)),
        Row(
            "alarm_error_rate_percent",
            "2.5",
            at(alarm, "threshold", 1, 2.5, f"alarms-({functions})-error-rate"),
            at(alarm, "threshold", 1, 2.5, "alarms-api-5xx-rate"),
        ),
        Row("alarm_throttles", "3", at(alarm, "threshold", throttles, 3, f"alarms-({functions})-throttles")),
        Row(
            "alarm_duration_percent",
            "50",
            at(alarm, "threshold", longest * 800, 20_000, f"alarms-({timed or functions})-duration"),
        ),
    ]


def numbers(
    *, own_keys: bool = True, temporary: str = ".*", called: str = ".*", traced: bool = True
) -> list[Expectation]:
    """What common.md fixes for every system of functions, an API and buckets.

    `own_keys`: tables and queues are encrypted with keys of the system. Patterns of names: `temporary` of tables whose
    items expire, `called` of functions behind the API. `traced`: the log of a workflow holds inputs and outputs.
    """
    access, alarm, stage = "s3/bucketPublicAccessBlock", "cloudwatch/metricAlarm", "apigateway/methodSettings"
    headers = re.compile("'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token(,[A-Za-z-]+)*'")
    preflight = "responseParameters/method.response.header.Access-Control-Allow-Headers"
    return [
        always(PROVIDER, "defaultTags/tags/ManagedBy", "Pulumi"),
        always(PROVIDER, "defaultTags/tags/#", 6),
        always("kms/key", "enableKeyRotation", True),
        always("s3/bucketOwnershipControls", "rule/objectOwnership", "BucketOwnerEnforced"),
        *(always(access, name, True) for name in ("blockPublicAcls", "blockPublicPolicy")),
        *(always(access, name, True) for name in ("ignorePublicAcls", "restrictPublicBuckets")),
        always("s3/bucketServerSideEncryptionConfiguration", "rules/*/bucketKeyEnabled", True),
        always(
            "s3/bucketServerSideEncryptionConfiguration",
            "rules/*/applyServerSideEncryptionByDefault/sseAlgorithm",
            "aws:kms",
        ),
        always(
            "s3/bucketLifecycleConfiguration",
            "rules/id=abort-incomplete-uploads/abortIncompleteMultipartUpload/daysAfterInitiation",
            7,
        ),
        always("s3/bucketLifecycleConfiguration", "rules/*/status", "Enabled"),
        always("dynamodb/table", "billingMode", "PAY_PER_REQUEST"),
        always("dynamodb/table", "pointInTimeRecovery/enabled", True),
        always("dynamodb/table", "serverSideEncryption/enabled", True if own_keys else None),
        always("dynamodb/table", "ttl/enabled", True, temporary),
        always("sqs/queue", "kmsDataKeyReusePeriodSeconds", 300 if own_keys else None),
        always("sqs/queue", "sqsManagedSseEnabled", None if own_keys else True),
        # An asynchronous event of Lambda may have 1 MiB, and must fit.
        always("sqs/queue", "maxMessageSize", 1_048_576),
        always("lambda/function", "loggingConfig/logFormat", "JSON"),
        always("apigateway/restApi", "endpointConfiguration/types", "REGIONAL"),
        always("apigateway/method", "authorization", "NONE"),
        always("apigateway/integrationResponse", preflight, headers, ".*-options-.*"),
        always("lambda/function", "environment/variables/CORS_HEADERS", re.compile(headers.pattern.strip("'")), called),
        always(stage, "settings/metricsEnabled", True),
        always(stage, "methodPath", "*/*"),
        always("sfn/stateMachine", "loggingConfiguration/level", "ALL"),
        always("sfn/stateMachine", "loggingConfiguration/includeExecutionData", traced),
        always(alarm, "comparisonOperator", "GreaterThanThreshold"),
        always(alarm, "treatMissingData", "notBreaching"),
        always(alarm, "alarmActions/#", 1),
        always(alarm, "evaluationPeriods", 2, ".*-(error-rate|4xx-rate|5xx-rate)"),
        always(alarm, "evaluationPeriods", 1, ".*-(throttles|duration|not-empty|failed|timed-out)"),
        always(alarm, "threshold", 20, ".*-4xx-rate"),
        always(alarm, "threshold", 0, ".*-(not-empty|failed|timed-out)"),
    ]
