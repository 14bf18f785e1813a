"""Security groups and their rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of, only
from stackwright.provider.services._shapes import first, present, tag_list
from stackwright.provider.services.ec2.common import arn, default_vpc, filtered, owned, retag, tagged, unless_gone

Permission = dict[str, Any]

# What AWS gives every new group.
_ALL_OUT: Final[Permission] = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def _permission(rule: Mapping[str, Any], group: str) -> Permission:
    """A rule as it stands in a program, as EC2 wants it."""
    protocol = str(rule["protocol"]).lower()
    everything = protocol in ("-1", "all")
    said = present(Description=rule.get("description") or None)
    groups = [*(rule.get("securityGroups") or []), *([group] if rule.get("self") else [])]
    lists = {
        "IpRanges": [{"CidrIp": cidr, **said} for cidr in rule.get("cidrBlocks") or []],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **said} for cidr in rule.get("ipv6CidrBlocks") or []],
        "PrefixListIds": [{"PrefixListId": one, **said} for one in rule.get("prefixListIds") or []],
        "UserIdGroupPairs": [{"GroupId": one, **said} for one in groups],
    }
    ports = {} if everything else {"FromPort": int(rule["fromPort"]), "ToPort": int(rule["toPort"])}
    return {"IpProtocol": "-1" if everything else protocol, **ports, **{k: v for k, v in lists.items() if v}}


class SecurityGroup(Provisioner):
    """Rules may be given inline. Unlike AWS, and like the provider, a group without egress rules lets nothing out."""

    type = "ec2/securityGroup:SecurityGroup"
    replace_on = frozenset({"name", "namePrefix", "description", "vpcId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2 = aws.client("ec2")
        vpc = new.get("vpcId") or default_vpc(ec2)["VpcId"]
        answer = ec2.create_security_group(
            GroupName=new["name"],
            Description=new["description"],
            VpcId=vpc,
            **tagged(aws, new, "security-group"),
        )
        group = answer["GroupId"]
        # `egress` starts out as AWS's own rule, which goes unless the program wants just that one.
        _set_rules(ec2, group, "ingress", [], _wanted(new, "ingress", group))
        _set_rules(ec2, group, "egress", [_ALL_OUT], _wanted(new, "egress", group))
        outputs = owned(aws, "security-group", group)
        if not new.get("vpcId"):
            outputs["vpcId"] = vpc
        return Created(group, outputs)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        ec2, group = aws.client("ec2"), id_of(old)
        for direction in ("ingress", "egress"):
            # Rules that are no longer given inline stay: they may now be resources of their own.
            if new.get(direction) is not None:
                before = [_permission(rule, group) for rule in old.inputs.get(direction) or []]
                _set_rules(ec2, group, direction, before, _wanted(new, direction, group))
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, group = aws.client("ec2"), id_of(old)
        unless_gone(lambda: ec2.delete_security_group(GroupId=group))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        found = only(aws.client("ec2").describe_security_groups(GroupIds=[id_of(wanted)])["SecurityGroups"], wanted)
        return Created(
            outputs={
                **owned(aws, "security-group", found["GroupId"]),
                "name": found["GroupName"],
                "description": found["Description"],
                "vpcId": found["VpcId"],
            }
        )


def _wanted(new: Inputs, direction: str, group: str) -> list[Permission]:
    rules = new.get(direction, [])
    if any(rule.get("prefixListIds") for rule in rules):
        new.limit(direction, "prefix lists")
    return [_permission(rule, group) for rule in rules]


def _set_rules(ec2: Any, group: str, direction: str, before: list[Permission], wanted: list[Permission]) -> None:
    gone = [p for p in before if p not in wanted]
    added = [p for p in wanted if p not in before]
    if gone:
        _revoke(ec2, direction, group, gone)
    if added:
        _authorize(ec2, direction, group, added)


def _authorize(ec2: Any, direction: str, group: str, rules: Sequence[Permission], **more: Any) -> dict[str, Any]:
    call = ec2.authorize_security_group_ingress if direction == "ingress" else ec2.authorize_security_group_egress
    return call(GroupId=group, IpPermissions=list(rules), **more)


def _revoke(ec2: Any, direction: str, group: str, rules: Sequence[Permission]) -> None:
    call = ec2.revoke_security_group_ingress if direction == "ingress" else ec2.revoke_security_group_egress
    call(GroupId=group, IpPermissions=list(rules))


class DefaultSecurityGroup(Provisioner):
    """Takes over the group that every VPC has: all its rules go, those of the program come. It is never deleted."""

    type = "ec2/defaultSecurityGroup:DefaultSecurityGroup"
    replace_on = frozenset({"vpcId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2 = aws.client("ec2")
        vpc = new.get("vpcId") or default_vpc(ec2)["VpcId"]
        filters = filtered({"vpc-id": [vpc], "group-name": ["default"]})
        found = first(
            ec2.describe_security_groups(Filters=filters)["SecurityGroups"], f"default security group of {vpc}"
        )
        group = found["GroupId"]
        for direction, existing in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
            if found.get(existing):
                _revoke(ec2, direction, group, found[existing])
            _set_rules(ec2, group, direction, [], _wanted(new, direction, group))
        tags = aws.tags(new.get("tags"))
        if tags:
            ec2.create_tags(Resources=[group], Tags=tag_list(tags))
        outputs = {"name": found["GroupName"], "description": found["Description"], "vpcId": vpc}
        return Created(group, {**owned(aws, "security-group", group), **outputs})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        ec2, group = aws.client("ec2"), id_of(old)
        for direction in ("ingress", "egress"):
            before = [_permission(rule, group) for rule in old.inputs.get(direction) or []]
            _set_rules(ec2, group, direction, before, _wanted(new, direction, group))
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        """The program lets go of it; AWS does not delete a default group."""


class SecurityGroupRule(Provisioner):
    type = "ec2/securityGroupRule:SecurityGroupRule"
    replace_on = frozenset(
        {
            "type",
            "securityGroupId",
            "protocol",
            "fromPort",
            "toPort",
            "cidrBlocks",
            "ipv6CidrBlocks",
            "prefixListIds",
            "self",
            "sourceSecurityGroupId",
            # DescribeSecurityGroupRules and updates by id are the newer types' way.
            "description",
        }
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        keys = ("protocol", "fromPort", "toPort", "cidrBlocks", "ipv6CidrBlocks", "self", "description")
        source = new.get("sourceSecurityGroupId")
        rule = {**{key: new.get(key) for key in keys}, "securityGroups": [source] if source else []}
        group = new["securityGroupId"]
        permission = _permission(rule, group)
        answer = _authorize(aws.client("ec2"), new["type"], group, [permission])
        return Created(outputs={"securityGroupRuleId": answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]})

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, group, source = aws.client("ec2"), old.inputs["securityGroupId"], old.inputs.get("sourceSecurityGroupId")
        permission = _permission({**old.inputs, "securityGroups": [source] if source else []}, group)
        permission.pop("PrefixListIds", None)
        unless_gone(lambda: _revoke(ec2, old.inputs["type"], group, [permission]))


class SingleRule(Provisioner):
    """One rule with an id and tags of its own; the two types are in the SDK's module `vpc`."""

    direction: ClassVar[str]
    replace_on = frozenset({"securityGroupId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = _authorize(
            aws.client("ec2"),
            self.direction,
            new["securityGroupId"],
            [_single(new)],
            **tagged(aws, new, "security-group-rule"),
        )
        rule = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        return Created(rule, {"securityGroupRuleId": rule, "arn": arn(aws, "security-group-rule", rule)})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        rule = present(
            IpProtocol=new["ipProtocol"],
            FromPort=new.get("fromPort"),
            ToPort=new.get("toPort"),
            CidrIpv4=new.get("cidrIpv4"),
            CidrIpv6=new.get("cidrIpv6"),
            ReferencedGroupId=new.get("referencedSecurityGroupId"),
            Description=new.get("description", ""),
        )
        aws.client("ec2").modify_security_group_rules(
            GroupId=new["securityGroupId"],
            SecurityGroupRules=[{"SecurityGroupRuleId": id_of(old), "SecurityGroupRule": rule}],
        )
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, group = aws.client("ec2"), old.inputs["securityGroupId"]
        ingress = self.direction == "ingress"
        call = ec2.revoke_security_group_ingress if ingress else ec2.revoke_security_group_egress
        unless_gone(lambda: call(GroupId=group, SecurityGroupRuleIds=[id_of(old)]))


def _single(new: Inputs) -> Permission:
    source = new.get("referencedSecurityGroupId")
    return _permission(
        {
            "protocol": new["ipProtocol"],
            "fromPort": new.get("fromPort"),
            "toPort": new.get("toPort"),
            "description": new.get("description"),
            "cidrBlocks": [new["cidrIpv4"]] if new.get("cidrIpv4") else [],
            "ipv6CidrBlocks": [new["cidrIpv6"]] if new.get("cidrIpv6") else [],
            # A group of another account is given as account/group.
            "securityGroups": [source.rpartition("/")[2]] if source else [],
        },
        new["securityGroupId"],
    )


class SecurityGroupIngressRule(SingleRule):
    type = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    direction = "ingress"


class SecurityGroupEgressRule(SingleRule):
    type = "vpc/securityGroupEgressRule:SecurityGroupEgressRule"
    direction = "egress"


PROVISIONERS = (SecurityGroup, DefaultSecurityGroup, SecurityGroupRule)
