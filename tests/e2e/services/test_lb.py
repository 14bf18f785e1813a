"""Load balancers, called over HTTP and seen through boto3."""

from __future__ import annotations

from typing import Any

import pytest

from stackwright.errors import ResourceError
from stackwright.provider.services import elb

pytestmark = pytest.mark.e2e


@pytest.fixture
def subnets(aws: Any) -> list[str]:
    return [one["SubnetId"] for one in aws.client("ec2").describe_subnets()["Subnets"]][:2]


@pytest.fixture
def balancer(aws: Any, subnets: list[str]) -> Any:
    return aws.create("lb/loadBalancer:LoadBalancer", "web", subnets=subnets, idleTimeout=30, tags={"a": "1"})


@pytest.fixture
def group(aws: Any) -> Any:
    return aws.create(
        "lb/targetGroup:TargetGroup",
        "app",
        port=80,
        protocol="HTTP",
        vpcId="vpc-00000001",
        targetType="ip",
        deregistrationDelay=10,
        healthCheck={"path": "/health", "interval": 10, "matcher": "200-299"},
    )


def fixed(text: str) -> list[dict[str, Any]]:
    answer = {"contentType": "text/plain", "messageBody": text, "statusCode": "200"}
    return [{"type": "fixed-response", "fixedResponse": answer}]


def test_listener_and_rule_answer_at_the_host_of_the_balancer(aws: Any, http: Any, balancer: Any) -> None:
    listener = aws.create(
        "lb/listener:Listener", "http", loadBalancerArn=balancer.id, port=80, defaultActions=fixed("default")
    )
    rule = aws.create(
        "lb/listenerRule:ListenerRule",
        "api",
        listenerArn=listener.id,
        conditions=[{"pathPattern": {"values": ["/api/*"]}}],
        actions=fixed("api"),
    )
    host = balancer.outputs["dnsName"]
    assert http(f"{aws.endpoint.url}/", Host=host)[2] == "default"
    assert http(f"{aws.endpoint.url}/api/a", Host=host)[2] == "api"
    second = aws.create(
        "lb/listenerRule:ListenerRule",
        "other",
        listenerArn=listener.id,
        conditions=[{"pathPattern": {"values": ["/other/*"]}}],
        actions=fixed("other"),
    )
    assert (rule.outputs["priority"], second.outputs["priority"]) == (1, 2)
    found = aws.client("elbv2").describe_rules(RuleArns=[second.id])["Rules"][0]
    assert found["Priority"] == "2"

    aws.update(listener, loadBalancerArn=balancer.id, port=80, defaultActions=fixed("changed"), tags={"a": "1"})
    again = {"conditions": [{"pathPattern": {"values": ["/v2/*"]}}], "actions": fixed("v2")}
    aws.update(rule, listenerArn=listener.id, **again, priority=7)
    assert http(f"{aws.endpoint.url}/api/a", Host=host)[2] == "changed"
    assert http(f"{aws.endpoint.url}/v2/a", Host=host)[2] == "v2"
    for gone in (rule, rule, listener, listener, balancer, balancer):
        aws.delete(gone)


def test_balancer_is_as_declared_and_changes(aws: Any, balancer: Any, subnets: list[str]) -> None:
    elb_client = aws.client("elbv2")
    found = elb_client.describe_load_balancers(LoadBalancerArns=[balancer.id])["LoadBalancers"][0]
    assert (found["Scheme"], found["Type"]) == ("internet-facing", "application")
    assert balancer.outputs["arnSuffix"].startswith(f"app/{balancer.outputs['name']}/")

    def attribute(key: str) -> str:
        answer = elb_client.describe_load_balancer_attributes(LoadBalancerArn=balancer.id)["Attributes"]
        return next(one["Value"] for one in answer if one["Key"] == key)

    assert attribute("idle_timeout.timeout_seconds") == "30"
    aws.update(balancer, subnets=subnets[:1], idleTimeout=60, enableHttp2=False, tags={"b": "2"})
    assert (attribute("idle_timeout.timeout_seconds"), attribute("routing.http2.enabled")) == ("60", "false")
    tags = elb_client.describe_tags(ResourceArns=[balancer.id])["TagDescriptions"][0]["Tags"]
    assert tags == [{"Key": "b", "Value": "2"}]
    assert aws.read("lb/loadBalancer:LoadBalancer", balancer.id).outputs["dnsName"] == balancer.outputs["dnsName"]


def test_target_group_and_targets(aws: Any, group: Any) -> None:
    elb_client = aws.client("elbv2")
    found = elb_client.describe_target_groups(TargetGroupArns=[group.id])["TargetGroups"][0]
    assert (found["HealthCheckPath"], found["Matcher"]) == ("/health", {"HttpCode": "200-299"})
    target = aws.create(
        "lb/targetGroupAttachment:TargetGroupAttachment", "t", targetGroupArn=group.id, targetId="10.0.0.5", port=8080
    )

    def targets() -> list[tuple[str, int]]:
        health = elb_client.describe_target_health(TargetGroupArn=group.id)["TargetHealthDescriptions"]
        return [(one["Target"]["Id"], one["Target"]["Port"]) for one in health]

    assert targets() == [("10.0.0.5", 8080)]
    aws.update(group, **{**group.inputs, "healthCheck": {"path": "/ok"}}, tags={"a": "1"})
    found = elb_client.describe_target_groups(TargetGroupArns=[group.id])["TargetGroups"][0]
    assert found["HealthCheckPath"] == "/ok"
    aws.delete(target)
    assert targets() == []
    for gone in (target, group, group):
        aws.delete(gone)


def test_actions_may_forward_and_redirect(aws: Any, balancer: Any, group: Any) -> None:
    redirect = {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}
    listener = aws.create(
        "lb/listener:Listener",
        "redirect",
        loadBalancerArn=balancer.id,
        port=80,
        defaultActions=[{"type": "redirect", "redirect": redirect}],
    )
    weighted = {"targetGroups": [{"arn": group.id, "weight": 10}], "stickiness": {"enabled": True, "duration": 60}}
    rule = aws.create(
        "lb/listenerRule:ListenerRule",
        "forward",
        listenerArn=listener.id,
        priority=5,
        conditions=[
            {"hostHeader": {"values": ["api.example.org"]}},
            {"httpHeader": {"httpHeaderName": "X-A", "values": ["1"]}},
            {"queryStrings": [{"key": "a", "value": "1"}]},
        ],
        actions=[{"type": "forward", "forward": weighted}],
    )
    found = aws.client("elbv2").describe_rules(RuleArns=[rule.id])["Rules"][0]
    assert found["Actions"][0]["TargetGroupArn"] == group.id
    several = {**weighted, "targetGroups": [{"arn": group.id, "weight": 1}, {"arn": group.id, "weight": 9}]}
    changed = aws.update(rule, **{**rule.inputs, "actions": [{"type": "forward", "forward": several}]})
    assert list(changed.simulated) == ["actions"]
    assert sorted(one["Field"] for one in found["Conditions"]) == ["host-header", "http-header", "query-string"]


def test_account_of_access_logs(ask: Any) -> None:
    assert ask(elb.FUNCTIONS, "getServiceAccount")["id"] == "127311923021"
    assert ask(elb.FUNCTIONS, "getServiceAccount", region="eu-west-1")["arn"] == "arn:aws:iam::156460612806:root"
    with pytest.raises(ResourceError, match="mars-1"):
        ask(elb.FUNCTIONS, "getServiceAccount", region="mars-1")
