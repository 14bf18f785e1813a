"""Listeners and their rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.errors import ResourceError
from stackwright.graph import Resource
from stackwright.provider.aws import Aws, Client
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._model_provisioner import unless_gone
from stackwright.provider.services._shapes import pascal, present, tag_list
from stackwright.provider.services.lb.balancers import retag

# A block of an action -> its member in the API.
_ACTIONS: Final = {
    "redirect": "RedirectConfig",
    "fixedResponse": "FixedResponseConfig",
    "authenticateCognito": "AuthenticateCognitoConfig",
    "authenticateOidc": "AuthenticateOidcConfig",
}
# A block of a condition -> its field and its member in the API.
_CONDITIONS: Final = {
    "hostHeader": ("host-header", "HostHeaderConfig"),
    "pathPattern": ("path-pattern", "PathPatternConfig"),
    "httpHeader": ("http-header", "HttpHeaderConfig"),
    "httpRequestMethod": ("http-request-method", "HttpRequestMethodConfig"),
    "sourceIp": ("source-ip", "SourceIpConfig"),
}


def _action(given: Mapping[str, Any], order: int) -> dict[str, Any]:
    action: dict[str, Any] = {"Type": given["type"], "Order": int(given.get("order") or order)}
    if given.get("targetGroupArn"):
        action["TargetGroupArn"] = given["targetGroupArn"]
    for block, member in _ACTIONS.items():
        if given.get(block):
            action[member] = pascal(given[block])
    if given.get("forward"):
        groups = [
            present(TargetGroupArn=one["arn"], Weight=one.get("weight")) for one in given["forward"]["targetGroups"]
        ]
        stickiness = given["forward"].get("stickiness")
        kept = present(
            TargetGroupStickinessConfig=stickiness
            and {"Enabled": bool(stickiness.get("enabled")), "DurationSeconds": int(stickiness["duration"])}
        )
        # The emulator reads only TargetGroupArn. With one group AWS takes both; weights are dropped here.
        if not groups:
            raise ResourceError("`forward` names no target group", fix="Give it at least one in target_groups.")
        action["TargetGroupArn"] = groups[0]["TargetGroupArn"]
        action["ForwardConfig"] = {"TargetGroups": groups, **kept}
    return action


def _actions(new: Inputs, key: str) -> list[dict[str, Any]]:
    given: list[Mapping[str, Any]] = new[key]
    if any(len((action.get("forward") or {}).get("targetGroups") or []) > 1 for action in given):
        new.limit(key, "several target groups")
    return [_action(action, order) for order, action in enumerate(given, 1)]


def _condition(given: Mapping[str, Any]) -> dict[str, Any]:
    for block, (field, member) in _CONDITIONS.items():
        if given.get(block):
            return {"Field": field, member: pascal(given[block])}
    return {"Field": "query-string", "QueryStringConfig": {"Values": pascal(given["queryStrings"])}}


class Listener(Provisioner):
    """Its id is its ARN."""

    type = "lb/listener:Listener"
    replace_on = frozenset({"loadBalancerArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        tags = aws.tags(new.get("tags"))
        made = aws.client("elbv2").create_listener(
            LoadBalancerArn=new["loadBalancerArn"], **_listener(new), **present(Tags=tag_list(tags) or None)
        )
        arn = made["Listeners"][0]["ListenerArn"]
        return Created(arn, {"arn": arn})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("elbv2").modify_listener(ListenerArn=id_of(old), **_listener(new))
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("elbv2").delete_listener(ListenerArn=id_of(old)))


def _listener(new: Inputs) -> dict[str, Any]:
    certificate = new.get("certificateArn")
    return present(
        DefaultActions=_actions(new, "defaultActions"),
        Port=new.get("port"),
        Protocol=new.get("protocol", "HTTP"),
        SslPolicy=new.get("sslPolicy"),
        AlpnPolicy=[new["alpnPolicy"]] if new.get("alpnPolicy") else None,
        Certificates=[{"CertificateArn": certificate}] if certificate else None,
    )


class ListenerRule(Provisioner):
    """Its id is its ARN."""

    type = "lb/listenerRule:ListenerRule"
    replace_on = frozenset({"listenerArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        elb, listener, tags = aws.client("elbv2"), new["listenerArn"], aws.tags(new.get("tags"))
        priority = new.get("priority") or _next_priority(elb, listener)
        made = elb.create_rule(
            ListenerArn=listener,
            Priority=int(priority),
            Conditions=[_condition(one) for one in new["conditions"]],
            Actions=_actions(new, "actions"),
            **present(Tags=tag_list(tags) or None),
        )["Rules"][0]
        return Created(made["RuleArn"], {"arn": made["RuleArn"], "priority": int(priority)})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        elb, arn = aws.client("elbv2"), id_of(old)
        elb.modify_rule(
            RuleArn=arn,
            Conditions=[_condition(one) for one in new["conditions"]],
            Actions=_actions(new, "actions"),
        )
        if new.get("priority") and new.get("priority") != old.outputs.get("priority"):
            elb.set_rule_priorities(RulePriorities=[{"RuleArn": arn, "Priority": int(new["priority"])}])
        retag(aws, new, old)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("elbv2").delete_rule(RuleArn=id_of(old)))


def _next_priority(elb: Client, listener: str) -> int:
    """As the provider: after the last one."""
    rules = elb.describe_rules(ListenerArn=listener)["Rules"]
    return max([0, *(int(rule["Priority"]) for rule in rules if rule["Priority"].isdigit())]) + 1


PROVISIONERS = (Listener, ListenerRule)
