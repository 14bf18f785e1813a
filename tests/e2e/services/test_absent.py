"""`Type.get` with the id of something that is not there, for every type that can be looked up."""

from __future__ import annotations

import pkgutil
from typing import Any

import pytest

from stackwright.errors import ResourceError
from stackwright.provider import registry, services
from stackwright.provider.provisioner import Provisioner

pytestmark = pytest.mark.e2e

# A form that AWS takes for an id of the type; others are told apart by a name.
IDS = {
    "ec2/vpc:Vpc": "vpc-0123456789abcdef0",
    "ec2/subnet:Subnet": "subnet-0123456789abcdef0",
    "ec2/routeTable:RouteTable": "rtb-0123456789abcdef0",
    "ec2/securityGroup:SecurityGroup": "sg-0123456789abcdef0",
    "ec2/instance:Instance": "i-0123456789abcdef0",
    "lb/loadBalancer:LoadBalancer": (
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/0123456789abcdef"
    ),
    "lambda/layerVersion:LayerVersion": "arn:aws:lambda:us-east-1:123456789012:layer:absent:1",
    "sns/topic:Topic": "arn:aws:sns:us-east-1:123456789012:absent",
    "sqs/queue:Queue": "https://sqs.us-east-1.amazonaws.com/123456789012/absent",
    "iam/policy:Policy": "arn:aws:iam::123456789012:policy/absent",
    "sfn/stateMachine:StateMachine": "arn:aws:states:us-east-1:123456789012:stateMachine:absent",
}


def readable() -> list[str]:
    modules = [m.name.rstrip("_") for m in pkgutil.iter_modules(services.__path__) if not m.name.startswith("_")]
    found = {bare: one for module in modules for bare, one in registry.of_module(module).items()}
    return sorted(bare for bare, one in found.items() if type(one).read is not Provisioner.read)


def test_what_is_not_there_is_said_to_be_so(aws: Any) -> None:
    faults: dict[str, str] = {}
    for bare in readable():
        try:
            aws.read(bare, IDS.get(bare, "absent-0123456789"))
        except ResourceError as error:
            if "cannot find" not in error.what:
                faults[bare] = error.what
        except Exception as error:  # noqa: BLE001 - every kind is a fault here
            faults[bare] = repr(error)
        else:
            faults[bare] = "was found"
    assert faults == {}
