"""What a rule sends events to, and how. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.errors import ResourceError
from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner
from stackwright.provider.services._shapes import pascal, present, tag_list
from stackwright.provider.services.cloudwatch.events import GONE, bus_name

_DELIVERED = ("lambda", "sqs", "sns", "states", "events")


class EventTarget(Provisioner):
    """Its id is the rule's name and the target's, with the bus before them unless that is the default one."""

    type = "cloudwatch/eventTarget:EventTarget"
    replace_on = frozenset({"rule", "targetId", "eventBusName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        bus, rule = new.get("eventBusName", "default"), new["rule"]
        target = _target(new)
        answer = aws.client("events").put_targets(Rule=rule, EventBusName=bus_name(bus), Targets=[target])
        if answer["FailedEntryCount"]:
            failed = answer["FailedEntries"][0]
            raise ResourceError(
                f"EventBridge refused the target {target['Arn']} of the rule {rule!r}: {failed.get('ErrorMessage')}"
            )
        short = f"{rule}-{target['Id']}"
        return Created(short if bus == "default" else f"{bus}-{short}")

    def delete(self, aws: Aws, old: Resource) -> None:
        bus, rule, target = bus_name(old.inputs.get("eventBusName")), old.inputs["rule"], old.outputs["targetId"]
        events = aws.client("events")
        ignoring(GONE, lambda: events.remove_targets(Rule=rule, EventBusName=bus, Ids=[target]))


def _target(new: Inputs) -> dict[str, Any]:
    arn = new["arn"]
    if arn.split(":")[2] not in _DELIVERED:
        new.limit("arn", "other services")
    transformer, http = new.get("inputTransformer"), new.get("httpTarget")
    return present(
        Id=new["targetId"],
        Arn=arn,
        RoleArn=new.get("roleArn"),
        Input=new.get("input"),
        InputPath=new.get("inputPath"),
        InputTransformer=_transformer(transformer) if transformer else None,
        DeadLetterConfig=_nested(new, "deadLetterConfig"),
        RetryPolicy=_nested(new, "retryPolicy"),
        SqsParameters=_nested(new, "sqsTarget"),
        KinesisParameters=_nested(new, "kinesisTarget"),
        AppSyncParameters=_nested(new, "appsyncTarget", {"graphqlOperation": "GraphQLOperation"}),
        RedshiftDataParameters=_nested(new, "redshiftTarget", {"secretsManagerArn": "SecretManagerArn"}),
        SageMakerPipelineParameters=_nested(
            new, "sagemakerPipelineTarget", {"pipelineParameterLists": "PipelineParameterList"}
        ),
        HttpParameters=_http(http) if http else None,
        BatchParameters=_batch(new.get("batchTarget")),
        EcsParameters=_ecs(new.get("ecsTarget")),
        RunCommandParameters=_run_command(new.get("runCommandTargets")),
    )


def _nested(new: Inputs, key: str, renamed: Mapping[str, str] | None = None) -> dict[str, Any] | None:
    value = new.get(key)
    return pascal(value, renamed) if value else None


def _transformer(given: Mapping[str, Any]) -> dict[str, Any]:
    return present(InputPathsMap=given.get("inputPaths"), InputTemplate=given["inputTemplate"])


def _http(given: Mapping[str, Any]) -> dict[str, Any]:
    return present(
        HeaderParameters=given.get("headerParameters"),
        PathParameterValues=given.get("pathParameterValues"),
        QueryStringParameters=given.get("queryStringParameters"),
    )


def _batch(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not given:
        return None
    size, attempts = given.get("arraySize"), given.get("jobAttempts")
    return present(
        JobDefinition=given["jobDefinition"],
        JobName=given["jobName"],
        ArrayProperties={"Size": size} if size else None,
        RetryStrategy={"Attempts": attempts} if attempts else None,
    )


def _ecs(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not given:
        return None
    network, strategies = given.get("networkConfiguration"), given.get("capacityProviderStrategies")
    return present(
        TaskDefinitionArn=given["taskDefinitionArn"],
        TaskCount=given.get("taskCount", 1),
        LaunchType=given.get("launchType"),
        PlatformVersion=given.get("platformVersion"),
        Group=given.get("group"),
        PropagateTags=given.get("propagateTags"),
        EnableECSManagedTags=given.get("enableEcsManagedTags"),
        EnableExecuteCommand=given.get("enableExecuteCommand"),
        PlacementConstraints=given.get("placementConstraints"),
        PlacementStrategy=given.get("orderedPlacementStrategies"),
        CapacityProviderStrategy=strategies,
        Tags=tag_list(given["tags"]) if given.get("tags") else None,
        NetworkConfiguration={"awsvpcConfiguration": _vpc(network)} if network else None,
    )


def _vpc(network: Mapping[str, Any]) -> dict[str, Any]:
    return present(
        Subnets=network["subnets"],
        SecurityGroups=network.get("securityGroups"),
        AssignPublicIp="ENABLED" if network.get("assignPublicIp") else "DISABLED",
    )


def _run_command(given: list[Mapping[str, Any]] | None) -> dict[str, Any] | None:
    return {"RunCommandTargets": pascal(given)} if given else None
