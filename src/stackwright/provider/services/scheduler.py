"""Amazon EventBridge Scheduler. https://docs.aws.amazon.com/scheduler/latest/APIReference/"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import changed_tags, pascal, present, tag_list

_GONE = ("ResourceNotFoundException",)
_DELIVERED = ("lambda", "sqs", "sns", "states", "events")
_RENAMED = {
    "eventbridgeParameters": "EventBridgeParameters",
    "sagemakerPipelineParameters": "SageMakerPipelineParameters",
    "pipelineParameters": "PipelineParameterList",
}


class Schedule(Provisioner):
    """Its id is its group's name and its own."""

    type = "scheduler/schedule:Schedule"
    replace_on = frozenset({"name", "namePrefix", "groupName"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("scheduler").create_schedule(**_schedule(new))
        return Created(f"{new.get('groupName', 'default')}/{new['name']}", {"arn": answer["ScheduleArn"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("scheduler").update_schedule(**_schedule(new))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        group, _, name = id_of(old).partition("/")
        ignoring(_GONE, lambda: aws.client("scheduler").delete_schedule(GroupName=group, Name=name))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        group, _, name = id_of(wanted).partition("/")
        found = aws.client("scheduler").get_schedule(GroupName=group, Name=name)
        known = {"name": name, "groupName": group, "arn": found["Arn"], "state": found["State"]}
        return Created(outputs={**known, "scheduleExpression": found["ScheduleExpression"]})


def _schedule(new: Inputs) -> dict[str, Any]:
    return {
        "Name": new["name"],
        "GroupName": new.get("groupName", "default"),
        "ScheduleExpression": new["scheduleExpression"],
        "ScheduleExpressionTimezone": new.get("scheduleExpressionTimezone", "UTC"),
        "FlexibleTimeWindow": pascal(new["flexibleTimeWindow"]),
        "State": new.get("state", "ENABLED"),
        "Description": new.get("description", ""),
        "Target": _target(new),
        **present(
            ActionAfterCompletion=new.get("actionAfterCompletion"),
            StartDate=new.get("startDate"),
            EndDate=new.get("endDate"),
            KmsKeyArn=new.get("kmsKeyArn"),
        ),
    }


def _target(new: Inputs) -> dict[str, Any]:
    """https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html"""
    given: Mapping[str, Any] = new["target"]
    service = given["arn"].split(":")[2]
    if service not in _DELIVERED:
        new.limit("target", "other services")
    elif given.get("deadLetterConfig"):
        new.limit("target", "dead letters")
    simple = {k: v for k, v in given.items() if k != "ecsParameters"}
    target = pascal(simple, _RENAMED)
    target.setdefault("RetryPolicy", {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185})
    if given.get("ecsParameters"):
        target["EcsParameters"] = _ecs(given["ecsParameters"])
    return target


def _ecs(given: Mapping[str, Any]) -> dict[str, Any]:
    network = given.get("networkConfiguration")
    # The nested structures are those of the ECS API, whose keys begin small.
    return present(
        TaskDefinitionArn=given["taskDefinitionArn"],
        TaskCount=given.get("taskCount"),
        LaunchType=given.get("launchType"),
        PlatformVersion=given.get("platformVersion"),
        Group=given.get("group"),
        PropagateTags=given.get("propagateTags"),
        ReferenceId=given.get("referenceId"),
        EnableECSManagedTags=given.get("enableEcsManagedTags"),
        EnableExecuteCommand=given.get("enableExecuteCommand"),
        CapacityProviderStrategy=given.get("capacityProviderStrategies"),
        PlacementConstraints=given.get("placementConstraints"),
        PlacementStrategy=given.get("placementStrategies"),
        Tags=tag_list(given["tags"]) if given.get("tags") else None,
        NetworkConfiguration={"awsvpcConfiguration": _vpc(network)} if network else None,
    )


def _vpc(network: Mapping[str, Any]) -> dict[str, Any]:
    return present(
        Subnets=network["subnets"],
        SecurityGroups=network.get("securityGroups"),
        AssignPublicIp="ENABLED" if network.get("assignPublicIp") else "DISABLED",
    )


class ScheduleGroup(Provisioner):
    """Its id is its name; its schedules go with it."""

    type = "scheduler/scheduleGroup:ScheduleGroup"
    replace_on = frozenset({"name", "namePrefix"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        scheduler, name = aws.client("scheduler"), new["name"]
        scheduler.create_schedule_group(Name=name, Tags=tag_list(aws.tags(new.get("tags"))))
        return Created(outputs=_group(scheduler.get_schedule_group(Name=name)))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        scheduler, arn = aws.client("scheduler"), old.outputs["arn"]
        put, removed = changed_tags(aws, new, old)
        if removed:
            scheduler.untag_resource(ResourceArn=arn, TagKeys=removed)
        if put:
            scheduler.tag_resource(ResourceArn=arn, Tags=tag_list(put))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: aws.client("scheduler").delete_schedule_group(Name=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        return Created(outputs=_group(aws.client("scheduler").get_schedule_group(Name=id_of(wanted))))


def _group(answer: Mapping[str, Any]) -> dict[str, Any]:
    dates = {"creationDate": answer["CreationDate"], "lastModificationDate": answer["LastModificationDate"]}
    return {
        "arn": answer["Arn"],
        "name": answer["Name"],
        "state": answer["State"],
        **{k: v.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(v, datetime) else str(v) for k, v in dates.items()},
    }


PROVISIONERS = (Schedule, ScheduleGroup)
