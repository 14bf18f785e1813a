"""Functions of the SDK that look up log groups and buses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.provider.aws import Aws
from stackwright.provider.lookups import Lookup
from stackwright.provider.services._shapes import camel, in_region, present
from stackwright.provider.services.cloudwatch import events, logs


def get_log_group(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """Its ARN is without the `:*` at the end."""
    found = logs.described(in_region(aws, args), args["name"])
    return {**found, "id": found["name"], "deletionProtectionEnabled": False}


def get_log_groups(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """All log groups whose name begins so."""
    prefix, aws = args.get("logGroupNamePrefix"), in_region(aws, args)
    client, names, token = aws.client("logs"), list[str](), None
    while True:
        answer = client.describe_log_groups(**present(logGroupNamePrefix=prefix, nextToken=token))
        names += [group["logGroupName"] for group in answer["logGroups"]]
        token = answer.get("nextToken")
        if not token:
            break
    return {
        "id": aws.region,
        "arns": [logs.log_group_arn(aws, name) for name in names],
        "logGroupNames": names,
        "logGroupNamePrefix": prefix,
    }


def get_event_bus(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeEventBus.html"""
    client = in_region(aws, args).client("events")
    found = events.described_bus(client.describe_event_bus(Name=args["name"]))
    lists = {f"{key}s": [found[key]] if found[key] else [] for key in ("deadLetterConfig", "logConfig")}
    return {**found, **lists, "id": found["name"]}


def get_event_buses(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """All buses whose name begins so."""
    prefix = args.get("namePrefix")
    client = in_region(aws, args).client("events")
    found = client.list_event_buses(**present(NamePrefix=prefix))["EventBuses"]
    return {"id": aws.region, "namePrefix": prefix, "eventBuses": [camel(bus) for bus in found]}


def get_event_connection(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeConnection.html"""
    found = in_region(aws, args).client("events").describe_connection(Name=args["name"])
    return {
        "id": found["Name"],
        "name": found["Name"],
        "arn": found["ConnectionArn"],
        "authorizationType": found["AuthorizationType"],
        "secretArn": found.get("SecretArn", ""),
        "kmsKeyIdentifier": "",
    }


FUNCTIONS: Final[Mapping[str, Lookup]] = {
    "aws:cloudwatch/getEventBus:getEventBus": get_event_bus,
    "aws:cloudwatch/getEventBuses:getEventBuses": get_event_buses,
    "aws:cloudwatch/getEventConnection:getEventConnection": get_event_connection,
    "aws:cloudwatch/getLogGroup:getLogGroup": get_log_group,
    "aws:cloudwatch/getLogGroups:getLogGroups": get_log_groups,
}
