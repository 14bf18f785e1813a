"""Where a stage writes one JSON line per request, and the account-wide role that lets it."""

from __future__ import annotations

import json
from typing import Final

import pulumi
from pulumi_aws import apigateway, iam

from ..component import Component

ACCESS_LOG_FORMAT: Final = json.dumps(
    {
        "requestId": "$context.requestId",
        "extendedRequestId": "$context.extendedRequestId",
        "ip": "$context.identity.sourceIp",
        "requestTime": "$context.requestTime",
        "httpMethod": "$context.httpMethod",
        "resourcePath": "$context.resourcePath",
        "status": "$context.status",
        "protocol": "$context.protocol",
        "responseLength": "$context.responseLength",
        "responseLatency": "$context.responseLatency",
        "integrationStatus": "$context.integrationStatus",
        "error": "$context.error.responseType",
        "traceId": "$context.xrayTraceId",
    }
)
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html"""


def account_role(owner: Component) -> apigateway.Account:
    """Declare the role with which API Gateway writes logs, and make it the account's.

    There is one per account and region. API Gateway refuses a stage with an access log while the account has none.
    All three are kept when the stack goes: deleting the setting or the role would end the logs of every other API of
    the account. Stacks that follow each other replace one such role by another that may do the same.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """
    environment = owner.environment
    kept = pulumi.ResourceOptions(retain_on_delete=True)
    trust = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.Role(
        f"{owner.label}-account-role",
        assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        opts=pulumi.ResourceOptions.merge(owner.inside(), kept),
    )
    policy = "iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    attachment = iam.RolePolicyAttachment(
        f"{owner.label}-account-policy",
        role=role.name,
        policy_arn=pulumi.Output.concat("arn:", environment.partition, f":{policy}"),
        opts=pulumi.ResourceOptions.merge(owner.inside(), kept),
    )
    return apigateway.Account(
        f"{owner.label}-account",
        cloudwatch_role_arn=role.arn,
        opts=pulumi.ResourceOptions.merge(owner.inside(depends_on=[attachment]), kept),
    )
