"""Own domain names of REST APIs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services.apigateway.common import GONE, arn, given, retag

_DOMAIN = {
    k: k
    for k in (
        "certificateArn",
        "certificateName",
        "regionalCertificateArn",
        "regionalCertificateName",
        "mutualTlsAuthentication",
        "ownershipVerificationCertificateArn",
        "securityPolicy",
        "endpointAccessMode",
        "routingMode",
    )
}


class DomainName(Provisioner):
    """Served to requests whose Host header is the domain name."""

    type = "apigateway/domainName:DomainName"
    replace_on = frozenset({"domainName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        configuration = new.get("endpointConfiguration") or {}
        types = configuration.get("types", "EDGE")
        answer = aws.client("apigateway").create_domain_name(
            domainName=new["domainName"],
            endpointConfiguration={**configuration, "types": [types] if isinstance(types, str) else types},
            **given(new, _DOMAIN),
            tags=aws.tags(new.get("tags")),
        )
        return Created(
            new["domainName"],
            {
                "arn": arn(aws, f"/domainnames/{new['domainName']}"),
                "cloudfrontDomainName": answer["distributionDomainName"],
                "cloudfrontZoneId": answer["distributionHostedZoneId"],
                "regionalDomainName": answer["regionalDomainName"],
                "regionalZoneId": answer["regionalHostedZoneId"],
            },
        )

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("apigateway").delete_domain_name(domainName=id_of(old)))


class BasePathMapping(Provisioner):
    type = "apigateway/basePathMapping:BasePathMapping"
    replace_on = frozenset({"domainName", "domainNameId", "basePath"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("apigateway").create_base_path_mapping(
            domainName=new["domainName"],
            basePath=_path(new.get("basePath")),
            restApiId=new["restApi"],
            **given(new, {"stageName": "stage"}),
        )
        return Created(f"{new['domainName']}/{new.get('basePath', '')}")

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        self.delete(aws, old)
        return self.create(aws, new).outputs

    def delete(self, aws: Aws, old: Resource) -> None:
        domain, path = old.inputs["domainName"], _path(old.inputs.get("basePath"))
        apigateway = aws.client("apigateway")
        ignoring(GONE, lambda: apigateway.delete_base_path_mapping(domainName=domain, basePath=path))


def _path(base_path: str | None) -> str:
    """API Gateway's word for the mapping of all paths."""
    return base_path or "(none)"


PROVISIONERS = (DomainName, BasePathMapping)
