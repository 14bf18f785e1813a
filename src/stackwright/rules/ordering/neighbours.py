"""Networks, services and certificates that need a neighbour first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackwright.rules.finding import Problem
from stackwright.rules.places import described
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_NAT: Final = "ec2/natGateway:NatGateway"
_SERVICE: Final = "ecs/service:Service"
_CERTIFICATE: Final = "acm/certificate:Certificate"
_USERS: Final = {
    "cloudfront/distribution:Distribution": "viewerCertificate.acmCertificateArn",
    "lb/listener:Listener": "certificateArn",
    "apigateway/domainName:DomainName": "regionalCertificateArn",
    "apigatewayv2/domainName:DomainName": "domainNameConfiguration.certificateArn",
}


@graph_rule("ORD109", "breaks", "ordering", rows=("S0-2",), each=(_NAT, _SERVICE, *_USERS))
def made_before_its_neighbour(node: Node, graph: View) -> Iterator[Problem]:
    """A NAT gateway, ECS service or user of a certificate that is made beside what AWS wants to see first.

    ## Why is this bad?
    EC2 refuses a NAT gateway in a VPC without an internet gateway, ECS a service whose target group has no load
    balancer yet, and everything a certificate that is not yet validated. The certificate's own ARN is known before it
    is validated; that of `CertificateValidation` is not.
    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html

    ## Example
    ```python
    vpc = aws.ec2.Vpc("shop", cidr_block="10.1.0.0/16")
    subnet = aws.ec2.Subnet("public", vpc_id=vpc.id, cidr_block="10.1.0.0/24")
    aws.ec2.InternetGateway("shop", vpc_id=vpc.id)
    address = aws.ec2.Eip("nat", domain="vpc")
    aws.ec2.NatGateway("nat", subnet_id=subnet.id, allocation_id=address.id)
    ```

    ## Use instead
    ```python
    vpc = aws.ec2.Vpc("shop", cidr_block="10.1.0.0/16")
    subnet = aws.ec2.Subnet("public", vpc_id=vpc.id, cidr_block="10.1.0.0/24")
    internet = aws.ec2.InternetGateway("shop", vpc_id=vpc.id)
    address = aws.ec2.Eip("nat", domain="vpc")
    aws.ec2.NatGateway(
        "nat",
        subnet_id=subnet.id,
        allocation_id=address.id,
        opts=pulumi.ResourceOptions(depends_on=[internet]),
    )
    ```
    """
    for path, needed in _needed(node, graph):
        if needed and not any(node.waits_for(one) for one in needed):
            yield node.problem(
                f"{described(node)} does not wait for {described(needed[0])}, without which AWS refuses it",
                fix=f"opts=pulumi.ResourceOptions(depends_on=[<{needed[0].name}>])",
                at=path,
                related=[needed[0].here("may be made later")],
            )


def _needed(node: Node, graph: View) -> Iterator[tuple[str, list[Node]]]:
    if node.kind == _NAT:
        subnet = node.refers("subnetId", "ec2/subnet:Subnet")
        if subnet is not None and node.get("connectivityType", "public") == "public":
            vpc = subnet.get("vpcId")
            yield "subnetId", [g for g in graph.all("ec2/internetGateway:InternetGateway") if g.get("vpcId") == vpc]
    elif node.kind == _SERVICE:
        for index, one in enumerate(node.structs("loadBalancers")):
            if arn := one.get("targetGroupArn"):
                kinds = ("lb/listener:Listener", "lb/listenerRule:ListenerRule")
                yield f"loadBalancers.{index}.targetGroupArn", [n for n in graph.all(*kinds) if _forwards(n, str(arn))]
    else:
        path = _USERS[node.kind]
        certificate = node.refers(path, _CERTIFICATE)
        if certificate is not None:
            validations = graph.all("acm/certificateValidation:CertificateValidation")
            yield path, [v for v in validations if v.get("certificateArn") == certificate.arn]


def _forwards(node: Node, arn: str) -> bool:
    for path in ("defaultActions", "actions"):
        for index, action in enumerate(node.structs(path)):
            groups = [g.get("arn") for g in node.structs(f"{path}.{index}.forward.targetGroups")]
            if arn in (action.get("targetGroupArn"), *groups):
                return True
    return False
