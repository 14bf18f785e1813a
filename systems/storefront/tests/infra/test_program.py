from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from stackwright.graph import Asset, reveal

PROJECT = Path(__file__).resolve().parents[2]
SERVICES = ("user-service", "order-service", "product-service")
TABLES = ("users", "orders", "products")


def texts(value):
    match value:
        case str():
            yield value
        case Mapping():
            for part in value.values():
                yield from texts(part)
        case list() | tuple():
            for part in value:
                yield from texts(part)
        case _:
            return


def states(program):
    return json.loads(program.inputs("order-workflow-machine")["definition"])["States"]


# ---- the program as a whole ------------------------------------------------------------------------------------------


def test_all_exports_are_there(program):
    services = [service.replace("-", "_") for service in SERVICES]

    assert program.graph.outputs.keys() >= {
        "api_endpoint_url",
        "health_url",
        "api_gateway_id",
        "cloudfront_domain_name",
        "content_bucket_name",
        "data_bucket_name",
        *(f"{table}_table_name" for table in TABLES),
        *(f"{service}_{what}" for service in services for what in ("function_name", "log_group", "dlq_url")),
        "order_workflow_arn",
        "vpc_id",
        "dynamodb_endpoint_id",
        "kms_key_id",
        "kms_key_arn",
        "api_secret_arn",
    }
    outputs = program.graph.outputs
    assert outputs["health_url"] == f"{outputs['api_endpoint_url']}/health"


def test_every_resource_and_call_uses_the_one_provider(program):
    aws = [r for r in program.resources if r.type.startswith("aws:")]

    assert {r.provider.rpartition("::")[2] for r in aws} == {"storefront-provider"}
    assert {i.provider.rpartition("::")[2] for i in program.graph.invokes} == {"storefront-provider"}
    assert {i.token.rpartition(":")[2] for i in program.graph.invokes} >= {"getAvailabilityZones", "getCallerIdentity"}
    assert {r.type for r in program.resources} - {r.type for r in aws} == {"random:index/randomBytes:RandomBytes"}


def test_a_first_preview_registers_the_same_resources(program, unknown):
    assert {r.urn for r in unknown.graph} == {r.urn for r in program.graph}


def test_no_output_became_text(program):
    for resource in program.graph:
        for text in texts(resource.inputs):
            assert "Output[" not in text, resource.urn
            assert "Calling __str__" not in text, resource.urn


def test_what_is_registered_is_what_would_go_to_aws(program):
    text = json.dumps(program.graph.to_json(show_secrets=True))

    assert not re.search(r"localhost|127\.0\.0\.1|ministack|localstack|4566", text, re.IGNORECASE)


def test_every_policy_and_pattern_is_json_with_whole_arns(program):
    seen = 0
    for resource in program.resources:
        for name in ("policy", "assumeRolePolicy", "definition", "dashboardBody", "schema", "input"):
            text = resource.inputs.get(name)
            if text is None:
                continue
            document = json.loads(text)
            seen += 1
            for statement in document["Statement"] if "olicy" in name else []:
                assert statement.get("Resource", ["x"]) != []
                assert statement["Action"] != []
    assert seen > 30


# Words of pulumi_aws for what AWS or the provider is about to take away.
DEPRECATED = {
    "aws:dynamodb/table:Table": {"globalSecondaryIndexes.*.hashKey", "globalSecondaryIndexes.*.rangeKey"},
    "aws:cloudfront/distribution:Distribution": {"defaultCacheBehavior.forwardedValues", "origins.*.s3OriginConfig"},
}


@pytest.mark.parametrize(("kind", "paths"), DEPRECATED.items())
def test_nothing_deprecated_is_used(program, kind, paths):
    found = program.all(kind.removeprefix("aws:"))

    assert found
    for resource in found:
        for path in paths:
            assert not _at(reveal(resource.inputs), path.split(".")), (resource.name, path)


