"""Functions of the SDK that look functions up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.provider.aws import Aws
from stackwright.provider.lookups import Lookup
from stackwright.provider.services._shapes import in_region, present
from stackwright.provider.services.lambda_.access import get_function_url
from stackwright.provider.services.lambda_.functions import invoke_arn, looked_up
from stackwright.provider.services.lambda_.invocations import get_invocation
from stackwright.provider.services.lambda_.layers import get_layer_version


def get_function(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html"""
    aws, qualifier = in_region(aws, args), args.get("qualifier")
    client = aws.client("lambda")
    found = looked_up(aws, client.get_function(FunctionName=args["functionName"], **present(Qualifier=qualifier)))
    lists = {f"{key}s": [found[key]] for key in ("ephemeralStorage", "loggingConfig")}
    return {
        **found,
        **lists,
        "id": found["name"],
        "functionName": found["name"],
        "qualifier": qualifier,
        "fileSystemConfigs": [],
    }


def get_functions(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """All functions of the region."""
    found: list[dict[str, Any]] = []
    pages: dict[str, Any] = {}
    client = in_region(aws, args).client("lambda")
    while True:
        answer = client.list_functions(**pages)
        found += answer["Functions"]
        if not answer.get("NextMarker"):
            break
        pages = {"Marker": answer["NextMarker"]}
    return {
        "id": aws.region,
        "functionNames": [f["FunctionName"] for f in found],
        "functionArns": [f["FunctionArn"] for f in found],
    }


def get_alias(aws: Aws, args: Mapping[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html"""
    aws = in_region(aws, args)
    answer = aws.client("lambda").get_alias(FunctionName=args["functionName"], Name=args["name"])
    return {
        "id": answer["AliasArn"],
        "arn": answer["AliasArn"],
        "invokeArn": invoke_arn(aws, answer["AliasArn"]),
        "name": answer["Name"],
        "functionName": args["functionName"],
        "functionVersion": answer["FunctionVersion"],
        "description": answer["Description"],
    }


FUNCTIONS: Final[Mapping[str, Lookup]] = {
    "aws:lambda/getFunction:getFunction": get_function,
    "aws:lambda/getFunctions:getFunctions": get_functions,
    "aws:lambda/getAlias:getAlias": get_alias,
    "aws:lambda/getFunctionUrl:getFunctionUrl": get_function_url,
    "aws:lambda/getLayerVersion:getLayerVersion": get_layer_version,
    "aws:lambda/getInvocation:getInvocation": get_invocation,
}
