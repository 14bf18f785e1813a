"""The deployed roles, and what the tests call their resources."""

from __future__ import annotations

from storefront_stack import Storefront

from stackwright.testing.roles import Role

TABLES = {
    "users": ("email-index",),
    "orders": ("userId-index", "status-index"),
    "products": ("category-index",),
}
SERVICES = ("user-service", "order-service", "product-service")


def service_role(storefront: Storefront, service: str) -> Role:
    """The role of a service; `log` and `dlq` are the service's own."""
    config = storefront.client("lambda").get_function_configuration(FunctionName=function_name(storefront, service))
    own = {
        f"{arn(storefront, 'logs', 'log-group')}:/aws/lambda/{config['FunctionName']}:*": "log",
        config["DeadLetterConfig"]["TargetArn"]: "dlq",
    }
    return Role(storefront, config["Role"], {**resource_names(storefront), **own, "*": "*"})


def workflow_role(storefront: Storefront) -> Role:
    """The role of order-workflow."""
    machine = storefront.client("stepfunctions").describe_state_machine(
        stateMachineArn=storefront.outputs["order_workflow_arn"]
    )
    return Role(storefront, machine["roleArn"], {**resource_names(storefront), "*": "*"})


def resource_names(storefront: Storefront) -> dict[str, str]:
    """What the tests, as handlers/permissions.json, call the resources of the stack, by ARN."""
    outputs = storefront.outputs
    tables = {name: arn(storefront, "dynamodb", f"table/{outputs[f'{name}_table_name']}") for name in TABLES}
    bucket = f"arn:aws:s3:::{outputs['data_bucket_name']}"
    return {
        **{tables[table]: f"{table}-table" for table in TABLES},
        **{f"{tables[table]}/index/{index}": f"{table}-{index}" for table in TABLES for index in TABLES[table]},
        bucket: "data-bucket",
        **{f"{bucket}/{folder}/*": f"data-bucket-{folder}" for folder in ("incoming", "processed", "rejected")},
        outputs["api_secret_arn"]: "api-secret",
        outputs["kms_key_arn"]: "data-key",
        outputs["order_workflow_arn"]: "order-workflow",
        **{arn(storefront, "lambda", f"function:{function_name(storefront, one)}"): one for one in SERVICES},
    }


def arn(storefront: Storefront, service: str, resource: str) -> str:
    """An ARN of this account and region."""
    region, account = storefront.outputs["order_workflow_arn"].split(":")[3:5]
    return f"arn:aws:{service}:{region}:{account}:{resource}"


def function_name(storefront: Storefront, service: str) -> str:
    return storefront.outputs[f"{service.replace('-', '_')}_function_name"]


def last_decision(storefront: Storefront) -> int:
    """The number of the latest authorization."""
    found = storefront.emulator.decisions()
    return found[-1].number if found else 0
