"""storefront: where its config keys and the numbers of its specification appear."""

from __future__ import annotations

import re

from common_rows import ENVIRONMENT, alarms, api, environment, functions, keeping, numbers
from config_table import STACK, Row, Table, always, at

_FUNCTION, _QUEUE, _TABLE, _ALARM = "lambda/function", "sqs/queue", "dynamodb/table", "cloudwatch/metricAlarm"
_SERVICES = "user-service|order-service|product-service"
_LIFECYCLE, _DATA, _BUCKETS = "s3/bucketLifecycleConfiguration", "data-lifecycle", "(data|content)-lifecycle"
_PROCESSED, _REJECTED, _OLD = "rules/id=delete-processed", "rules/id=delete-rejected", "rules/id=delete-old-versions"
_VPC, _SUBNET, _ENDPOINT = "ec2/vpc", "ec2/subnet", "ec2/vpcEndpoint"
_POLICY, _DENY = "dynamodb/resourcePolicy", "policy/Statement/Sid=DataThroughEndpointOnly"
_CDN, _GEO, _CACHE = "cloudfront/distribution", "restrictions/geoRestriction", "cloudfront/cachePolicy"
_MACHINE, _STATES = "sfn/stateMachine", "definition/States"
_INDEXES = "globalSecondaryIndexes"
_BREAK_GLASS = "arn:aws:iam::123456789012:role/break-glass"
_CURSOR_KEY = "k" * 40

