"""Load balancers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of, only
from stackwright.provider.services._model_provisioner import unless_gone
from stackwright.provider.services._shapes import changed_tags, pascal, present, tag_list
from stackwright.provider.services.lb.attributes import attributes, suffix

_ATTRIBUTES: Final = {
    "idleTimeout": "idle_timeout.timeout_seconds",
    "clientKeepAlive": "client_keep_alive.seconds",
    "enableDeletionProtection": "deletion_protection.enabled",
    "enableHttp2": "routing.http2.enabled",
    "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
    "enableWafFailOpen": "waf.fail_open.enabled",
    "enableXffClientPort": "routing.http.xff_client_port.enabled",
    "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
    "desyncMitigationMode": "routing.http.desync_mitigation_mode",
    "preserveHostHeader": "routing.http.preserve_host_header.enabled",
    "xffHeaderProcessingMode": "routing.http.xff_header_processing.mode",
    "accessLogs.enabled": "access_logs.s3.enabled",
    "accessLogs.bucket": "access_logs.s3.bucket",
    "accessLogs.prefix": "access_logs.s3.prefix",
    "connectionLogs.enabled": "connection_logs.s3.enabled",
    "connectionLogs.bucket": "connection_logs.s3.bucket",
    "connectionLogs.prefix": "connection_logs.s3.prefix",
}


class LoadBalancer(Provisioner):
    """Its id is its ARN."""

    type = "lb/loadBalancer:LoadBalancer"
    replace_on = frozenset({"name", "namePrefix", "internal", "loadBalancerType", "customerOwnedIpv4Pool"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        elb = aws.client("elbv2")
        tags = aws.tags(new.get("tags"))
        made = elb.create_load_balancer(
            Name=new["name"],
            Type=new.get("loadBalancerType", "application"),
            Scheme="internal" if new.get("internal") else "internet-facing",
            **present(
                Subnets=new.get("subnets"),
                SubnetMappings=pascal(new.get("subnetMappings")),
                SecurityGroups=new.get("securityGroups"),
                IpAddressType=new.get("ipAddressType"),
                Tags=tag_list(tags) or None,
            ),
        )["LoadBalancers"][0]
        arn = made["LoadBalancerArn"]
        _set_attributes(aws, arn, new)
        return Created(arn, _outputs(made))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        elb, arn = aws.client("elbv2"), id_of(old)
        if new.get("subnets") and new.get("subnets") != old.inputs.get("subnets"):
            elb.set_subnets(LoadBalancerArn=arn, Subnets=new["subnets"])
        if new.get("securityGroups") and new.get("securityGroups") != old.inputs.get("securityGroups"):
            elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=new["securityGroups"])
        _set_attributes(aws, arn, new)
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("elbv2").delete_load_balancer(LoadBalancerArn=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        answer = aws.client("elbv2").describe_load_balancers(LoadBalancerArns=[id_of(wanted)])
        found = only(answer["LoadBalancers"], wanted)
        return Created(outputs={**_outputs(found), "name": found["LoadBalancerName"]})


def _outputs(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "arn": found["LoadBalancerArn"],
        "arnSuffix": suffix(found["LoadBalancerArn"]),
        "dnsName": found["DNSName"],
        "zoneId": found["CanonicalHostedZoneId"],
        "vpcId": found.get("VpcId", ""),
        "securityGroups": found.get("SecurityGroups") or [],
        "subnets": [zone["SubnetId"] for zone in found.get("AvailabilityZones") or []],
    }


def _set_attributes(aws: Aws, arn: str, new: Inputs) -> None:
    wanted = attributes(new, _ATTRIBUTES)
    if wanted:
        aws.client("elbv2").modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=wanted)


def retag(aws: Aws, new: Inputs, old: Resource) -> None:
    """Bring the tags of anything of ELB to what the program says now."""
    elb, arn = aws.client("elbv2"), id_of(old)
    wanted, gone = changed_tags(aws, new, old)
    if gone:
        elb.remove_tags(ResourceArns=[arn], TagKeys=gone)
    if wanted:
        elb.add_tags(ResourceArns=[arn], Tags=tag_list(wanted))


PROVISIONERS = (LoadBalancer,)
