"""How much callers may ask of an API, and the key by which they are told apart."""

from __future__ import annotations

from pulumi_aws import apigateway

from .. import names
from ..component import Component


def usage_plan(owner: Component, stage: apigateway.Stage, rate: float, burst: int) -> apigateway.UsagePlan:
    """Declare the inner resource `<owner>-plan`.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
    """
    return apigateway.UsagePlan(
        f"{owner.label}-plan",
        name=owner.environment.physical_name(owner.label, names.API),
        api_stages=[apigateway.UsagePlanApiStageArgs(api_id=stage.rest_api, stage=stage.stage_name)],
        throttle_settings=apigateway.UsagePlanThrottleSettingsArgs(rate_limit=rate, burst_limit=burst),
        opts=owner.inside(),
    )


def api_key(owner: Component, plan: apigateway.UsagePlan) -> apigateway.ApiKey:
    """Declare the inner resource `<owner>-key`, whose value callers send as X-Api-Key, and add it to the plan."""
    key = apigateway.ApiKey(
        f"{owner.label}-key", name=owner.environment.physical_name(owner.label, names.API), opts=owner.inside()
    )
    apigateway.UsagePlanKey(
        f"{owner.label}-plan-key", key_id=key.id, key_type="API_KEY", usage_plan_id=plan.id, opts=owner.inside()
    )
    return key
