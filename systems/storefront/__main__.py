"""storefront: users, products and orders behind one API, a workflow that decides orders, products from CSV files.

                 +--> user-service ----> users                 +--> ValidateUser --> user-service
API Gateway -----+--> product-service -> products              +--> ProcessOrder --> order-service
   ^             +--> order-service ---> orders, order-workflow+--> UpdateInventory -> product-service
   |                                                           +--> ConfirmOrder --> order-service
distribution --> bucket content         bucket data incoming/*.csv --> product-service --> products

Services run in a private network; the tables are reached through its DynamoDB endpoint only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pulumi
from config import StorefrontConfig
from package import HANDLERS, service_package
from workflow import order_workflow

from stackwright.components import (
    Alarms,
    AlarmThresholds,
    AttributeType,
    Bucket,
    BucketFiles,
    BucketNotification,
    Cors,
    Dashboard,
    Distribution,
    Environment,
    Function,
    GlobalSecondaryIndex,
    Key,
    LifecycleRule,
    Network,
    ObjectEvents,
    RestApi,
    Route,
    Rule,
    Secret,
    SecurityHeaders,
    Table,
    TablePolicy,
    Topic,
    Workflow,
    load_config,
)

config = load_config(StorefrontConfig)
schemas = json.loads((HANDLERS / "schemas.json").read_text(encoding="utf-8"))

environment = Environment.from_config(config, config.project_name)
opts = environment.opts

# ---- keys ------------------------------------------------------------------------------------------------------------
window = config.kms_deletion_window_days
data_key = Key("data-key", description="Everything but the content", deletion_window_days=window, opts=opts)
# A key of its own: the policy names the distribution, which waits for the bucket, which waits for the key.
content_key = Key("content-key", description="The content of the page", deletion_window_days=window, opts=opts)

# ---- network ---------------------------------------------------------------------------------------------------------
network = (
    Network(
        "network",
        cidr=config.vpc_cidr,
        zones=config.vpc_availability_zones,
        excluded_zone_ids=config.vpc_excluded_zone_ids,
        endpoints=["dynamodb", "s3", "secretsmanager", "states"],
        opts=opts,
    )
    if config.network == "isolated"
    else None
)


# ---- data ------------------------------------------------------------------------------------------------------------
def table(
    name: str,
    *,
    attributes: Mapping[str, AttributeType],
    hash_key: str,
    indexes: Mapping[str, GlobalSecondaryIndex],
) -> Table:
    """A table with what all of them have in common."""
    return Table(
        name,
        attributes=attributes,
        hash_key=hash_key,
        indexes=indexes,
        ttl_attribute="expiration",
        key=data_key,
        contributor_insights=config.enable_contributor_insights,
        deletion_protection=config.deletion_protection,
        opts=opts,
    )


users = table(
    "users",
    attributes={"userId": "S", "email": "S"},
    hash_key="userId",
    indexes={"email-index": GlobalSecondaryIndex(hash_key="email")},
)
orders = table(
    "orders",
    attributes={"orderId": "S", "userId": "S", "status": "S", "createdAt": "S"},
    hash_key="orderId",
    indexes={
        "userId-index": GlobalSecondaryIndex(hash_key="userId", range_key="createdAt"),
        "status-index": GlobalSecondaryIndex(hash_key="status", range_key="createdAt"),
    },
)
products = table(
    "products",
    attributes={"productId": "S", "category": "S", "name": "S"},
    hash_key="productId",
    indexes={"category-index": GlobalSecondaryIndex(hash_key="category", range_key="name")},
)
days, old_days = config.s3_lifecycle_expiration_days, config.s3_old_version_days
data = Bucket(
    "data",
    key=data_key,
    versioned=True,
    lifecycle={
        "delete-processed": LifecycleRule(
            prefix="processed/", expiration_days=days, noncurrent_version_expiration_days=old_days
        ),
        "delete-rejected": LifecycleRule(
            prefix="rejected/", expiration_days=days, noncurrent_version_expiration_days=old_days
        ),
        "delete-old-versions": LifecycleRule(prefix="", noncurrent_version_expiration_days=old_days),
    },
    name_suffix=config.environment_suffix,
    force_destroy=config.force_destroy,
    opts=opts,
)
api_secret = Secret(
    "api-secret",
    description="Signs the cursors of lists",
    values={"cursor_key": config.cursor_key},
    key=data_key,
    recovery_window_days=config.secret_recovery_window_days,
    opts=opts,
)


# ---- services --------------------------------------------------------------------------------------------------------
def service(name: str) -> Function:
    """A service; its handler is in the file of its name."""
    return Function(
        name,
        package=service_package(name),
        handler=f"{name.replace('-', '_')}.handler",
        runtime=config.lambda_runtime,
        architecture=config.lambda_architecture,
        memory_mb=config.lambda_memory_size,
        timeout_seconds=config.lambda_timeout,
        reserved_concurrency=config.lambda_reserved_concurrency,
        network=network,
        tracing=config.enable_xray_tracing,
        log_level=config.log_level,
        log_retention_days=config.log_retention_days,
        log_key=data_key,
        retry_attempts=config.lambda_retry_attempts,
        event_age_seconds=config.lambda_event_age_seconds,
        dead_letter_key=data_key,
        dead_letter_retention_seconds=config.sqs_message_retention,
        dead_letter_visibility_seconds=config.sqs_visibility_timeout,
        opts=opts,
    )


user_service = service("user-service")
order_service = service("order-service")
product_service = service("product-service")
services = [user_service, order_service, product_service]

ITEMS = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
for one in services:
    api_secret.link(one, "API_SECRET_ARN")
users.link(user_service, "USERS_TABLE_NAME", *ITEMS, indexes={"email-index": []})
orders.link(order_service, "ORDERS_TABLE_NAME", *ITEMS, indexes={"userId-index": [], "status-index": []})
products.link(
    product_service, "PRODUCTS_TABLE_NAME", *ITEMS, indexes={"category-index": ["dynamodb:Query", "dynamodb:Scan"]}
)
data.link(
    product_service,
    "DATA_BUCKET_NAME",
    prefixes={
        "incoming/": ["s3:GetObject", "s3:DeleteObject"],
        "processed/": ["s3:PutObject"],
        "rejected/": ["s3:PutObject"],
    },
    listing=True,
    key_variable="DATA_KEY_ARN",
)

if network is not None:
    for name, guarded in {"users": users, "orders": orders, "products": products}.items():
        TablePolicy(
            f"{name}-access",
            table=guarded,
            endpoint=network.endpoints["dynamodb"],
            functions=services,
            break_glass_role_arn=config.break_glass_role_arn,
            opts=opts,
        )

# ---- API -------------------------------------------------------------------------------------------------------------
paged = {"limit": False, "cursor": False}
api = RestApi(
    "api",
    routes={
        "POST /users": Route(function=user_service, body=schemas["user"]),
        "GET /users": Route(function=user_service, query={"email": True, **paged}),
        "GET /users/{userId}": Route(function=user_service),
        "POST /products": Route(function=product_service, body=schemas["product"]),
        "GET /products": Route(function=product_service, query={"category": False, **paged}),
        "GET /products/{productId}": Route(function=product_service),
        "PATCH /products/{productId}": Route(function=product_service, body=schemas["product_change"]),
        "POST /orders": Route(function=order_service, body=schemas["order"]),
        "GET /orders": Route(function=order_service, query={"userId": False, "status": False, **paged}),
        "GET /orders/{orderId}": Route(function=order_service),
    },
    cors=Cors(methods=("GET", "POST", "PATCH", "OPTIONS")),
    throttle_rate=config.api_throttle_rate,
    throttle_burst=config.api_throttle_burst,
    api_key_required=config.api_key_required,
    tracing=config.enable_xray_tracing,
    log_retention_days=config.log_retention_days,
    log_key=data_key,
    manage_account_role=config.manage_api_account_role,
    opts=opts,
)

# ---- orders: decided by a workflow; what was not started is started by the clock ------------------------------------
workflow = Workflow(
    "order-workflow",
    definition=order_workflow(user_service, order_service, product_service, config.workflow_timeout_seconds),
    tracing=config.enable_xray_tracing,
    log_retention_days=config.log_retention_days,
    log_key=data_key,
    opts=opts,
)
workflow.link(order_service, "ORDER_WORKFLOW_ARN")
resume_orders = Rule(
    "resume-orders",
    description="Starts the workflow of orders that have waited too long",
    schedule="rate(1 minute)",
    target=order_service,
    constant_input={"task": "ResumeOrders"},
    # The next run does the same.
    event_age_seconds=60,
    retry_attempts=0,
    dead_letter_key=data_key,
    dead_letter_retention_seconds=config.sqs_message_retention,
    dead_letter_visibility_seconds=config.sqs_visibility_timeout,
    opts=opts,
)

# ---- products: imported from files ----------------------------------------------------------------------------------
BucketNotification(
    "product-import",
    bucket=data,
    functions={"import": ObjectEvents(function=product_service, prefix="incoming/", suffix=".csv")},
    opts=opts,
)

# ---- content ---------------------------------------------------------------------------------------------------------
content = Bucket(
    "content",
    key=content_key,
    versioned=True,
    lifecycle={"delete-old-versions": LifecycleRule(prefix="", noncurrent_version_expiration_days=old_days)},
    name_suffix=config.environment_suffix,
    force_destroy=config.force_destroy,
    opts=opts,
)
api_origin = api.url.apply(lambda url: "{0.scheme}://{0.netloc}".format(urlsplit(url)))
distribution = Distribution(
    "content-cdn",
    bucket=content,
    price_class=config.cloudfront_price_class,
    geo_restriction=config.cloudfront_geo_restriction_type,
    geo_locations=config.cloudfront_geo_restriction_locations,
    headers=SecurityHeaders(
        content_security_policy=pulumi.Output.concat(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ",
            api_origin,
            "; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        )
    ),
    opts=opts,
)
BucketFiles(
    "page",
    bucket=content,
    root=Path(__file__).resolve().parent / "content",
    files=["index.html", "products.js", "store.js", "style.css", "icon.svg"],
    texts={"config.json": pulumi.Output.json_dumps({"apiUrl": api.url})},
    opts=opts,
)

# ---- watching --------------------------------------------------------------------------------------------------------
alarm_notifications = Topic("alarm-notifications", key=data_key, opts=opts)
if config.alarm_email is not None:
    alarm_notifications.subscribe_email(config.alarm_email)
Alarms(
    "alarms",
    topic=alarm_notifications,
    functions=services,
    apis=[api],
    workflows=[workflow],
    tables=[users, orders, products],
    rules=[resume_orders],
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
    "overview", apis=[api], functions=services, workflows=[workflow], tables=[users, orders, products], opts=opts
)

# ---- exports ---------------------------------------------------------------------------------------------------------
pulumi.export("api_endpoint_url", api.url)
pulumi.export("health_url", pulumi.Output.concat(api.url, "/health"))
pulumi.export("api_gateway_id", api.api_id)
pulumi.export("cloudfront_domain_name", distribution.domain_name)
pulumi.export("content_url", pulumi.Output.concat("https://", distribution.domain_name, "/"))
pulumi.export("content_bucket_name", content.bucket_name)
pulumi.export("data_bucket_name", data.bucket_name)
pulumi.export("users_table_name", users.table_name)
pulumi.export("orders_table_name", orders.table_name)
pulumi.export("products_table_name", products.table_name)
for one in services:
    exported = one.label.replace("-", "_")
    pulumi.export(f"{exported}_function_name", one.function_name)
    pulumi.export(f"{exported}_log_group", one.logs.name)
    pulumi.export(f"{exported}_dlq_url", one.dead_letters.url)
pulumi.export("resume_orders_dlq_url", resume_orders.dead_letters.url)
pulumi.export("dead_letter_retention_seconds", config.sqs_message_retention)
pulumi.export("order_workflow_arn", workflow.arn)
pulumi.export("api_secret_arn", api_secret.arn)
pulumi.export("alarm_topic_arn", alarm_notifications.arn)
pulumi.export("dashboard_name", dashboard.dashboard_name)
pulumi.export("kms_key_id", data_key.key_id)
pulumi.export("kms_key_arn", data_key.arn)
pulumi.export("content_kms_key_arn", content_key.arn)
if api.key is not None:
    pulumi.export("api_key_id", api.key.id)
if network is not None:
    pulumi.export("vpc_id", network.vpc_id)
    pulumi.export("dynamodb_endpoint_id", network.endpoints["dynamodb"].endpoint_id)
pulumi.export("environment", config.environment)
pulumi.export("region", config.primary_region)
