"""Own domain names of HTTP and WebSocket APIs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import pascal, present
from stackwright.provider.services.apigatewayv2.common import GONE, arn, retag


class DomainName(Provisioner):
    """Served to requests whose Host header is the domain name."""

    type = "apigatewayv2/domainName:DomainName"
    replace_on = frozenset({"domainName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        domain = new["domainName"]
        answer = aws.client("apigatewayv2").create_domain_name(
            DomainName=domain, **_settings(new), Tags=aws.tags(new.get("tags"))
        )
        return Created(
            domain,
            {
                "arn": arn(aws, f"/domainnames/{domain}"),
                "apiMappingSelectionExpression": "$request.basepath",
                "domainNameConfiguration": _configuration(new, answer),
            },
        )

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        answer = aws.client("apigatewayv2").update_domain_name(DomainName=new["domainName"], **_settings(new))
        retag(aws, new, old)
        return {"domainNameConfiguration": _configuration(new, answer)}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("apigatewayv2").delete_domain_name(DomainName=id_of(old)))


def _settings(new: Inputs) -> dict[str, Any]:
    return {
        "DomainNameConfigurations": [pascal(new["domainNameConfiguration"])],
        **present(
            MutualTlsAuthentication=pascal(new.get("mutualTlsAuthentication")), RoutingMode=new.get("routingMode")
        ),
    }


def _configuration(new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with what an alias record in DNS is made from."""
    made = answer["DomainNameConfigurations"][0]
    return {
        **new["domainNameConfiguration"],
        "targetDomainName": made["ApiGatewayDomainName"],
        "hostedZoneId": made["HostedZoneId"],
    }


class ApiMapping(Provisioner):
    type = "apigatewayv2/apiMapping:ApiMapping"
    replace_on = frozenset({"domainName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("apigatewayv2").create_api_mapping(
            DomainName=new["domainName"],
            ApiId=new["apiId"],
            Stage=new["stage"],
            **present(ApiMappingKey=new.get("apiMappingKey")),
        )
        return Created(answer["ApiMappingId"])

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("apigatewayv2").update_api_mapping(
            DomainName=new["domainName"],
            ApiMappingId=id_of(old),
            ApiId=new["apiId"],
            Stage=new["stage"],
            ApiMappingKey=new.get("apiMappingKey", ""),
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        gateway, domain = aws.client("apigatewayv2"), old.inputs["domainName"]
        ignoring(GONE, lambda: gateway.delete_api_mapping(DomainName=domain, ApiMappingId=id_of(old)))


PROVISIONERS = (DomainName, ApiMapping)
