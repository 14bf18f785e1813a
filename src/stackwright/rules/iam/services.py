"""AWS services that are not let in: by the policy of a queue or topic, or by that of a key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackwright.iam.evaluation import Decision, decide
from stackwright.iam.request import Caller, Request
from stackwright.rules.finding import Problem
from stackwright.rules.iam.deliveries import BUCKET, TOPIC, deliveries
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_USES: Final = ("kms:GenerateDataKey", "kms:Decrypt")


@graph_rule("IAM151", "loses", "key-policy-gap", rows=("S0-12", "S0-14", "S2-18"))
def key_policy_without_service(graph: View) -> Iterator[Problem]:
    """A KMS key whose policy does not let in an AWS service that must use it.

    ## Why is this bad?
    The service acts by itself, so no role of yours helps. CloudWatch Logs refuses the log group. Alarms, rules and
    buckets lose what they send to an encrypted topic or queue, CloudFront answers 403. AWS's own keys (`alias/aws/sns`,
    `alias/aws/sqs`) let no service in, and their policies cannot be changed.
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html

    ## Example
    ```python
    key = aws.kms.Key("loans", enable_key_rotation=True)
    late = aws.sns.Topic("late", kms_master_key_id=key.arn)
    aws.cloudwatch.MetricAlarm(
        "late",
        namespace="Loans",
        metric_name="Late",
        statistic="Sum",
        period=300,
        evaluation_periods=1,
        comparison_operator="GreaterThanThreshold",
        threshold=10,
        alarm_actions=[late.arn],
    )
    ```

    ## Use instead
    ```python
    account = aws.get_caller_identity_output().account_id
    owner = {
        "Effect": "Allow",
        "Principal": {"AWS": pulumi.Output.concat("arn:aws:iam::", account, ":root")},
        "Action": "kms:*",
        "Resource": "*",
    }
    alarms = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }
    key = aws.kms.Key(
        "loans",
        enable_key_rotation=True,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [owner, alarms]}),
    )
    late = aws.sns.Topic("late", kms_master_key_id=key.arn)
    aws.cloudwatch.MetricAlarm(
        "late",
        namespace="Loans",
        metric_name="Late",
        statistic="Sum",
        period=300,
        evaluation_periods=1,
        comparison_operator="GreaterThanThreshold",
        threshold=10,
        alarm_actions=[late.arn],
    )
    ```
    """
    yield from _log_groups(graph)
    yield from _distributions(graph)
    for one in deliveries(graph):
        name = str(one.target.get("kmsMasterKeyId", ""))
        if name.rpartition(":")[2].startswith("alias/aws/"):
            yield one.node.problem(
                f"{one.says} sends to {one.target.name!r}, which is encrypted with {name}; that key lets no service in",
                fix=f"A key of your own, whose policy allows {one.service} kms:GenerateDataKey* and kms:Decrypt.",
                at=one.path,
                related=[one.target.here("the topic" if one.target.kind == TOPIC else "the queue")],
            )
        elif name:
            yield from _without(graph, one.node, one.path, one.says, one.service, one.source, name, _USES)


@graph_rule("IAM152", "loses", "trigger-without-permission", rows=("S0-7", "S2-18", "S3-8"))
def delivery_without_permission(graph: View) -> Iterator[Problem]:
    """A queue or topic to which a service sends that its policy does not let in.

    ## Why is this bad?
    Rules, buckets and topics send by the target's own policy. Without a statement S3 refuses the notification, and
    EventBridge and SNS drop what they cannot deliver.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html

    ## Example
    ```python
    returns = aws.sqs.Queue("returns")
    nightly = aws.cloudwatch.EventRule("nightly", schedule_expression="rate(1 day)")
    aws.cloudwatch.EventTarget("nightly", rule=nightly.name, arn=returns.arn)
    ```

    ## Use instead
    ```python
    returns = aws.sqs.Queue("returns")
    nightly = aws.cloudwatch.EventRule("nightly", schedule_expression="rate(1 day)")
    send = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": returns.arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": nightly.arn}},
    }
    policy = aws.sqs.QueuePolicy(
        "returns",
        queue_url=returns.url,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]}),
    )
    aws.cloudwatch.EventTarget(
        "nightly", rule=nightly.name, arn=returns.arn, opts=pulumi.ResourceOptions(depends_on=[policy])
    )
    ```
    """
    for one in deliveries(graph):
        side = graph.resource_policies.of(one.target.arn)
        if side.policy is None and one.target.kind == TOPIC and one.service == "cloudwatch.amazonaws.com":
            continue  # the default policy of a topic lets the account's own alarms in
        decision = _asked(one.service, one.source, one.action, one.target, graph)
        if decision.outcome == "denied":
            what = "topic" if one.target.kind == TOPIC else "queue"
            refusal = f"{decision.statement} denies it" if decision.statement else "has no statement that allows it"
            yield one.node.problem(
                f"{one.says} sends to the {what} {one.target.name!r}, whose policy {refusal} for {one.service}"
                + (f" from {one.source}" if one.source else ""),
                fix=f'{{"Effect": "Allow", "Principal": {{"Service": "{one.service}"}}, "Action": "{one.action}", '
                f'"Resource": <its ARN>, "Condition": {{"ArnEquals": {{"aws:SourceArn": <{one.says}>}}}}}}',
                at=one.path,
                related=[one.target.here(f"the {what}")],
            )


def _asked(service: str, source: str, action: str, target: Node, graph: View) -> Decision:
    account = target.arn.split(":")[4] if target.arn.count(":") >= 5 else ""
    context = {"aws:sourceaccount": account, "aws:securetransport": "true"}
    if source:
        context["aws:sourcearn"] = source
    request = Request(action, target.arn, Caller(service=service), context)
    return decide(request, [], resource=graph.resource_policies.of(target.arn))


def _without(
    graph: View, node: Node, path: str, says: str, service: str, source: str, name: str, uses: tuple[str, ...]
) -> Iterator[Problem]:
    resource = graph.resource_policies.key(name)
    key = graph.by_urn.get(resource.urn) if resource else None
    if key is None:
        return
    decisions = {use: _asked(service, source, use, key, graph) for use in uses}
    missing = [use for use, decision in decisions.items() if decision.outcome == "denied"]
    if missing:
        yield node.problem(
            f"{says} uses the key {key.name!r} as {service}, to which its policy does not allow {', '.join(missing)}",
            fix=f'In the key\'s policy: {{"Effect": "Allow", "Principal": {{"Service": "{service}"}}, "Action": '
            f'["kms:GenerateDataKey*", "kms:Decrypt"], "Resource": "*", "Condition": …}}',
            at=path,
            related=[key.here("the key")],
        )


def _log_groups(graph: View) -> Iterator[Problem]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"""
    for group in graph.all("cloudwatch/logGroup:LogGroup"):
        name = str(group.get("kmsKeyId", ""))
        region = group.arn.split(":")[3] if group.arn.count(":") >= 5 else ""
        if name and region:
            says = f"the log group {group.name!r}"
            uses = ("kms:Encrypt", *_USES)
            yield from _without(graph, group, "kmsKeyId", says, f"logs.{region}.amazonaws.com", "", name, uses)


def _distributions(graph: View) -> Iterator[Problem]:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html"""
    for distribution in graph.all("cloudfront/distribution:Distribution"):
        for index, origin in enumerate(distribution.structs("origins")):
            bucket = _bucket_of(graph, str(origin.get("domainName", "")))
            if bucket is None or not origin.get("originAccessControlId"):
                continue
            if name := graph.permissions.encryption.key_of(bucket.resource):
                at, says = f"origins.{index}.domainName", f"the distribution {distribution.name!r}"
                service, source = "cloudfront.amazonaws.com", distribution.arn
                yield from _without(graph, distribution, at, says, service, source, name, ("kms:Decrypt",))


def _bucket_of(graph: View, domain: str) -> Node | None:
    domains = ("bucketRegionalDomainName", "bucketDomainName")
    found = (b for b in graph.all(BUCKET) if domain and any(b.get(d) == domain for d in domains))
    return next(found, None)
