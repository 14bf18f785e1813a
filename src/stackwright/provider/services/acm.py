"""AWS Certificate Manager: certificates are issued at once. https://docs.aws.amazon.com/acm/latest/APIReference/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.errors import ResourceError
from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._model_provisioner import unless_gone
from stackwright.provider.services._shapes import changed_tags, pascal, present, tag_list


class Certificate(Provisioner):
    """Its id is its ARN."""

    type = "acm/certificate:Certificate"
    replace_on = frozenset(
        {"domainName", "subjectAlternativeNames", "validationMethod", "keyAlgorithm", "certificateAuthorityArn"}
    )

    def create(self, aws: Aws, new: Inputs) -> Created:
        acm, tags = aws.client("acm"), tag_list(aws.tags(new.get("tags")))
        if new.get("privateKey"):
            arn = acm.import_certificate(
                Certificate=new["certificateBody"].encode(),
                PrivateKey=new["privateKey"].encode(),
                **({"CertificateChain": new["certificateChain"].encode()} if new.get("certificateChain") else {}),
                **present(Tags=tags or None),
            )["CertificateArn"]
        else:
            arn = acm.request_certificate(
                DomainName=new["domainName"],
                **present(
                    ValidationMethod=new.get("validationMethod"),
                    SubjectAlternativeNames=new.get("subjectAlternativeNames"),
                    KeyAlgorithm=new.get("keyAlgorithm"),
                    CertificateAuthorityArn=new.get("certificateAuthorityArn"),
                    Options=pascal(new.get("options")),
                    Tags=tags or None,
                ),
            )["CertificateArn"]
        return Created(arn, _described(aws, arn))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        acm, (wanted, gone) = aws.client("acm"), changed_tags(aws, new, old)
        if gone:
            acm.remove_tags_from_certificate(CertificateArn=id_of(old), Tags=[{"Key": key} for key in gone])
        if wanted:
            acm.add_tags_to_certificate(CertificateArn=id_of(old), Tags=tag_list(wanted))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("acm").delete_certificate(CertificateArn=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        return Created(outputs=_described(aws, id_of(wanted)))


def _described(aws: Aws, arn: str) -> dict[str, Any]:
    """What DNS records are made from is known only after the request."""
    found = aws.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    options = [
        {
            "domainName": one["DomainName"],
            "resourceRecordName": one.get("ResourceRecord", {}).get("Name", ""),
            "resourceRecordType": one.get("ResourceRecord", {}).get("Type", ""),
            "resourceRecordValue": one.get("ResourceRecord", {}).get("Value", ""),
        }
        for one in found.get("DomainValidationOptions") or []
    ]
    return {
        "arn": arn,
        "domainName": found["DomainName"],
        "domainValidationOptions": options,
        "status": found["Status"],
        "type": found.get("Type", "AMAZON_ISSUED"),
    }


class CertificateValidation(Provisioner):
    """Waits on AWS until a certificate is issued; here it is from the start."""

    type = "acm/certificateValidation:CertificateValidation"
    replace_on = frozenset({"certificateArn", "validationRecordFqdns"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        status = _described(aws, new["certificateArn"])["status"]
        if status != "ISSUED":
            raise ResourceError(f"the certificate {new['certificateArn']} is {status}, not issued")
        return Created()

    def delete(self, aws: Aws, old: Resource) -> None:
        """Nothing was made."""


PROVISIONERS = (Certificate, CertificateValidation)
