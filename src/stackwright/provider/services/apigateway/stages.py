"""What makes an API callable: deployments, stages and their settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services.apigateway.common import GONE, arn, given, retag, when
from stackwright.provider.services.apigateway.patching import Operation, changes, method_pointer, patches, replacing


class Deployment(Provisioner):
    """A snapshot of the API: other triggers, another snapshot."""

    type = "apigateway/deployment:Deployment"
    replace_on = frozenset({"restApi", "triggers", "variables"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("apigateway").create_deployment(
            restApiId=new["restApi"], **given(new, {"description": "description"})
        )
        return Created(answer["id"], {"createdDate": when(answer["createdDate"])})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("apigateway").update_deployment(
            restApiId=new["restApi"],
            deploymentId=id_of(old),
            patchOperations=[replacing("description", new.get("description", ""))],
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        apigateway, api = aws.client("apigateway"), old.inputs["restApi"]
        ignoring(GONE, lambda: apigateway.delete_deployment(restApiId=api, deploymentId=id_of(old)))


_STAGE = {
    "deployment": "deploymentId",
    "description": "description",
    "variables": "variables",
    "cacheClusterEnabled": "cacheClusterEnabled",
    "cacheClusterSize": "cacheClusterSize",
    "documentationVersion": "documentationVersion",
    "xrayTracingEnabled": "tracingEnabled",
}


class Stage(Provisioner):
    """Its invoke URL leads to the endpoint that it was made on."""

    type = "apigateway/stage:Stage"
    replace_on = frozenset({"restApi", "stageName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        api, name = new["restApi"], new["stageName"]
        apigateway = aws.client("apigateway")
        apigateway.create_stage(restApiId=api, stageName=name, **given(new, _STAGE), tags=aws.tags(new.get("tags")))
        if new.get("accessLogSettings"):
            # CreateStage has no parameter for it.
            operations = changes("accessLogSettings", None, new["accessLogSettings"])
            apigateway.update_stage(restApiId=api, stageName=name, patchOperations=operations)
        return Created(f"ags-{api}-{name}", _stage_outputs(aws, api, name))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        api, name = new["restApi"], new["stageName"]
        operations = patches(new, old, {**_STAGE, "accessLogSettings": "accessLogSettings"})
        if operations:
            aws.client("apigateway").update_stage(restApiId=api, stageName=name, patchOperations=operations)
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        apigateway, api, name = aws.client("apigateway"), old.inputs["restApi"], old.inputs["stageName"]
        ignoring(GONE, lambda: apigateway.delete_stage(restApiId=api, stageName=name))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        api, name = id_of(wanted).removeprefix("ags-").split("-", 1)
        answer = aws.client("apigateway").get_stage(restApiId=api, stageName=name)
        known = {ours: answer[theirs] for ours, theirs in _STAGE.items() if answer.get(theirs) is not None}
        return Created(outputs={**known, **_stage_outputs(aws, api, name), "restApi": api, "stageName": name})


def _stage_outputs(aws: Aws, api: str, name: str) -> dict[str, str]:
    return {
        "arn": arn(aws, f"/restapis/{api}/stages/{name}"),
        "executionArn": f"arn:{aws.partition}:execute-api:{aws.region}:{aws.account}:{api}/{name}",
        "invokeUrl": f"{aws.endpoint.url}/_aws/execute-api/{api}/{name}",
    }


# Input of `settings` -> its path in a patch of the stage.
_SETTINGS = {
    "metricsEnabled": "metrics/enabled",
    "loggingLevel": "logging/loglevel",
    "dataTraceEnabled": "logging/dataTrace",
    "throttlingBurstLimit": "throttling/burstLimit",
    "throttlingRateLimit": "throttling/rateLimit",
    "cachingEnabled": "caching/enabled",
    "cacheTtlInSeconds": "caching/ttlInSeconds",
    "cacheDataEncrypted": "caching/dataEncrypted",
    "requireAuthorizationForCacheControl": "caching/requireAuthorizationForCacheControl",
    "unauthorizedCacheControlHeaderStrategy": "caching/unauthorizedCacheControlHeaderStrategy",
}


class MethodSettings(Provisioner):
    """Limits and logging of a stage's methods."""

    type = "apigateway/methodSettings:MethodSettings"
    replace_on = frozenset({"restApi", "stageName", "methodPath"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        _patch_settings(aws, new, _operations(new))
        return Created(f"{new['restApi']}-{new['stageName']}-{new['methodPath']}")

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        dropped = [k for k in old.inputs["settings"] if k not in new["settings"]]
        away: list[Operation] = [{"op": "remove", "path": f"/{method_pointer(new['methodPath'])}"}] if dropped else []
        _patch_settings(aws, new, [*away, *_operations(new)])
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        operation = {"op": "remove", "path": f"/{method_pointer(old.inputs['methodPath'])}"}
        ignoring(GONE, lambda: _patch_settings(aws, old.inputs, [operation]))


def _patch_settings(aws: Aws, inputs: Mapping[str, Any], operations: list[Operation]) -> None:
    aws.client("apigateway").update_stage(
        restApiId=inputs["restApi"], stageName=inputs["stageName"], patchOperations=operations
    )


def _operations(new: Inputs) -> list[Operation]:
    start = method_pointer(new["methodPath"])
    return [
        replacing(f"{start}/{_SETTINGS[key]}", value)
        for key, value in new["settings"].items()
        # A negative limit is the provider's word for none.
        if value is not None and not (key.startswith("throttling") and float(value) < 0)
    ]


class Account(Provisioner):
    """The role with which API Gateway writes logs: one per account and region."""

    type = "apigateway/account:Account"

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = _set_log_role(aws, new.get("cloudwatchRoleArn", ""))
        limits = answer["throttleSettings"]
        return Created(
            outputs={
                "apiKeyVersion": answer["apiKeyVersion"],
                "features": answer["features"],
                "throttleSettings": [{"burstLimit": limits["burstLimit"], "rateLimit": limits["rateLimit"]}],
            }
        )

    def delete(self, aws: Aws, old: Resource) -> None:
        _set_log_role(aws, "")


def _set_log_role(aws: Aws, arn: str) -> dict[str, Any]:
    return aws.client("apigateway").update_account(patchOperations=[replacing("cloudwatchRoleArn", arn)])


PROVISIONERS = (Deployment, Stage, MethodSettings, Account)
