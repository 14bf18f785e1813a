"""The deployed roles, and what the tests call their resources."""

from __future__ import annotations

from uploads_stack import Stack

from stackwright.testing.roles import Role


def resource_names(stack: Stack) -> dict[str, str]:
    """What the tests call the resources of the stack, by ARN."""
    outputs = stack.outputs
    failures = stack.client("lambda").get_function_event_invoke_config(
        FunctionName=outputs["file_processor_function_name"]
    )["DestinationConfig"]["OnFailure"]["Destination"]
    idempotency = stack.client("dynamodb").describe_table(TableName=outputs["idempotency_table_name"])
    log = stack.client("logs").describe_log_groups(logGroupNamePrefix=outputs["file_processor_log_group"])
    return {
        f"{outputs['uploads_bucket_arn']}/*": "objects",
        outputs["file_metadata_table_arn"]: "metadata",
        f"{outputs['file_metadata_table_arn']}/index/upload-time-index": "index",
        idempotency["Table"]["TableArn"]: "idempotency",
        outputs["sns_topic_arn"]: "notifications",
        outputs["file_processor_dlq_arn"]: "dlq",
        failures: "failures",
        outputs["file_processor_function_arn"]: "file-processor",
        outputs["file_workflow_arn"]: "file-workflow",
        outputs["cursor_secret_arn"]: "cursor-secret",
        f"{log['logGroups'][0]['arn'].removesuffix(':*')}:*": "log",
        **{outputs[f"{service}_kms_key_arn"]: f"{service}-key" for service in ("s3", "dynamodb", "sqs", "sns")},
    }


def function_role(stack: Stack) -> Role:
    """The role of file-processor."""
    config = stack.client("lambda").get_function_configuration(
        FunctionName=stack.outputs["file_processor_function_name"]
    )
    return Role(stack, config["Role"], resource_names(stack))


def workflow_role(stack: Stack) -> Role:
    """The role of file-workflow."""
    machine = stack.client("stepfunctions").describe_state_machine(stateMachineArn=stack.outputs["file_workflow_arn"])
    return Role(stack, machine["roleArn"], resource_names(stack))


def rule_role(stack: Stack) -> Role:
    """The role with which the rule starts file-workflow."""
    events = stack.client("events")
    (rule,) = events.list_rule_names_by_target(TargetArn=stack.outputs["file_workflow_arn"])["RuleNames"]
    (target,) = events.list_targets_by_rule(Rule=rule)["Targets"]
    return Role(stack, target["RoleArn"], resource_names(stack))
