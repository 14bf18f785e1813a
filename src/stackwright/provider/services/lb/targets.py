"""Target groups and what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._model_provisioner import unless_gone
from stackwright.provider.services._shapes import present, tag_list
from stackwright.provider.services.lb.attributes import attributes, suffix
from stackwright.provider.services.lb.balancers import retag

_ATTRIBUTES: Final = {
    "deregistrationDelay": "deregistration_delay.timeout_seconds",
    "slowStart": "slow_start.duration_seconds",
    "loadBalancingAlgorithmType": "load_balancing.algorithm.type",
    "lambdaMultiValueHeadersEnabled": "lambda.multi_value_headers.enabled",
    "preserveClientIp": "preserve_client_ip.enabled",
    "proxyProtocolV2": "proxy_protocol_v2.enabled",
    "connectionTermination": "deregistration_delay.connection_termination.enabled",
    "stickiness.enabled": "stickiness.enabled",
    "stickiness.type": "stickiness.type",
    "stickiness.cookieDuration": "stickiness.lb_cookie.duration_seconds",
}


class TargetGroup(Provisioner):
    """Its id is its ARN."""

    type = "lb/targetGroup:TargetGroup"
    replace_on = frozenset(
        {"name", "namePrefix", "port", "protocol", "protocolVersion", "vpcId", "targetType", "ipAddressType"}
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        elb = aws.client("elbv2")
        tags = aws.tags(new.get("tags"))
        made = elb.create_target_group(
            Name=new["name"],
            **present(
                Port=new.get("port"),
                Protocol=new.get("protocol"),
                ProtocolVersion=new.get("protocolVersion"),
                VpcId=new.get("vpcId"),
                TargetType=new.get("targetType"),
                IpAddressType=new.get("ipAddressType"),
                Tags=tag_list(tags) or None,
            ),
            **_health_check(new),
        )["TargetGroups"][0]
        arn = made["TargetGroupArn"]
        _set_attributes(aws, arn, new)
        return Created(arn, {"arn": arn, "arnSuffix": suffix(arn), "loadBalancerArns": []})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        check = _health_check(new)
        if check and new.get("healthCheck") != old.inputs.get("healthCheck"):
            aws.client("elbv2").modify_target_group(TargetGroupArn=id_of(old), **check)
        _set_attributes(aws, id_of(old), new)
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("elbv2").delete_target_group(TargetGroupArn=id_of(old)))


def _health_check(new: Inputs) -> dict[str, Any]:
    check = new.get("healthCheck") or {}
    matcher, port = check.get("matcher"), check.get("port")
    return present(
        HealthCheckEnabled=check.get("enabled"),
        HealthCheckPath=check.get("path"),
        HealthCheckPort=None if port is None else str(port),
        HealthCheckProtocol=check.get("protocol"),
        HealthCheckIntervalSeconds=check.get("interval"),
        HealthCheckTimeoutSeconds=check.get("timeout"),
        HealthyThresholdCount=check.get("healthyThreshold"),
        UnhealthyThresholdCount=check.get("unhealthyThreshold"),
        Matcher={"HttpCode": str(matcher)} if matcher else None,
    )


def _set_attributes(aws: Aws, arn: str, new: Inputs) -> None:
    wanted = attributes(new, _ATTRIBUTES)
    if wanted:
        aws.client("elbv2").modify_target_group_attributes(TargetGroupArn=arn, Attributes=wanted)


class TargetGroupAttachment(Provisioner):
    type = "lb/targetGroupAttachment:TargetGroupAttachment"
    replace_on = frozenset({"targetGroupArn", "targetId", "port", "availabilityZone", "quicServerId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        target = present(Id=new["targetId"], Port=new.get("port"), AvailabilityZone=new.get("availabilityZone"))
        aws.client("elbv2").register_targets(TargetGroupArn=new["targetGroupArn"], Targets=[target])
        return Created()

    def delete(self, aws: Aws, old: Resource) -> None:
        elb, group = aws.client("elbv2"), old.inputs["targetGroupArn"]
        target = present(Id=old.inputs["targetId"], Port=old.inputs.get("port"))
        unless_gone(lambda: elb.deregister_targets(TargetGroupArn=group, Targets=[target]))


PROVISIONERS = (TargetGroup, TargetGroupAttachment)
