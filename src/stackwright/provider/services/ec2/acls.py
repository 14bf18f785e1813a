"""Network ACLs. The emulator keeps them and their entries, not which subnets follow them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import first, present, tag_list
from stackwright.provider.services.ec2.common import owned, retag, tagged, unless_gone

# https://www.iana.org/assignments/protocol-numbers
_PROTOCOLS: Final = {"all": "-1", "icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58"}


def _entry(rule: Mapping[str, Any], *, number: int, action: str, egress: bool) -> dict[str, Any]:
    protocol = str(rule["protocol"]).lower()
    entry = present(CidrBlock=rule.get("cidrBlock"), Ipv6CidrBlock=rule.get("ipv6CidrBlock"))
    if rule.get("fromPort") is not None and rule.get("toPort") is not None:
        entry["PortRange"] = {"From": int(rule["fromPort"]), "To": int(rule["toPort"])}
    if rule.get("icmpType") is not None:
        entry["IcmpTypeCode"] = {"Type": int(rule["icmpType"]), "Code": int(rule.get("icmpCode") or 0)}
    return {
        **entry,
        "RuleNumber": number,
        "RuleAction": action,
        "Egress": egress,
        "Protocol": _PROTOCOLS.get(protocol, protocol),
    }


class NetworkAcl(Provisioner):
    type = "ec2/networkAcl:NetworkAcl"
    replace_on = frozenset({"vpcId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2 = aws.client("ec2")
        made = ec2.create_network_acl(VpcId=new["vpcId"], **tagged(aws, new, "network-acl"))["NetworkAcl"]
        acl = made["NetworkAclId"]
        _set_entries(ec2, acl, new, {})
        return Created(acl, owned(aws, "network-acl", acl))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        _set_entries(aws.client("ec2"), id_of(old), new, old.inputs)
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, acl = aws.client("ec2"), id_of(old)
        unless_gone(lambda: ec2.delete_network_acl(NetworkAclId=acl))


def _set_entries(ec2: Any, acl: str, new: Inputs, before: Mapping[str, Any]) -> None:
    for direction in ("ingress", "egress"):
        wanted = new.get(direction)
        if wanted is None:
            continue
        egress, had = direction == "egress", before.get(direction) or []
        for rule in had:
            if rule not in wanted:
                number = int(rule["ruleNo"])
                ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=number, Egress=egress)
        for rule in wanted:
            if rule not in had:
                entry = _entry(rule, number=int(rule["ruleNo"]), action=rule["action"], egress=egress)
                ec2.create_network_acl_entry(NetworkAclId=acl, **entry)


class DefaultNetworkAcl(Provisioner):
    """Takes over the ACL that every VPC has: all its entries go, those of the program come. It is never deleted."""

    type = "ec2/defaultNetworkAcl:DefaultNetworkAcl"
    replace_on = frozenset({"defaultNetworkAclId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ec2, acl = aws.client("ec2"), new["defaultNetworkAclId"]
        found = first(ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"], f"network ACL {acl}")
        for entry in found["Entries"]:
            if entry["RuleNumber"] < _LAST_RULE:
                ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=entry["RuleNumber"], Egress=entry["Egress"])
        _set_entries(ec2, acl, new, {})
        tags = aws.tags(new.get("tags"))
        if tags:
            ec2.create_tags(Resources=[acl], Tags=tag_list(tags))
        return Created(acl, {**owned(aws, "network-acl", acl), "vpcId": found["VpcId"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        _set_entries(aws.client("ec2"), id_of(old), new, old.inputs)
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        """The program lets go of it; AWS does not delete a default ACL."""


# The entry that denies the rest; AWS keeps it in every ACL.
_LAST_RULE: Final = 32767


class NetworkAclRule(Provisioner):
    type = "ec2/networkAclRule:NetworkAclRule"
    replace_on = frozenset(
        {
            "networkAclId",
            "ruleNumber",
            "egress",
            "protocol",
            "ruleAction",
            "cidrBlock",
            "ipv6CidrBlock",
            "fromPort",
            "toPort",
            "icmpType",
            "icmpCode",
        }
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        keys = ("protocol", "cidrBlock", "ipv6CidrBlock", "fromPort", "toPort", "icmpType", "icmpCode")
        entry = _entry(
            {key: new.get(key) for key in keys},
            number=int(new["ruleNumber"]),
            action=new["ruleAction"],
            egress=bool(new.get("egress")),
        )
        aws.client("ec2").create_network_acl_entry(NetworkAclId=new["networkAclId"], **entry)
        return Created()

    def delete(self, aws: Aws, old: Resource) -> None:
        ec2, acl, number = aws.client("ec2"), old.inputs["networkAclId"], int(old.inputs["ruleNumber"])
        egress = bool(old.inputs.get("egress"))
        unless_gone(lambda: ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=number, Egress=egress))


PROVISIONERS = (NetworkAcl, DefaultNetworkAcl, NetworkAclRule)