TABLE = Table(
    rows=[
        *environment("storefront"),
        *functions(memory="lambda_memory_size", timeout="lambda_timeout", concurrency=10),
        *api(burst=200),
        *keeping(key_window=10, suffix="environment_suffix"),
        *alarms(period=60, throttles=0, functions=_SERVICES),
        Row(
            "lambda_reserved_concurrency",
            "none",
            at(_FUNCTION, "reservedConcurrentExecutions", 10, None),
            at(_ALARM, "#", 3, 0, ".*-concurrency"),
            run=2,
        ),
        # 80 % of 10 by default; of 20 when both are changed.
        Row("alarm_concurrency_percent", "60", at(_ALARM, "threshold", 8, 12, f"alarms-({_SERVICES})-concurrency")),
        Row(
            "project_name",
            "shop",
            at(_TABLE, "name", f"storefront-users-{STACK}", f"shop-users-{ENVIRONMENT}", "users-table"),
            at("s3/bucket", "bucket", re.compile("storefront-.*"), re.compile("shop-.*")),
            at("providers:aws", "defaultTags/tags/Project", "storefront", "shop"),
        ),
        Row("enable_contributor_insights", "false", at("dynamodb/contributorInsights", "#", 7, 0)),
        Row("workflow_timeout_seconds", "700", at(_MACHINE, "definition/TimeoutSeconds", 600, 700)),
        Row("sqs_visibility_timeout", "45", at(_QUEUE, "visibilityTimeoutSeconds", 30, 45)),
        Row("sqs_message_retention", "7200", at(_QUEUE, "messageRetentionSeconds", 1_209_600, 7200)),
        Row(
            "s3_lifecycle_expiration_days",
            "40",
            at(_LIFECYCLE, f"{_PROCESSED}/expiration/days", 30, 40, _DATA),
            at(_LIFECYCLE, f"{_REJECTED}/expiration/days", 30, 40, _DATA),
        ),
        Row(
            "s3_old_version_days",
            "8",
            at(_LIFECYCLE, f"{_PROCESSED}/noncurrentVersionExpiration/noncurrentDays", 7, 8, _DATA),
            at(_LIFECYCLE, f"{_REJECTED}/noncurrentVersionExpiration/noncurrentDays", 7, 8, _DATA),
            at(_LIFECYCLE, f"{_OLD}/noncurrentVersionExpiration/noncurrentDays", 7, 8, _BUCKETS),
        ),
        Row(
            "network",
            "none",
            at(_VPC, "#", 1, 0),
            at(_ENDPOINT, "#", 4, 0),
            at(_POLICY, "#", 3, 0),
            at(_FUNCTION, "vpcConfig/subnetIds/#", 2, None),
            run=2,
        ),
        Row(
            "vpc_cidr",
            "10.20.0.0/16",
            at(_VPC, "cidrBlock", "10.0.0.0/16", "10.20.0.0/16"),
            at(_SUBNET, "cidrBlock", re.compile(r"10\.0\.\d\.0/24"), re.compile(r"10\.20\.\d\.0/24")),
        ),
        Row(
            "vpc_availability_zones",
            "1",
            at(_SUBNET, "#", 2, 1),
            at("ec2/routeTable", "#", 2, 1),
            at(_FUNCTION, "vpcConfig/subnetIds/#", 2, 1),
            at(_ENDPOINT, "routeTableIds/#", 2, 1, "network-(dynamodb|s3)-endpoint"),
        ),
        Row(
            "vpc_excluded_zone_ids",
            "euw1-az1",
            at(_SUBNET, "availabilityZone", "us-east-1a", "eu-west-1b", "network-subnet-1"),
        ),
        Row(
            "break_glass_role_arn",
            _BREAK_GLASS,
            at(_POLICY, f"{_DENY}/Condition/ArnNotEquals/aws:PrincipalArn", None, _BREAK_GLASS),
        ),
        Row("cloudfront_price_class", "PriceClass_200", at(_CDN, "priceClass", "PriceClass_100", "PriceClass_200")),
        Row("cloudfront_geo_restriction_type", "whitelist", at(_CDN, f"{_GEO}/restrictionType", "none", "whitelist")),
        Row("cloudfront_geo_restriction_locations", "DE,FR", at(_CDN, f"{_GEO}/locations", [], ["DE", "FR"])),
        Row(
            "cursor_key",
            _CURSOR_KEY,
            at("secretsmanager/secretVersion", "secretString/cursor_key", re.compile(r"[^k]\S{31,}"), _CURSOR_KEY),
            at("random:index/randomBytes", "#", 1, 0),
        ),
    ],
    numbers=[
        *numbers(),
        always(_FUNCTION, "#", 3),
        *(
            always(_FUNCTION, "handler", f"{name.replace('-', '_')}.handler", f"{name}-function")
            for name in _SERVICES.split("|")
        ),
        always("kms/key", "#", 2),
        always(_QUEUE, "#", 4),
        always(_TABLE, "ttl/attributeName", "expiration"),
        *(
            always(_TABLE, "hashKey", key, f"{name}-table")
            for name, key in {"users": "userId", "orders": "orderId", "products": "productId"}.items()
        ),
        *(
            always(_TABLE, f"{_INDEXES}/name={index}/keySchemas/0/attributeName", key, f"{name}-table")
            for name, index, key in (
                ("users", "email-index", "email"),
                ("orders", "userId-index", "userId"),
                ("orders", "status-index", "status"),
                ("products", "category-index", "category"),
            )
        ),
        always(_TABLE, f"{_INDEXES}/*/projectionType", "ALL"),
        always("s3/bucketVersioning", "#", 2),
        always("s3/bucketVersioning", "versioningConfiguration/status", "Enabled"),
        always(_LIFECYCLE, f"{_PROCESSED}/filter/prefix", "processed/", _DATA),
        always(_LIFECYCLE, f"{_REJECTED}/filter/prefix", "rejected/", _DATA),
        always(_LIFECYCLE, f"{_OLD}/expiration/expiredObjectDeleteMarker", True, _BUCKETS),
        always("s3/bucketNotification", "lambdaFunctions/*/filterPrefix", "incoming/"),
        always("s3/bucketNotification", "lambdaFunctions/*/filterSuffix", ".csv"),
        always(_VPC, "enableDnsSupport", True),
        always(_VPC, "enableDnsHostnames", True),
        always(_SUBNET, "mapPublicIpOnLaunch", False),
        always(_ENDPOINT, "vpcEndpointType", "Gateway", "network-(dynamodb|s3)-endpoint"),
        always(_ENDPOINT, "vpcEndpointType", "Interface", "network-(secretsmanager|states)-endpoint"),
        always(_CACHE, "minTtl", 0),
        always(_CACHE, "defaultTtl", 3600),
        always(_CACHE, "maxTtl", 86_400),
        always(_CDN, "defaultCacheBehavior/viewerProtocolPolicy", "redirect-to-https"),
        always(_CDN, "defaultCacheBehavior/compress", True),
        always(_CDN, "isIpv6Enabled", True),
        always(_CDN, "defaultRootObject", "index.html"),
        # The last retrier is the one for all other errors.
        *(
            always(_MACHINE, f"{_STATES}/{step}/Retry/-1/{name}", value)
            for step in ("ValidateUser", "ProcessOrder", "UpdateInventory")
            for name, value in {"IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}.items()
        ),
        always(_MACHINE, f"{_STATES}/HandleError/Error", "WorkflowFailed"),
        always(_ALARM, "evaluationPeriods", 1, ".*-concurrency"),
        always(_ALARM, "#", 3, f"alarms-({_SERVICES})-dlq-not-empty"),
    ],
)
