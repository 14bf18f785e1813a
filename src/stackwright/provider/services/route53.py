"""Amazon Route 53: zones and records are kept; no resolver asks them.

https://docs.aws.amazon.com/Route53/latest/APIReference/
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._model_provisioner import unless_gone
from stackwright.provider.services._shapes import changed_tags, present, tag_list


def _retag(aws: Aws, kind: str, resource: str, wanted: Mapping[str, str], gone: list[str]) -> None:
    if wanted or gone:
        aws.client("route53").change_tags_for_resource(
            ResourceType=kind,
            ResourceId=resource,
            **({"AddTags": tag_list(wanted)} if wanted else {}),
            **({"RemoveTagKeys": gone} if gone else {}),
        )


class Zone(Provisioner):
    type = "route53/zone:Zone"
    replace_on = frozenset({"name", "delegationSetId", "vpcs"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        vpcs = new.get("vpcs", [])
        answer = aws.client("route53").create_hosted_zone(
            Name=new["name"],
            CallerReference=str(uuid.uuid4()),
            HostedZoneConfig={"Comment": new["comment"], "PrivateZone": bool(vpcs)},
            **present(
                DelegationSetId=new.get("delegationSetId"),
                VPC={"VPCId": vpcs[0]["vpcId"], "VPCRegion": vpcs[0].get("vpcRegion") or aws.region} if vpcs else None,
            ),
        )
        zone = answer["HostedZone"]["Id"].rpartition("/")[2]
        _retag(aws, "hostedzone", zone, aws.tags(new.get("tags")), [])
        servers = (answer.get("DelegationSet") or {}).get("NameServers") or []
        return Created(
            zone,
            {
                "zoneId": zone,
                "arn": f"arn:{aws.partition}:route53:::hostedzone/{zone}",
                "nameServers": servers,
                "primaryNameServer": servers[0] if servers else "",
            },
        )

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        if new["comment"] != old.outputs.get("comment"):
            aws.client("route53").update_hosted_zone_comment(Id=id_of(old), Comment=new["comment"])
        _retag(aws, "hostedzone", id_of(old), *changed_tags(aws, new, old))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("route53").delete_hosted_zone(Id=id_of(old)))


# What makes one of several records of a name, other than the set identifier -> its member in the API.
_POLICIES: Final = {
    "weightedRoutingPolicies": {"weight": "Weight"},
    "failoverRoutingPolicies": {"type": "Failover"},
    "latencyRoutingPolicies": {"region": "Region"},
}


class Record(Provisioner):
    """Its id is zone, name, type and set identifier."""

    type = "route53/record:Record"
    replace_on = frozenset({"zoneId", "name", "type", "setIdentifier"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        zone, name = _zone(new), new["name"]
        domain = aws.client("route53").get_hosted_zone(Id=zone)["HostedZone"]["Name"].rstrip(".")
        fqdn = name.rstrip(".") if name.rstrip(".").endswith(domain) else f"{name}.{domain}".lstrip(".")
        _change(aws, zone, "UPSERT", _record(new, fqdn))
        own = new.get("setIdentifier")
        return Created("_".join([zone, name, new["type"], *([own] if own else [])]), {"fqdn": fqdn})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        _change(aws, _zone(new), "UPSERT", _record(new, old.outputs["fqdn"]))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        # An emulator or a zone without the record says so in prose, as InvalidChangeBatch.
        ignoring(
            ("InvalidChangeBatch", "NoSuchHostedZone"),
            lambda: _change(aws, _zone(old.inputs), "DELETE", _record(old.inputs, old.outputs["fqdn"])),
        )


def _zone(inputs: Mapping[str, Any]) -> str:
    return str(inputs["zoneId"]).rpartition("/")[2]


def _record(inputs: Mapping[str, Any], fqdn: str) -> dict[str, Any]:
    record: dict[str, Any] = {
        "Name": fqdn,
        "Type": inputs["type"],
        **present(
            SetIdentifier=inputs.get("setIdentifier"),
            HealthCheckId=inputs.get("healthCheckId"),
            MultiValueAnswer=inputs.get("multivalueAnswerRoutingPolicy"),
        ),
    }
    for policy, members in _POLICIES.items():
        for one in inputs.get(policy) or []:
            record.update({theirs: one[ours] for ours, theirs in members.items()})
    aliases = inputs.get("aliases")
    if aliases:
        alias = aliases[0]
        record["AliasTarget"] = {
            "DNSName": alias["name"],
            "HostedZoneId": alias["zoneId"],
            "EvaluateTargetHealth": bool(alias["evaluateTargetHealth"]),
        }
        return record
    values = [{"Value": _quoted(str(value), inputs["type"])} for value in inputs.get("records") or []]
    return {**record, "TTL": int(inputs.get("ttl") or 0), "ResourceRecords": values}


def _quoted(value: str, kind: str) -> str:
    """Texts stand in quotes."""
    return f'"{value}"' if kind in ("TXT", "SPF") and not value.startswith('"') else value


def _change(aws: Aws, zone: str, action: str, record: Mapping[str, Any]) -> None:
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    aws.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)


_CHECK: Final = {
    "type": "Type",
    "fqdn": "FullyQualifiedDomainName",
    "ipAddress": "IPAddress",
    "port": "Port",
    "resourcePath": "ResourcePath",
    "searchString": "SearchString",
    "failureThreshold": "FailureThreshold",
    "requestInterval": "RequestInterval",
    "measureLatency": "MeasureLatency",
    "invertHealthcheck": "Inverted",
    "disabled": "Disabled",
    "enableSni": "EnableSNI",
    "childHealthThreshold": "HealthThreshold",
    "childHealthchecks": "ChildHealthChecks",
    "regions": "Regions",
    "insufficientDataHealthStatus": "InsufficientDataHealthStatus",
}


class HealthCheck(Provisioner):
    type = "route53/healthCheck:HealthCheck"
    replace_on = frozenset({"type", "requestInterval", "measureLatency"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("route53").create_health_check(
            CallerReference=str(uuid.uuid4()), HealthCheckConfig=_check(new)
        )
        check = answer["HealthCheck"]["Id"]
        _retag(aws, "healthcheck", check, aws.tags(new.get("tags")), [])
        return Created(check, {"arn": f"arn:{aws.partition}:route53:::healthcheck/{check}"})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        fixed = ("Type", "RequestInterval", "MeasureLatency")
        changed = {member: value for member, value in _check(new).items() if member not in fixed}
        aws.client("route53").update_health_check(HealthCheckId=id_of(old), **changed)
        _retag(aws, "healthcheck", id_of(old), *changed_tags(aws, new, old))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("route53").delete_health_check(HealthCheckId=id_of(old)))


def _check(new: Inputs) -> dict[str, Any]:
    given = {theirs: new.get(ours) for ours, theirs in _CHECK.items()}
    alarm = present(Name=new.get("cloudwatchAlarmName"), Region=new.get("cloudwatchAlarmRegion"))
    return {k: v for k, v in {**given, "AlarmIdentifier": alarm or None}.items() if v is not None}


PROVISIONERS = (Zone, Record, HealthCheck)