def _at(value, path):
    if not path:
        return value is not None
    if path[0] == "*":
        return any(_at(part, path[1:]) for part in value)
    return path[0] in value and _at(value[path[0]], path[1:])


def test_pulumi_has_nothing_to_warn_about(program):
    assert not [m for m in program.graph.diagnostics if m.severity != "info"]


# ---- data ------------------------------------------------------------------------------------------------------------

KEYS = {
    "users": ("userId", {"email-index": ["email"]}),
    "orders": ("orderId", {"userId-index": ["userId", "createdAt"], "status-index": ["status", "createdAt"]}),
    "products": ("productId", {"category-index": ["category", "name"]}),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_as_specified(program, name):
    table = program.inputs(f"{name}-table")
    hash_key, indexes = KEYS[name]

    assert (table["hashKey"], table.get("rangeKey")) == (hash_key, None)
    found = {
        index["name"]: [(k["keyType"], k["attributeName"]) for k in index["keySchemas"]]
        for index in table["globalSecondaryIndexes"]
    }
    assert found == {index: list(zip(("HASH", "RANGE"), keys, strict=False)) for index, keys in indexes.items()}
    assert {index["projectionType"] for index in table["globalSecondaryIndexes"]} == {"ALL"}
    attributes = {a["name"]: a["type"] for a in table["attributes"]}
    assert attributes == dict.fromkeys({hash_key, *(key for keys in indexes.values() for key in keys)}, "S")
    assert table["billingMode"] == "PAY_PER_REQUEST"
    assert table["pointInTimeRecovery"] == {"enabled": True}
    assert table["serverSideEncryption"] == {"enabled": True, "kmsKeyArn": program.outputs("data-key-key")["arn"]}
    assert table["ttl"] == {"enabled": True, "attributeName": "expiration"}
    assert table["deletionProtectionEnabled"] is False


def test_there_are_three_tables(program):
    assert {t.name for t in program.all("dynamodb/table:Table")} == {f"{name}-table" for name in TABLES}


def test_insights_cover_tables_and_indexes(program, variant):
    insights = {
        (i["tableName"], i.get("indexName"))
        for r in program.all("dynamodb/contributorInsights:ContributorInsights")
        for i in [program.inputs(r.name)]
    }
    expected = {
        (program.outputs(f"{name}-table")["name"], index) for name in TABLES for index in (None, *KEYS[name][1])
    }
    assert insights == expected

    without = variant(enable_contributor_insights="false")
    assert not without.all("dynamodb/contributorInsights:ContributorInsights")


@pytest.mark.parametrize(("name", "key"), [("data", "data"), ("content", "content")])
def test_buckets_are_private_versioned_and_encrypted(program, name, key):
    rule = program.inputs(f"{name}-encryption")["rules"][0]
    assert rule == {
        "applyServerSideEncryptionByDefault": {
            "sseAlgorithm": "aws:kms",
            "kmsMasterKeyId": program.outputs(f"{key}-key-key")["arn"],
        },
        "bucketKeyEnabled": True,
    }
    assert program.inputs(f"{name}-versioning")["versioningConfiguration"] == {"status": "Enabled"}
    access = program.inputs(f"{name}-access")
    four = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert [access[k] for k in four] == [True] * 4
    (plain,) = [s for s in program.statements(f"{name}-policy") if s.get("Sid") == "RefusePlainHttp"]
    assert (plain["Effect"], plain["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_nothing_is_encrypted_with_keys_that_are_not_ours(program):
    for resource in program.resources:
        assert "AES256" not in list(texts(reveal(resource.inputs))), resource.urn


def test_processed_files_expire_and_incoming_ones_do_not(program):
    rules = {rule["id"]: rule for rule in program.inputs("data-lifecycle")["rules"]}

    for folder in ("processed", "rejected"):
        rule = rules[f"delete-{folder}"]
        assert (rule["filter"], rule["expiration"]) == ({"prefix": f"{folder}/"}, {"days": 30})
        assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 7}
    old = rules["delete-old-versions"]
    assert old["noncurrentVersionExpiration"] == {"noncurrentDays": 7}
    # Days here would delete what is incoming.
    assert (old["filter"], old["expiration"]) == ({"prefix": ""}, {"expiredObjectDeleteMarker": True})
    assert rules["abort-incomplete-uploads"]["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}
    assert {rule["status"] for rule in rules.values()} == {"Enabled"}


def test_the_secret_is_encrypted_and_its_value_is_a_secret(program):
    assert program.inputs("api-secret-secret")["kmsKeyId"] == program.outputs("data-key-key")["arn"]
    version = program.one("api-secret-value")
    assert len(json.loads(reveal(version.inputs)["secretString"])["cursor_key"]) >= 32
    value = reveal(version.inputs)["secretString"]
    assert value not in json.dumps(program.graph.to_json())
    for service in SERVICES:
        assert json.loads(value)["cursor_key"] not in json.dumps(program.inputs(f"{service}-function")["environment"])


def test_a_given_cursor_key_takes_the_place_of_a_drawn_one(variant):
    program = variant(cursor_key="0123456789abcdef0123456789abcdef")

    assert json.loads(program.inputs("api-secret-value")["secretString"]) == {
        "cursor_key": "0123456789abcdef0123456789abcdef"
    }
    assert not program.graph.of_type("random:index/randomBytes:RandomBytes")


# ---- services --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_sized_traced_and_logged_as_configured(program, service):
    function = program.inputs(f"{service}-function")

    assert function["handler"] == f"{service.replace('-', '_')}.handler"
    assert (function["timeout"], function["memorySize"], function["reservedConcurrentExecutions"]) == (30, 512, 10)
    assert (function["runtime"], function["architectures"]) == ("python3.14", ["arm64"])
    assert function["tracingConfig"] == {"mode": "Active"}
    assert function["deadLetterConfig"] == {"targetArn": program.outputs(f"{service}-dlq-queue")["arn"]}
    assert function["loggingConfig"]["logGroup"] == f"/aws/lambda/{function['name']}"
    events = program.inputs(f"{service}-events")
    assert (events["maximumRetryAttempts"], events["maximumEventAgeInSeconds"]) == (2, 3600)


def test_sizes_and_throttles_come_from_config(variant):
    program = variant(
        lambda_timeout="29",
        lambda_memory_size="1024",
        lambda_reserved_concurrency="none",
        lambda_runtime="python3.13",
        enable_xray_tracing="false",
        api_throttle_rate="7",
        api_throttle_burst="3",
        api_key_required="true",
        log_retention_days="30",
        sqs_message_retention="86400",
        sqs_visibility_timeout="180",
        s3_lifecycle_expiration_days="90",
    )

    for service in SERVICES:
        function = program.inputs(f"{service}-function")
        assert (function["timeout"], function["memorySize"], function["runtime"]) == (29, 1024, "python3.13")
        assert "reservedConcurrentExecutions" not in function
        assert function["tracingConfig"] == {"mode": "PassThrough"}
        assert "xray" not in program.inputs(f"{service}-policy", "RolePolicy")["policy"]
        queue = program.inputs(f"{service}-dlq-queue")
        assert (queue["messageRetentionSeconds"], queue["visibilityTimeoutSeconds"]) == (86_400, 180)
    settings = program.inputs("api-settings")["settings"]
    assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (7, 3)
    assert program.inputs("api-plan")["throttleSettings"] == {"rateLimit": 7, "burstLimit": 3}
    assert {r.inputs["retentionInDays"] for r in program.all("cloudwatch/logGroup:LogGroup")} == {30}
    assert program.inputs("data-lifecycle")["rules"][0]["expiration"] == {"days": 90}
    asked = {
        (m.inputs["httpMethod"], m.inputs.get("apiKeyRequired", False)) for m in program.all("apigateway/method:Method")
    }
    # The gateway's own answers need no key: a browser sends none with its preflight.
    assert {method for method, needed in asked if needed} == {"GET", "POST", "PATCH"}
    assert ("OPTIONS", True) not in asked
    assert program.inputs("api-plan-key")["usagePlanId"] == program.one("api-plan").id
    assert program.graph.outputs["api_key_id"] == program.one("api-key", "ApiKey").id


def test_an_explicit_zero_stops_a_service(variant):
    program = variant(lambda_reserved_concurrency="0")

    assert {program.inputs(f"{s}-function")["reservedConcurrentExecutions"] for s in SERVICES} == {0}


def test_a_services_variables_are_what_its_code_reads(program):
    sys.path.insert(0, str(PROJECT / "handlers"))
    try:
        from storefront.settings import OrderSettings, ProductSettings, UserSettings
    finally:
        sys.path.pop(0)

    readers = {"user-service": UserSettings, "order-service": OrderSettings, "product-service": ProductSettings}
    variables = {s: program.inputs(f"{s}-function")["environment"]["variables"] for s in SERVICES}
    settings = {service: reader.from_environment(variables[service]) for service, reader in readers.items()}

    assert settings["user-service"].users_table == program.outputs("users-table")["name"]
    assert settings["order-service"].orders_table == program.outputs("orders-table")["name"]
    assert settings["order-service"].order_workflow_arn == program.outputs("order-workflow-machine")["arn"]
    assert settings["product-service"].products_table == program.outputs("products-table")["name"]
    assert settings["product-service"].data_bucket == program.outputs("data-bucket")["bucket"]
    assert settings["product-service"].data_key_arn == program.outputs("data-key-key")["arn"]
    assert {s.api_secret_arn for s in settings.values()} == {program.outputs("api-secret-secret")["arn"]}
    assert {v["ENVIRONMENT"] for v in variables.values()} == {"dev"}
    # Each service knows its own table only.
    for service, table in zip(SERVICES, ("USERS", "ORDERS", "PRODUCTS"), strict=True):
        assert {name for name in variables[service] if name.endswith("_TABLE_NAME")} == {f"{table}_TABLE_NAME"}


def test_queues_are_encrypted_and_large_enough(program):
    queues = [program.inputs(q.name) for q in program.all("sqs/queue:Queue")]

    assert len(queues) == 4
    for queue in queues:
        assert queue["kmsMasterKeyId"] == program.outputs("data-key-key")["arn"]
        assert (queue["kmsDataKeyReusePeriodSeconds"], queue["messageRetentionSeconds"]) == (300, 1_209_600)
        assert queue["maxMessageSize"] == 1_048_576


# ---- API -------------------------------------------------------------------------------------------------------------


def test_routes_lead_to_their_services(program):
    uris = {
        i.name.removeprefix("api-").removesuffix("-integration"): program.inputs(i.name)["uri"]
        for i in program.all("apigateway/integration:Integration")
        if program.inputs(i.name)["type"] == "AWS_PROXY"
    }
    routes = {
        "user-service": ("post-users", "get-users", "get-users-userId"),
        "product-service": ("post-products", "get-products", "get-products-productId", "patch-products-productId"),
        "order-service": ("post-orders", "get-orders", "get-orders-orderId"),
    }

    assert uris == {
        route: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        + program.outputs(f"{service}-function")["arn"]
        + "/invocations"
        for service, names in routes.items()
        for route in names
    }


def test_browsers_may_use_every_method(program):
    answers = [
        program.inputs(r.name)["responseParameters"]
        for r in program.all("apigateway/integrationResponse:IntegrationResponse")
        if r.name.startswith("api-options-")
    ]

    assert {a["method.response.header.Access-Control-Allow-Methods"] for a in answers} == {"'GET,POST,PATCH,OPTIONS'"}
    assert len(answers) == 7


def test_the_gateway_and_the_handlers_check_the_same_schemas(program):
    schemas = json.loads((PROJECT / "handlers" / "schemas.json").read_text(encoding="utf-8"))
    models = {m.inputs["name"]: json.loads(m.inputs["schema"]) for m in program.all("apigateway/model:Model")}

    assert models == {
        "User": schemas["user"],
        "Product": schemas["product"],
        "ProductChange": schemas["product_change"],
        "Order": schemas["order"],
    }


def test_lists_without_their_filter_do_not_reach_a_function(program):
    needed = {
        name.removeprefix("api-").removesuffix("-method"): parameters
        for m in program.all("apigateway/method:Method")
        for name, parameters in [(m.name, program.inputs(m.name).get("requestParameters", {}))]
    }

    assert needed["get-users"]["method.request.querystring.email"] is True
    assert needed["get-products"]["method.request.querystring.category"] is True
    assert needed["get-orders"]["method.request.querystring.userId"] is False


# ---- logs, traces, alarms --------------------------------------------------------------------------------------------


def test_all_logs_are_kept_for_the_configured_days_and_encrypted(program):
    groups = {
        program.inputs(r.name)["name"]: program.inputs(r.name) for r in program.all("cloudwatch/logGroup:LogGroup")
    }

    assert groups.keys() == {
        *(f"/aws/lambda/storefront-{service}-dev" for service in SERVICES),
        "/aws/vendedlogs/states/storefront-order-workflow-dev",
        "/aws/apigateway/storefront-api-dev",
    }
    assert {g["retentionInDays"] for g in groups.values()} == {7}
    assert {g["kmsKeyId"] for g in groups.values()} == {program.outputs("data-key-key")["arn"]}


def test_stage_and_workflow_write_logs_and_traces(program):
    stage, machine = program.inputs("api-stage"), program.inputs("order-workflow-machine")

    assert (stage["stageName"], stage["xrayTracingEnabled"]) == ("dev", True)
    assert stage["accessLogSettings"]["destinationArn"] == program.outputs("api-logs")["arn"]
    written = json.loads(stage["accessLogSettings"]["format"]).keys()
    fields = ("requestId", "ip", "requestTime", "httpMethod", "resourcePath", "status", "protocol", "responseLength")
    assert written >= set(fields)
    assert machine["tracingConfiguration"] == {"enabled": True}
    assert machine["loggingConfiguration"] == {
        "level": "ALL",
        "includeExecutionData": True,
        "logDestination": program.outputs("order-workflow-logs")["arn"] + ":*",
    }


def test_everything_that_can_go_wrong_unseen_has_an_alarm(program):
    alarms = {
        a.name.removeprefix("alarms-"): program.inputs(a.name)
        for a in program.all("cloudwatch/metricAlarm:MetricAlarm")
    }

    of_function = ("error-rate", "throttles", "duration", "concurrency")
    assert alarms.keys() == {
        *(f"{service}-{kind}" for service in SERVICES for kind in of_function),
        *(f"{service}-dlq-not-empty" for service in SERVICES),
        "resume-orders-dlq-not-empty",
        "api-4xx-rate",
        "api-5xx-rate",
        "order-workflow-failed",
        "order-workflow-timed-out",
        *(f"{table}-throttles" for table in TABLES),
    }
    topic = program.outputs("alarm-notifications-topic")["arn"]
    for name, alarm in alarms.items():
        assert alarm["alarmActions"] == [topic], name
        assert alarm["treatMissingData"] == "notBreaching"
        assert alarm["comparisonOperator"] == "GreaterThanThreshold"
    assert program.inputs("alarm-notifications-topic")["kmsMasterKeyId"] == program.outputs("data-key-key")["arn"]


@pytest.mark.parametrize("service", SERVICES)
def test_alarms_of_a_service_watch_that_service(program, service):
    name = program.outputs(f"{service}-function")["name"]
    rate = program.inputs(f"alarms-{service}-error-rate")
    queries = {q["id"]: q for q in rate["metricQueries"]}

    assert (rate["threshold"], rate["evaluationPeriods"]) == (1, 2)
    assert queries["result"]["expression"] == "IF(total > 0, 100 * errors / total, 0)"
    assert {i for i, q in queries.items() if q["returnData"]} == {"result"}
    for query in ("errors", "total"):
        metric = queries[query]["metric"]
        assert (metric["dimensions"], metric["period"], metric["stat"]) == ({"FunctionName": name}, 60, "Sum")
    thresholds = {"throttles": 0, "duration": 24_000, "concurrency": 8}
    for kind, threshold in thresholds.items():
        alarm = program.inputs(f"alarms-{service}-{kind}")
        assert (alarm["threshold"], alarm["period"], alarm["dimensions"]) == (threshold, 60, {"FunctionName": name})


def test_rates_of_the_api_are_its_own(program):
    for kind, metric in {"4xx-rate": "4XXError", "5xx-rate": "5XXError"}.items():
        queries = {q["id"]: q for q in program.inputs(f"alarms-api-{kind}")["metricQueries"]}
        assert queries["errors"]["metric"]["metricName"] == metric
        assert queries["errors"]["metric"]["dimensions"] == {"ApiName": "storefront-api-dev", "Stage": "dev"}


# ---- workflow --------------------------------------------------------------------------------------------------------


def test_steps_invoke_their_services_and_keep_their_input(program):
    arns = {service: program.outputs(f"{service}-function")["arn"] for service in SERVICES}
    tasks = {name: state for name, state in states(program).items() if state["Type"] == "Task"}

    assert {name: s["Parameters"]["FunctionName"] for name, s in tasks.items()} == {
        "ValidateUser": arns["user-service"],
        "ProcessOrder": arns["order-service"],
        "UpdateInventory": arns["product-service"],
        "ConfirmOrder": arns["order-service"],
        "RejectUser": arns["order-service"],
        "RejectStock": arns["order-service"],
        "CancelOrder": arns["order-service"],
        "ReleaseStock": arns["product-service"],
        "FailOrder": arns["order-service"],
    }
    for state in tasks.values():
        assert state["Resource"] == "arn:aws:states:::lambda:invoke"
        assert state["ResultSelector"] == {"value.$": "$.Payload"}
        assert state["ResultPath"].startswith("$.")
        assert state["TimeoutSeconds"] == 90
        never, retry = state["Retry"]
        assert (never["ErrorEquals"], never["MaxAttempts"]) == (["InvalidTaskError", "OrderAbandonedError"], 0)
        assert retry == {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}


def test_what_fails_is_undone_before_the_execution_fails(program):
    found = states(program)
    caught = {name: state["Catch"][0]["Next"] for name, state in found.items() if state["Type"] == "Task"}

    undoing = {"CancelOrder", "ReleaseStock", "FailOrder"}
    assert {name for name, following in caught.items() if following == "HandleError"} == undoing
    assert {following for name, following in caught.items() if name not in undoing} == {"CancelOrder"}
    assert found["CancelOrder"]["Next"] == "IsOrderConfirmed"
    # What was confirmed after all keeps its stock.
    assert found["IsOrderConfirmed"]["Choices"][0]["Next"] == "Decided"
    assert found["IsOrderConfirmed"]["Default"] == "ReleaseStock"
    assert (found["ReleaseStock"]["Next"], found["FailOrder"]["Next"]) == ("FailOrder", "HandleError")
    assert found["HandleError"]["Error"] == "WorkflowFailed"
    for name in ("CancelOrder", "FailOrder"):
        assert found[name]["Parameters"]["Payload"]["error.$"] == "$.errorInfo"


def test_tasks_and_errors_of_the_workflow_exist_in_the_handlers(program):
    handlers = PROJECT / "handlers" / "storefront"
    source = "".join(f.read_text(encoding="utf-8") for f in sorted(handlers.glob("*.py")))
    found = [s for s in states(program).values() if s["Type"] == "Task"]

    for task in {s["Parameters"]["Payload"]["task"] for s in found} | {"ResumeOrders"}:
        assert f'"{task}":' in source
    for error in {e for s in found for r in s["Retry"] for e in r["ErrorEquals"]} - {"States.ALL"}:
        assert f"class {error}(" in source


def test_an_execution_has_ended_before_its_order_is_started_again(program):
    sys.path.insert(0, str(PROJECT / "handlers"))
    try:
        from storefront.resuming import STUCK_AFTER
    finally:
        sys.path.pop(0)

    definition = json.loads(program.inputs("order-workflow-machine")["definition"])
    assert definition["TimeoutSeconds"] <= 840 < STUCK_AFTER.total_seconds()


def test_the_clock_starts_waiting_orders(program):
    assert program.inputs("resume-orders-rule")["scheduleExpression"] == "rate(1 minute)"
    target = program.inputs("resume-orders-target")
    assert target["arn"] == program.outputs("order-service-function")["arn"]
    assert json.loads(target["input"]) == {"task": "ResumeOrders"}
    assert "roleArn" not in target


# ---- import ----------------------------------------------------------------------------------------------------------


def test_incoming_files_are_imported_and_no_other(program):
    (notification,) = program.all("s3/bucketNotification:BucketNotification")
    (told,) = reveal(notification.inputs)["lambdaFunctions"]

    assert told == {
        "id": "import",
        "lambdaFunctionArn": program.outputs("product-service-function")["arn"],
        "events": ["s3:ObjectCreated:*"],
        "filterPrefix": "incoming/",
        "filterSuffix": ".csv",
    }
    assert program.depends(notification, "product-import-import-permission")


# ---- content ---------------------------------------------------------------------------------------------------------


def test_the_page_is_served_over_https_from_the_private_bucket(program):
    distribution = program.inputs("content-cdn-distribution")
    (origin,) = distribution["origins"]
    behaviour = distribution["defaultCacheBehavior"]

    assert origin["domainName"] == program.outputs("content-bucket")["bucketRegionalDomainName"]
    assert origin["originAccessControlId"] == program.one("content-cdn-access").id
    access = program.inputs("content-cdn-access")
    assert (access["originAccessControlOriginType"], access["signingBehavior"]) == ("s3", "always")
    assert access["signingProtocol"] == "sigv4"
    assert (distribution["defaultRootObject"], distribution["isIpv6Enabled"]) == ("index.html", True)
    assert (behaviour["viewerProtocolPolicy"], behaviour["compress"]) == ("redirect-to-https", True)
    assert (behaviour["allowedMethods"], behaviour["cachedMethods"]) == (["GET", "HEAD", "OPTIONS"], ["GET", "HEAD"])
    cache = program.inputs("content-cdn-cache")
    assert (cache["minTtl"], cache["defaultTtl"], cache["maxTtl"]) == (0, 3600, 86_400)
    assert behaviour["cachePolicyId"] == program.one("content-cdn-cache").id
    assert behaviour["responseHeadersPolicyId"] == program.one("content-cdn-headers").id
    assert (distribution["priceClass"], distribution["restrictions"]) == (
        "PriceClass_100",
        {"geoRestriction": {"restrictionType": "none", "locations": []}},
    )


def test_countries_and_price_class_come_from_config(variant):
    distribution = variant(
        cloudfront_price_class="PriceClass_All",
        cloudfront_geo_restriction_type="whitelist",
        cloudfront_geo_restriction_locations="DE,FR",
    ).inputs("content-cdn-distribution")

    assert distribution["priceClass"] == "PriceClass_All"
    assert distribution["restrictions"]["geoRestriction"] == {"restrictionType": "whitelist", "locations": ["DE", "FR"]}


def test_the_page_may_load_its_own_files_and_the_api_only(program):
    headers = program.inputs("content-cdn-headers")["securityHeadersConfig"]
    policy = headers["contentSecurityPolicy"]["contentSecurityPolicy"]
    origin = re.match(r"https://[^/]+", program.graph.outputs["api_endpoint_url"]).group()

    assert dict(part.strip().split(" ", 1) for part in policy.split(";")) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": f"'self' {origin}",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert headers["strictTransportSecurity"]["accessControlMaxAgeSec"] >= 31_536_000


def test_every_file_of_the_page_is_there_with_its_type(program):
    objects = {program.inputs(o.name)["key"]: o for o in program.all("s3/bucketObjectv2:BucketObjectv2")}

    there = {f.relative_to(PROJECT / "content").as_posix() for f in (PROJECT / "content").rglob("*") if f.is_file()}
    assert objects.keys() == there | {"config.json"}
    assert {key: program.inputs(o.name)["contentType"].partition(";")[0] for key, o in objects.items()} == {
        "index.html": "text/html",
        "products.js": "text/javascript",
        "style.css": "text/css",
        "config.json": "application/json",
    }
    assert all(isinstance(objects[key].inputs["source"], Asset) for key in there)
    assert json.loads(program.inputs("page-config-json")["content"]) == {
        "apiUrl": program.graph.outputs["api_endpoint_url"]
    }


def test_the_page_refers_to_files_that_are_there(program):
    page = (PROJECT / "content" / "index.html").read_text(encoding="utf-8")

    assert set(re.findall(r'(?:src|href)="([^"]+)"', page)) == {"products.js", "style.css"}
    # The policy lets no script or style stand in the page itself.
    assert not re.search(r"<script>|<style|\son\w+=|\sstyle=", page)


# ---- packages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", SERVICES)
def test_a_package_holds_what_its_service_imports_and_nothing_else(package, service):
    from stackwright.components.package.imports import missing_modules

    name = service.replace("-", "_")
    files = {*package.COMMON, *getattr(package, name.upper())}
    wanted = {f"{name}.py"}
    while found := {file for _, file in missing_modules(package.HANDLERS, sorted(wanted))} - wanted:
        wanted |= found

    assert files == wanted | {"schemas.json"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_package_is_the_one_that_was_built_and_has_locked_dependencies_only(program, package, service):
    built = getattr(package, f"{service.replace('-', '_')}_package")()

    assert program.inputs(f"{service}-function")["sourceCodeHash"] == built.sha256
    tops = {name.split("/")[0] for name in built.names}
    assert {"storefront", "aws_lambda_powertools", "jmespath", "fastjsonschema"} <= tops
    assert not tops & {"boto3", "botocore", "pulumi", "stackwright", "tests"}
    others = {f"{other.replace('-', '_')}.py" for other in SERVICES if other != service}
    assert not tops & others


def test_every_file_of_the_handlers_is_in_a_package(package):
    there = {
        f.relative_to(package.HANDLERS).as_posix()
        for f in package.HANDLERS.rglob("*.py")
        if "__pycache__" not in f.parts
    }

    listed = {*package.COMMON, *package.USER_SERVICE, *package.ORDER_SERVICE, *package.PRODUCT_SERVICE}
    assert {f for f in listed if f.endswith(".py")} == there


# ---- edges -----------------------------------------------------------------------------------------------------------


def test_the_program_states_its_edges(program):
    edges = {
        (e["source"], e["target"])
        for e in reveal(program.graph.of_type("stackwright:index:Environment")[0].outputs)["edges"]
    }

    assert edges >= {
        ("api", "user-service"),
        ("order-service", "order-workflow"),
        ("order-workflow", "product-service"),
        ("product-import", "product-service"),
        ("resume-orders", "order-service"),
        ("content-cdn", "content"),
        ("network-dynamodb", "orders"),
        ("user-service", "api-secret"),
        ("user-service", "data-key"),
        ("product-service", "data"),
    }
