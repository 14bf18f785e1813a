"""Small graphs with roles and policies, for tests that need no program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stackwright.graph import Graph, Resource

ACCOUNT, REGION = "123456789012", "eu-west-1"


def document(*statements: Mapping[str, Any]) -> str:
    """A policy as JSON text; `Effect` is Allow where a statement does not say it."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **s} for s in statements]})


def resource(token: str, name: str, outputs: Mapping[str, Any] | None = None, /, **inputs: Any) -> Resource:
    """A resource whose outputs are its inputs, and more."""
    urn = f"urn:pulumi:dev::p::{token}::{name}"
    return Resource(urn, token, name, id=name, inputs=inputs, outputs={**inputs, **(outputs or {})})


def role(name: str, *, trusts: str = "lambda.amazonaws.com", **inputs: Any) -> Resource:
    """A role that a service assumes."""
    trust = document({"Action": "sts:AssumeRole", "Principal": {"Service": trusts}})
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    return resource("aws:iam/role:Role", name, {"arn": arn}, name=name, assumeRolePolicy=trust, **inputs)


def role_policy(role_name: str, *statements: Mapping[str, Any], name: str = "rights") -> Resource:
    """An inline policy of a role."""
    return resource("aws:iam/rolePolicy:RolePolicy", name, role=role_name, policy=document(*statements))


def made(token: str, name: str, arn: str, **inputs: Any) -> Resource:
    """A resource with name and ARN."""
    return resource(token, name, {"arn": arn, "name": name}, **inputs)


def queue(name: str, **inputs: Any) -> Resource:
    """An SQS queue, whose id is its address."""
    url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"
    found = made("aws:sqs/queue:Queue", name, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", **inputs)
    return Resource(found.urn, found.type, name, id=url, inputs=inputs, outputs={**found.outputs, "url": url})


def key(name: str, **inputs: Any) -> Resource:
    """A KMS key; its policy stands in its inputs, or is the default one."""
    arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{name}"
    root = {"Action": "kms:*", "Resource": "*", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
    policy = inputs.get("policy") or document(root)
    return resource("aws:kms/key:Key", name, {"arn": arn, "keyId": name, "policy": policy}, **inputs)


def graph(*resources: Resource) -> Graph:
    """The graph of these."""
    return Graph("p", "dev", "simulated", tuple(resources))
