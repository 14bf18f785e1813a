"""AWS WAF: web ACLs are kept; no request is looked at. https://docs.aws.amazon.com/waf/latest/APIReference/"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, Client
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._model_provisioner import Calls, ModelProvisioner, Tagging, unless_gone

_TAGGING: Final = Tagging(resource="ResourceARN")


class _Locked(ModelProvisioner):
    """WAF changes and deletes only with the token of the last read."""

    get_call: str

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        client = aws.client("wafv2", _region(aws, old))
        parameters = self.parameters(client, self.calls.update, new)
        token = {"LockToken": self._token(client, old)}
        answer = getattr(client, self.calls.update)(**{**parameters, **self._place(old), **token})
        self.retag(aws, new, old)
        return {"lockToken": answer["NextLockToken"]}

    def delete(self, aws: Aws, old: Resource) -> None:
        client = aws.client("wafv2", _region(aws, old))
        call = getattr(client, self.calls.delete)
        unless_gone(lambda: call(**self._place(old), LockToken=self._token(client, old)))

    def _place(self, old: Resource) -> dict[str, str]:
        return {"Name": old.outputs["name"], "Scope": old.inputs["scope"], "Id": id_of(old)}

    def _token(self, client: Client, old: Resource) -> str:
        return getattr(client, self.get_call)(**self._place(old))["LockToken"]


def _region(aws: Aws, old: Resource) -> str:
    """Where a resource was made; those for CloudFront are all in one region, which is also the program's."""
    return str(old.inputs.get("region") or aws.region)


class WebAcl(_Locked):
    type = "wafv2/webAcl:WebAcl"
    replace_on = frozenset({"name", "namePrefix", "scope"})
    get_call = "get_web_acl"
    calls = Calls(
        service="wafv2",
        create="create_web_acl",
        update="update_web_acl",
        delete="delete_web_acl",
        named={},
        identified="Summary.Id",
        computed={"arn": "Summary.ARN", "lockToken": "Summary.LockToken"},
        fixed={"Rules": []},
        tagging=_TAGGING,
    )

    def parameters(self, client: Client, call: str, new: Inputs) -> dict[str, Any]:
        parameters = super().parameters(client, call, new)
        if new.get("ruleJson"):
            parameters["Rules"] = json.loads(new["ruleJson"])
        bodies = new.get("customResponseBodies")
        if bodies:
            parameters["CustomResponseBodies"] = {
                one["key"]: {"Content": one["content"], "ContentType": one["contentType"]} for one in bodies
            }
        return parameters


class IpSet(_Locked):
    type = "wafv2/ipSet:IpSet"
    replace_on = frozenset({"name", "namePrefix", "scope", "ipAddressVersion"})
    get_call = "get_ip_set"
    calls = Calls(
        service="wafv2",
        create="create_ip_set",
        update="update_ip_set",
        delete="delete_ip_set",
        named={},
        identified="Summary.Id",
        computed={"arn": "Summary.ARN", "lockToken": "Summary.LockToken"},
        fixed={"Addresses": []},
        tagging=_TAGGING,
    )


class WebAclAssociation(Provisioner):
    type = "wafv2/webAclAssociation:WebAclAssociation"
    replace_on = frozenset({"webAclArn", "resourceArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        acl, resource = new["webAclArn"], new["resourceArn"]
        aws.client("wafv2").associate_web_acl(WebACLArn=acl, ResourceArn=resource)
        return Created(f"{acl},{resource}")

    def delete(self, aws: Aws, old: Resource) -> None:
        resource = old.inputs["resourceArn"]
        unless_gone(lambda: aws.client("wafv2").disassociate_web_acl(ResourceArn=resource))


PROVISIONERS = (WebAcl, IpSet, WebAclAssociation)
