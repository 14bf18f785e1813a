"""The program as a whole."""

from __future__ import annotations

import pytest
from storefront_program import SERVICES, TABLES

from stackwright.graph import reveal


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
        "resume_orders_dlq_url",
        "dead_letter_retention_seconds",
        "order_workflow_arn",
        "vpc_id",
        "dynamodb_endpoint_id",
        "kms_key_id",
        "kms_key_arn",
        "api_secret_arn",
    }
    outputs = program.graph.outputs
    assert outputs["health_url"] == f"{outputs['api_endpoint_url']}/health"


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
