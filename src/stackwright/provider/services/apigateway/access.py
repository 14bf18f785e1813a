"""Who may call how much: API keys and usage plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services.apigateway.common import GONE, arn, given, retag, when
from stackwright.provider.services.apigateway.patching import Operation, method_pointer, patches, replacing

_KEY = {"description": "description", "enabled": "enabled", "customerId": "customerId"}


class ApiKey(Provisioner):
    type = "apigateway/apiKey:ApiKey"
    replace_on = frozenset({"value"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("apigateway").create_api_key(
            **{"enabled": True, **given(new, {**_KEY, "value": "value"})},
            name=new["name"],
            tags=aws.tags(new.get("tags")),
        )
        return Created(answer["id"], _key_outputs(aws, answer))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        operations = patches(new, old, {**_KEY, "name": "name"})
        if operations:
            aws.client("apigateway").update_api_key(apiKey=id_of(old), patchOperations=operations)
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("apigateway").delete_api_key(apiKey=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        answer = aws.client("apigateway").get_api_key(apiKey=id_of(wanted), includeValue=True)
        known = {k: answer[k] for k in (*_KEY, "name") if answer.get(k) is not None}
        return Created(outputs={**known, **_key_outputs(aws, answer)})


def _key_outputs(aws: Aws, answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "arn": arn(aws, f"/apikeys/{answer['id']}"),
        "value": answer["value"],
        "createdDate": when(answer["createdDate"]),
        "lastUpdatedDate": when(answer["lastUpdatedDate"]),
    }


class UsagePlan(Provisioner):
    type = "apigateway/usagePlan:UsagePlan"

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("apigateway").create_usage_plan(
            name=new["name"],
            **given(new, {"description": "description"}),
            **{k: v for k, v in _limits(new).items() if v is not None},
            tags=aws.tags(new.get("tags")),
        )
        return Created(answer["id"], {"arn": arn(aws, f"/usageplans/{answer['id']}")})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        operations = patches(new, old, {"name": "name", "description": "description"})
        operations += patches(new, old, {"throttleSettings": "throttle", "quotaSettings": "quota"})
        if new.get("apiStages") != old.inputs.get("apiStages"):
            operations += _stage_changes(old.inputs.get("apiStages") or [], new.get("apiStages", []))
        if operations:
            aws.client("apigateway").update_usage_plan(usagePlanId=id_of(old), patchOperations=operations)
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("apigateway").delete_usage_plan(usagePlanId=id_of(old)))


def _limits(new: Inputs) -> dict[str, Any]:
    return {
        "apiStages": [_stage(stage) for stage in new.get("apiStages", [])],
        "throttle": new.get("throttleSettings"),
        "quota": new.get("quotaSettings"),
    }


def _stage(stage: Mapping[str, Any]) -> dict[str, Any]:
    limits = {
        limit["path"]: {k: limit[k] for k in ("burstLimit", "rateLimit") if limit.get(k) is not None}
        for limit in stage.get("throttles") or []
    }
    return {"apiId": stage["apiId"], "stage": stage["stage"], **({"throttle": limits} if limits else {})}


def _stage_changes(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[Operation]:
    """A stage whose limits changed goes and comes again, as there is no patch that takes them all away."""
    gone, come = [s for s in before if s not in after], [s for s in after if s not in before]
    operations: list[Operation] = [
        {"op": "remove", "path": "/apiStages", "value": _stage_name(stage)} for stage in gone
    ]
    for stage in come:
        operations.append({"op": "add", "path": "/apiStages", "value": _stage_name(stage)})
        for path, limits in _stage(stage).get("throttle", {}).items():
            start = f"apiStages/{_stage_name(stage)}/throttle/{method_pointer(path)}"
            operations += [replacing(f"{start}/{name}", value) for name, value in limits.items()]
    return operations


def _stage_name(stage: Mapping[str, Any]) -> str:
    return f"{stage['apiId']}:{stage['stage']}"


class UsagePlanKey(Provisioner):
    """Its id is that of the key."""

    type = "apigateway/usagePlanKey:UsagePlanKey"
    replace_on = frozenset({"keyId", "keyType", "usagePlanId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("apigateway").create_usage_plan_key(
            usagePlanId=new["usagePlanId"], keyId=new["keyId"], keyType=new["keyType"]
        )
        return Created(answer["id"], {"name": answer["name"], "value": answer["value"]})

    def delete(self, aws: Aws, old: Resource) -> None:
        apigateway, plan = aws.client("apigateway"), old.inputs["usagePlanId"]
        ignoring(GONE, lambda: apigateway.delete_usage_plan_key(usagePlanId=plan, keyId=id_of(old)))


PROVISIONERS = (ApiKey, UsagePlan, UsagePlanKey)
