"""CloudWatch Logs. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._policies import policy_text
from stackwright.provider.services._shapes import changed_tags, present

GONE = ("ResourceNotFoundException",)


def log_group_arn(aws: Aws, name: str) -> str:
    """As the provider gives it: without the `:*` at the end."""
    return f"arn:{aws.partition}:logs:{aws.region}:{aws.account}:log-group:{name}"


class LogGroup(Provisioner):
    """Its id is its name. One that exists already, because a function has written to it, is refused as on AWS."""

    type = "cloudwatch/logGroup:LogGroup"
    replace_on = frozenset({"name", "namePrefix", "logGroupClass"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        logs, name, days = aws.client("logs"), new["name"], new.get("retentionInDays")
        logs.create_log_group(
            logGroupName=name,
            **present(tags=aws.tags(new.get("tags")) or None),
            **present(kmsKeyId=new.get("kmsKeyId"), logGroupClass=new.get("logGroupClass")),
        )
        if days:
            try:
                logs.put_retention_policy(logGroupName=name, retentionInDays=days)
            except Exception:
                logs.delete_log_group(logGroupName=name)
                raise
        return Created(outputs={"arn": log_group_arn(aws, name)})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        logs, name, days = aws.client("logs"), id_of(old), new.get("retentionInDays") or 0
        if new.get("kmsKeyId") != old.inputs.get("kmsKeyId"):
            if new.get("kmsKeyId"):
                logs.associate_kms_key(logGroupName=name, kmsKeyId=new["kmsKeyId"])
            else:
                logs.disassociate_kms_key(logGroupName=name)
        if days != (old.inputs.get("retentionInDays") or 0):
            if days:
                logs.put_retention_policy(logGroupName=name, retentionInDays=days)
            else:
                logs.delete_retention_policy(logGroupName=name)
        put, removed = changed_tags(aws, new, old)
        if removed:
            logs.untag_resource(resourceArn=old.outputs["arn"], tagKeys=removed)
        if put:
            logs.tag_resource(resourceArn=old.outputs["arn"], tags=put)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        if not old.inputs.get("skipDestroy"):
            ignoring(GONE, lambda: aws.client("logs").delete_log_group(logGroupName=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        return Created(outputs=described(aws, id_of(wanted)))


def described(aws: Aws, name: str) -> dict[str, Any]:
    """Outputs of a log group that exists.

    Raises:
        AwsError: it does not.
    """
    logs, arn = aws.client("logs"), log_group_arn(aws, name)
    tags = logs.list_tags_for_resource(resourceArn=arn)["tags"]
    found = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    group = next(group for group in found if group["logGroupName"] == name)
    return {
        "arn": arn,
        "name": name,
        "retentionInDays": group.get("retentionInDays", 0),
        "kmsKeyId": group.get("kmsKeyId", ""),
        "logGroupClass": group.get("logGroupClass", "STANDARD"),
        "creationTime": group["creationTime"],
        "tags": tags,
        "tagsAll": tags,
    }


class LogStream(Provisioner):
    type = "cloudwatch/logStream:LogStream"
    replace_on = frozenset({"name", "logGroupName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        group, name = new["logGroupName"], new["name"]
        aws.client("logs").create_log_stream(logGroupName=group, logStreamName=name)
        return Created(outputs={"arn": f"{log_group_arn(aws, group)}:log-stream:{name}"})

    def delete(self, aws: Aws, old: Resource) -> None:
        group = old.inputs["logGroupName"]
        ignoring(GONE, lambda: aws.client("logs").delete_log_stream(logGroupName=group, logStreamName=id_of(old)))


class LogMetricFilter(Provisioner):
    type = "cloudwatch/logMetricFilter:LogMetricFilter"
    replace_on = frozenset({"name", "logGroupName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        metric = new["metricTransformation"]
        default = metric.get("defaultValue")
        aws.client("logs").put_metric_filter(
            logGroupName=new["logGroupName"],
            filterName=new["name"],
            filterPattern=str(new["pattern"]).strip(),
            metricTransformations=[
                present(
                    metricName=metric["name"],
                    metricNamespace=metric["namespace"],
                    metricValue=metric["value"],
                    defaultValue=None if default in (None, "") else float(default),
                    dimensions=metric.get("dimensions"),
                    unit=metric.get("unit") or "None",
                )
            ],
        )
        return Created()

    def delete(self, aws: Aws, old: Resource) -> None:
        group = old.inputs["logGroupName"]
        ignoring(GONE, lambda: aws.client("logs").delete_metric_filter(logGroupName=group, filterName=id_of(old)))


class LogSubscriptionFilter(Provisioner):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html"""

    type = "cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
    replace_on = frozenset({"name", "logGroup", "destinationArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        destination = new["destinationArn"]
        if ":lambda:" not in destination:
            new.limit("destinationArn", "not a function")
        aws.client("logs").put_subscription_filter(
            logGroupName=_group_name(new["logGroup"]),
            filterName=new["name"],
            filterPattern=new.get("filterPattern", ""),
            destinationArn=destination,
            **present(distribution=new.get("distribution"), roleArn=new.get("roleArn")),
        )
        return Created()

    def delete(self, aws: Aws, old: Resource) -> None:
        group, name = _group_name(old.inputs["logGroup"]), old.outputs["name"]
        ignoring(GONE, lambda: aws.client("logs").delete_subscription_filter(logGroupName=group, filterName=name))


def _group_name(value: str) -> str:
    """Programs may give a log group's ARN."""
    return value.split(":log-group:")[-1].removesuffix(":*")


class LogResourcePolicy(Provisioner):
    """Its id is its name, or the ARN of the one log group it is for."""

    type = "cloudwatch/logResourcePolicy:LogResourcePolicy"
    replace_on = frozenset({"policyName", "resourceArn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        return self._put(aws, new)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        revision = old.outputs["revisionId"] if new.get("resourceArn") else None
        return self._put(aws, new, expectedRevisionId=revision).outputs

    @staticmethod
    def _put(aws: Aws, new: Inputs, **more: Any) -> Created:
        name, resource, text = new.get("policyName"), new.get("resourceArn"), policy_text(new["policyDocument"])
        answer = aws.client("logs").put_resource_policy(
            policyDocument=text, **present(policyName=name, resourceArn=resource, **more)
        )
        outputs = {
            "policyDocument": text,
            "policyScope": "RESOURCE" if resource else "ACCOUNT",
            "revisionId": answer["revisionId"],
        }
        return Created(resource or name, outputs)

    def delete(self, aws: Aws, old: Resource) -> None:
        resource, name = old.inputs.get("resourceArn"), old.inputs.get("policyName")
        wanted = {"resourceArn": resource, "expectedRevisionId": old.outputs["revisionId"]} if resource else {}
        ignoring(GONE, lambda: aws.client("logs").delete_resource_policy(**present(policyName=name, **wanted)))


class LogDestination(Provisioner):
    """For subscription filters of other accounts; the emulator delivers nothing to it."""

    type = "cloudwatch/logDestination:LogDestination"
    replace_on = frozenset({"name"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("logs").put_destination(
            destinationName=new["name"],
            targetArn=new["targetArn"],
            roleArn=new["roleArn"],
            **present(tags=aws.tags(new.get("tags")) or None),
        )
        return Created(outputs={"arn": answer["destination"]["arn"]})

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("logs").delete_destination(destinationName=id_of(old)))


class LogDestinationPolicy(Provisioner):
    """AWS has no call to remove it; it goes with its destination."""

    type = "cloudwatch/logDestinationPolicy:LogDestinationPolicy"
    replace_on = frozenset({"destinationName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("logs").put_destination_policy(
            destinationName=new["destinationName"],
            accessPolicy=new["accessPolicy"],
            **present(forceUpdate=new.get("forceUpdate")),
        )
        return Created(new["destinationName"])

    def delete(self, aws: Aws, old: Resource) -> None:
        """See the class."""
