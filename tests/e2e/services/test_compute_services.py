"""ECS, Auto Scaling, CodeBuild and ECR, seen through boto3."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stackwright.graph import Resource
from stackwright.provider.provisioner import Inputs
from stackwright.provider.services import autoscaling

pytestmark = pytest.mark.e2e


@pytest.fixture
def subnets(aws: Any) -> list[str]:
    return [one["SubnetId"] for one in aws.client("ec2").describe_subnets()["Subnets"]][:2]


def test_ecs_service_with_cluster_and_task_definition(aws: Any, unique: str, subnets: list[str]) -> None:
    ecs = aws.client("ecs")
    cluster = aws.create(
        "ecs/cluster:Cluster", "c", settings=[{"name": "containerInsights", "value": "enabled"}], tags={"a": "1"}
    )
    assert cluster.id == cluster.outputs["arn"]
    container = {"name": "app", "image": "nginx", "memory": 128, "portMappings": [{"containerPort": 80}]}
    task = {
        "family": unique,
        "containerDefinitions": json.dumps([container]),
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
    }
    first = aws.create("ecs/taskDefinition:TaskDefinition", "t", **task)
    second = aws.create("ecs/taskDefinition:TaskDefinition", "t", **task, tags={"a": "1"})
    assert (first.id, second.outputs["revision"]) == (unique, 2)
    assert second.outputs["arn"] == f"{second.outputs['arnWithoutRevision']}:2"

    inputs = {
        "cluster": cluster.id,
        "taskDefinition": second.outputs["arn"],
        "launchType": "FARGATE",
        "deploymentMaximumPercent": 150,
        "networkConfiguration": {"subnets": subnets, "assignPublicIp": True},
    }
    service = aws.create("ecs/service:Service", "s", desiredCount=2, **inputs, tags={"a": "1"})
    found = ecs.describe_services(cluster=cluster.id, services=[service.outputs["name"]])["services"][0]
    assert (found["desiredCount"], found["deploymentConfiguration"]["maximumPercent"]) == (2, 150)
    assert found["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "ENABLED"
    aws.update(service, desiredCount=1, **inputs, tags={"b": "2"})
    found = ecs.describe_services(cluster=cluster.id, services=[service.outputs["name"]])["services"][0]
    assert found["desiredCount"] == 1
    assert ecs.list_tags_for_resource(resourceArn=service.id)["tags"] == [{"key": "b", "value": "2"}]
    providers = aws.create(
        "ecs/clusterCapacityProviders:ClusterCapacityProviders",
        "p",
        clusterName=cluster.outputs["name"],
        capacityProviders=["FARGATE"],
        defaultCapacityProviderStrategies=[{"capacityProvider": "FARGATE", "weight": 1}],
    )
    assert ecs.describe_clusters(clusters=[cluster.id])["clusters"][0]["capacityProviders"] == ["FARGATE"]
    for gone in (providers, service, service, second, first, cluster, cluster):
        aws.delete(gone)


def test_auto_scaling_group_and_policy(aws: Any, subnets: list[str]) -> None:
    template = aws.create("ec2/launchTemplate:LaunchTemplate", "t", imageId="ami-0abcdef1234567890")
    inputs = {
        "minSize": 1,
        "maxSize": 3,
        "vpcZoneIdentifiers": subnets,
        "launchTemplate": {"id": template.id, "version": "$Latest"},
    }
    group = aws.create("autoscaling/group:Group", "g", **inputs)
    client = aws.client("autoscaling")

    def found() -> Any:
        return client.describe_auto_scaling_groups(AutoScalingGroupNames=[group.id])["AutoScalingGroups"][0]

    assert (found()["MaxSize"], found()["AutoScalingGroupARN"]) == (3, group.outputs["arn"])
    aws.update(group, **{**inputs, "maxSize": 5})
    assert found()["MaxSize"] == 5
    tracking = {
        "predefinedMetricSpecification": {"predefinedMetricType": "ASGAverageCPUUtilization"},
        "targetValue": 50.0,
    }
    policy = aws.create(
        "autoscaling/policy:Policy",
        "p",
        autoscalingGroupName=group.id,
        policyType="TargetTrackingScaling",
        targetTrackingConfiguration=tracking,
    )
    policies = client.describe_policies(AutoScalingGroupName=group.id)["ScalingPolicies"]
    assert (policies[0]["PolicyName"], policies[0]["PolicyARN"]) == (policy.id, policy.outputs["arn"])
    for gone in (policy, policy, group, group):
        aws.delete(gone)


def test_tags_of_an_auto_scaling_group_are_a_list(aws: Any, unique: str, subnets: list[str]) -> None:
    inputs = {"name": unique, "minSize": 0, "maxSize": 1, "vpcZoneIdentifiers": subnets}
    name, team = ({"key": key, "value": "a", "propagateAtLaunch": True} for key in ("Name", "Team"))
    old = Resource(
        urn="urn", type="aws:autoscaling/group:Group", name="g", id=unique, inputs={**inputs, "tags": [name, team]}
    )
    group, place = autoscaling.Group(), aws.provider._aws(None, aws.config)
    group.create(place, Inputs(old, Path()))
    client = aws.client("autoscaling")

    def tags() -> list[tuple[str, str]]:
        found = client.describe_auto_scaling_groups(AutoScalingGroupNames=[unique])["AutoScalingGroups"][0]
        return [(one["Key"], one["Value"]) for one in found["Tags"]]

    assert tags() == [("Name", "a"), ("Team", "a")]
    changed = replace(old, inputs={**inputs, "tags": [{**name, "value": "b"}]})
    group.update(place, Inputs(changed, Path()), old)
    assert tags() == [("Name", "b")]
    group.delete(place, old)
    group.delete(place, old)


def test_codebuild_project(aws: Any) -> None:
    inputs = {
        "artifacts": {"type": "NO_ARTIFACTS"},
        "environment": {
            "computeType": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/standard:7.0",
            "type": "LINUX_CONTAINER",
            "environmentVariables": [{"name": "A", "value": "1"}],
        },
        "source": {"type": "GITHUB", "location": "https://example.org/r.git"},
        "serviceRole": "arn:aws:iam::123456789012:role/build",
        "buildTimeout": 15,
    }
    made = aws.create("codebuild/project:Project", "p", **inputs, tags={"a": "1"})
    client, name = aws.client("codebuild"), made.outputs["name"]
    found = client.batch_get_projects(names=[name])["projects"][0]
    assert (found["timeoutInMinutes"], found["tags"]) == (15, [{"key": "a", "value": "1"}])
    assert made.id == found["arn"]
    aws.update(made, **{**inputs, "buildTimeout": 20}, tags={"b": "2"})
    found = client.batch_get_projects(names=[name])["projects"][0]
    assert (found["timeoutInMinutes"], found["tags"]) == (20, [{"key": "b", "value": "2"}])
    aws.delete(made)
    aws.delete(made)


def test_ecr_repository_with_policies(aws: Any) -> None:
    made = aws.create(
        "ecr/repository:Repository",
        "r",
        imageTagMutability="IMMUTABLE",
        imageScanningConfiguration={"scanOnPush": True},
        encryptionConfigurations=[{"encryptionType": "KMS"}],
        tags={"a": "1"},
    )
    ecr = aws.client("ecr")
    found = ecr.describe_repositories(repositoryNames=[made.id])["repositories"][0]
    assert (found["imageTagMutability"], found["encryptionConfiguration"]["encryptionType"]) == ("IMMUTABLE", "KMS")
    assert made.outputs["repositoryUrl"] == found["repositoryUri"]
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}
    rules = json.dumps({"rules": [{"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}]})
    lifecycle = aws.create("ecr/lifecyclePolicy:LifecyclePolicy", "l", repository=made.id, policy=rules)
    assert ecr.get_lifecycle_policy(repositoryName=made.id)["lifecyclePolicyText"] == rules
    document = json.dumps({"Version": "2012-10-17", "Statement": []})
    policy = aws.create("ecr/repositoryPolicy:RepositoryPolicy", "p", repository=made.id, policy=document)
    assert json.loads(ecr.get_repository_policy(repositoryName=made.id)["policyText"])["Statement"] == []
    aws.update(made, imageTagMutability="MUTABLE", tags={"b": "2"})
    found = ecr.describe_repositories(repositoryNames=[made.id])["repositories"][0]
    assert found["imageTagMutability"] == "MUTABLE"
    assert ecr.list_tags_for_resource(resourceArn=made.outputs["arn"])["tags"] == [{"Key": "b", "Value": "2"}]
    for gone in (lifecycle, lifecycle, policy, policy, made, made):
        aws.delete(gone)
