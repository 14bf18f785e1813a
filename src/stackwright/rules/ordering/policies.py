"""Permissions and resource policies that AWS checks when something that needs them is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from stackwright.rules.events.permissions import letting
from stackwright.rules.finding import Problem
from stackwright.rules.places import described
from stackwright.rules.rule import graph_rule
from stackwright.rules.triggers import permissions, triggers_of
from stackwright.rules.view import Node, View

_NOTIFICATION: Final = "s3/bucketNotification:BucketNotification"
_SUBSCRIPTION: Final = "cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
_QUEUE, _TOPIC = "sqs/queue:Queue", "sns/topic:Topic"
_KEY, _KEY_POLICY = "kms/key:Key", "kms/keyPolicy:KeyPolicy"
# Services that try, or look, whether they may invoke a function: type -> inputs with the function, principal.
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
# https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigRule.html, https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html
_ASKING: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "secretsmanager/secretRotation:SecretRotation": (("rotationLambdaArn",), "secretsmanager.amazonaws.com"),
    "lb/targetGroupAttachment:TargetGroupAttachment": (("targetId",), "elasticloadbalancing.amazonaws.com"),
    "cfg/rule:Rule": (("source.sourceIdentifier",), "config.amazonaws.com"),
    "ses/receiptRule:ReceiptRule": (("lambdaActions.0.functionArn",), "ses.amazonaws.com"),
}
# Inputs that name what must already have a policy: type -> (input, the type that holds the policy, its input).
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
_KEYED: Final = (_KEY, _KEY_POLICY, "keyId")
_BUCKETED: Final = ("s3/bucket:Bucket", "s3/bucketPolicy:BucketPolicy", "bucket")
_HELD: Final[Mapping[str, tuple[tuple[str, tuple[str, str, str]], ...]]] = {
    "cloudwatch/logGroup:LogGroup": (("kmsKeyId", _KEYED),),
    "cloudtrail/trail:Trail": (("kmsKeyId", _KEYED), ("s3BucketName", _BUCKETED)),
    "lb/loadBalancer:LoadBalancer": (("accessLogs.bucket", _BUCKETED),),
    "cfg/deliveryChannel:DeliveryChannel": (("s3BucketName", _BUCKETED),),
}


@graph_rule(
    "ORD102",
    "breaks",
    "ordering",
    rows=("S2-7", "S3-3", "S0-3"),
    each=(_NOTIFICATION, _SUBSCRIPTION, *_ASKING),
)
def trigger_before_permission(node: Node, graph: View) -> Iterator[Problem]:
    """A notification or subscription that is made beside the permission it needs.

    ## Why is this bad?
    S3 tries every destination when the notification is made and refuses it with "Unable to validate the following
    destination configurations" when the function, queue or topic does not let it yet; CloudWatch Logs, Secrets Manager,
    load balancers and AWS Config do the like. Nothing in the notification names the permission, so it does not wait
    for it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html

    ## Example
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("resize", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    bucket = aws.s3.Bucket("photos")
    aws.lambda_.Permission(
        "photos",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="s3.amazonaws.com",
        source_arn=bucket.arn,
        source_account=aws.get_caller_identity_output().account_id,
    )
    aws.s3.BucketNotification(
        "photos",
        bucket=bucket.id,
        lambda_functions=[{"lambda_function_arn": function.arn, "events": ["s3:ObjectCreated:*"]}],
    )
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    function = aws.lambda_.Function("resize", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    bucket = aws.s3.Bucket("photos")
    permission = aws.lambda_.Permission(
        "photos",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="s3.amazonaws.com",
        source_arn=bucket.arn,
        source_account=aws.get_caller_identity_output().account_id,
    )
    aws.s3.BucketNotification(
        "photos",
        bucket=bucket.id,
        lambda_functions=[{"lambda_function_arn": function.arn, "events": ["s3:ObjectCreated:*"]}],
        opts=pulumi.ResourceOptions(depends_on=[permission]),
    )
    ```
    """
    if node.kind in _ASKING:
        paths, principal = _ASKING[node.kind]
        for path in paths:
            function = graph.function(node.text(path))
            mine = permissions(graph, function) if function is not None else []
            granting = [p for p in mine if p.get("principal") == principal]
            yield from _late(node, path, granting, "is tried when it is made")
        return
    for trigger in triggers_of(node, graph):
        yield from _late(node, trigger.path, letting(trigger, graph), f"{trigger.principal} checks its permission then")
    if node.kind != _NOTIFICATION:
        return
    for path, key, kind, holder, named in (
        ("queues", "queueArn", _QUEUE, "sqs/queuePolicy:QueuePolicy", "queueUrl"),
        ("topics", "topicArn", _TOPIC, "sns/topicPolicy:TopicPolicy", "arn"),
    ):
        for index, one in enumerate(node.structs(path)):
            target = graph.find(str(one.get(key, "")), kind)
            if target is None:
                continue
            at = f"{path}.{index}.{key}"
            if not target.given("policy"):
                yield from _late(node, at, _holding(target, holder, named, kind), "S3 sends a test message then")
            encrypting = target.refers("kmsMasterKeyId", _KEY, "kms/alias:Alias")
            if encrypting is not None and encrypting.kind != _KEY:
                encrypting = encrypting.refers("targetKeyId", _KEY)
            if encrypting is not None:
                policies = _holding(encrypting, _KEY_POLICY, "keyId", _KEY)
                yield from _late(node, at, policies, "S3 sends a test message, with the queue's key, then")


@graph_rule("ORD103", "breaks", "ordering", rows=("S0-12", "S0-14", "S2-10"), each=tuple(_HELD))
def use_before_resource_policy(node: Node, graph: View) -> Iterator[Problem]:
    """A log group, trail or load balancer that is made beside the policy of the key or bucket it uses.

    ## Why is this bad?
    CloudWatch Logs refuses a key whose policy does not let it, and CloudTrail and load balancers a bucket that does
    not, when they are made. The key is named, its separate policy is not; which one is first is luck.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html

    ## Example
    ```python
    account = aws.get_caller_identity_output().account_id
    key = aws.kms.Key("logs", enable_key_rotation=True)
    root = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "kms:*", "Resource": "*"}
    use = {
        "Effect": "Allow",
        "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "Resource": "*",
    }
    document = {"Version": "2012-10-17", "Statement": [root, use]}
    aws.kms.KeyPolicy("logs", key_id=key.id, policy=pulumi.Output.json_dumps(document))
    aws.cloudwatch.LogGroup("audit", retention_in_days=30, kms_key_id=key.arn)
    ```

    ## Use instead
    ```python
    account = aws.get_caller_identity_output().account_id
    key = aws.kms.Key("logs", enable_key_rotation=True)
    root = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "kms:*", "Resource": "*"}
    use = {
        "Effect": "Allow",
        "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "Resource": "*",
    }
    document = {"Version": "2012-10-17", "Statement": [root, use]}
    policy = aws.kms.KeyPolicy("logs", key_id=key.id, policy=pulumi.Output.json_dumps(document))
    aws.cloudwatch.LogGroup(
        "audit", retention_in_days=30, kms_key_id=key.arn, opts=pulumi.ResourceOptions(depends_on=[policy])
    )
    ```
    """
    for path, (kind, holder, named) in _HELD[node.kind]:
        if node.kind == "lb/loadBalancer:LoadBalancer" and node.get("accessLogs.enabled") is not True:
            continue
        owner = node.refers(path, kind)
        if owner is not None:
            yield from _late(node, path, _holding(owner, holder, named, kind), "its policy is checked when it is made")


def _holding(owner: Node, holder: str, named: str, kind: str) -> list[Node]:
    return [n for n in owner.graph.all(holder) if n.refers(named, kind) is owner]


def _late(node: Node, path: str, needed: list[Node], why: str) -> Iterator[Problem]:
    """A problem when none of what may serve is awaited."""
    if needed and not any(node.waits_for(one) for one in needed):
        first = needed[0]
        yield node.problem(
            f"{described(node)} does not wait for {described(first)}, and {why}",
            fix=f"opts=pulumi.ResourceOptions(depends_on=[<{first.name}>])",
            at=path,
            related=[first.here("may be made later")],
        )
