"""Programs as their authors wrote them: inputs in many forms, copies in other regions, started in other ways."""

from __future__ import annotations

import json
from typing import Any


def test_inputs_as_people_write_them(programs: Any) -> None:
    result = programs.up("parking-garage")
    outputs = programs.outputs(result)
    assert result.simulated_types() == ["aws:appsync/graphQLApi:GraphQLApi"]
    assert outputs["code"] == "open sesame"
    assert outputs["graphql"].startswith("https://")
    assert outputs["graphql"].endswith(".appsync-api.us-east-1.amazonaws.com/graphql")
    assert outputs["threshold"] == 80

    # The policies are in force: as dict, as the SDK's types, with a whole resource for a name.
    policy = json.loads(programs.client("s3").get_bucket_policy(Bucket=outputs["bucket"])["Policy"])
    assert policy["Statement"][0]["Resource"] == f"arn:aws:s3:::{outputs['bucket']}/paid/*"
    programs.client("sns").publish(TopicArn=outputs["topic"], Message="a blue car")
    (message,) = programs.receive(outputs["queue_url"])
    assert json.loads(message)["Message"] == "a blue car"
    iam = programs.client("iam")
    assert iam.list_role_policies(RoleName=outputs["role"])["PolicyNames"] != []
    (attached,) = iam.list_attached_role_policies(RoleName=outputs["role"])["AttachedPolicies"]
    assert attached["PolicyName"] == "AWSLambdaBasicExecutionRole"

    (alarm,) = programs.client("cloudwatch").describe_alarms(AlarmNames=[outputs["alarm"]])["MetricAlarms"]
    assert (alarm["Threshold"], alarm["Period"], alarm["ActionsEnabled"]) == (80.0, 60, False)
    sqs = programs.client("sqs")
    attributes = sqs.get_queue_attributes(QueueUrl=outputs["queue_url"], AttributeNames=["VisibilityTimeout"])
    assert attributes["Attributes"]["VisibilityTimeout"] == "45"

    again = programs.up("parking-garage")
    assert {step for step, count in again.counts.items() if count} == {"same"}


def test_databases_with_copies_in_another_region(programs: Any) -> None:
    result = programs.up("two-region-database")
    outputs = programs.outputs(result)
    assert result.simulated_types() == []
    by_name = {r.name: r for r in result.graph.resources if r.type.startswith("aws:rds/")}
    copy = by_name["wards-copy"].outputs
    assert (copy["arn"].split(":")[3], copy["engine"], copy["username"]) == ("eu-central-1", "postgres", "head_nurse")

    rds = programs.client("rds")
    (patients,) = rds.describe_global_clusters(GlobalClusterIdentifier=outputs["patients"])["GlobalClusters"]
    members = {m["DBClusterArn"]: m["IsWriter"] for m in patients["GlobalClusterMembers"]}
    assert members == {outputs["writer"]: True, outputs["reader"]: False}
    assert outputs["reader"].split(":")[3] == "eu-central-1"
    assert outputs["reader_user"] == "registrar"
    assert outputs["beds_copy"] == {"user": "porter", "source": by_name["beds"].outputs["arn"]}

    again = programs.up("two-region-database")
    assert {step for step, count in again.counts.items() if count} == {"same"}

    programs.up("two-region-database", copies="false")
    (patients,) = rds.describe_global_clusters(GlobalClusterIdentifier=outputs["patients"])["GlobalClusters"]
    assert [m["DBClusterArn"] for m in patients["GlobalClusterMembers"]] == [outputs["writer"]]
    far = programs.client("rds", "eu-central-1")
    assert (far.describe_db_clusters()["DBClusters"], far.describe_db_instances()["DBInstances"]) == ([], [])


def test_a_program_that_starts_itself(programs: Any) -> None:
    result = programs.up("started-by-run")
    outputs = programs.outputs(result)
    assert outputs["account"] == programs.endpoint.account
    tags = programs.client("sqs").list_queue_tags(QueueUrl=outputs["alerts"])["Tags"]
    assert tags == {"table": outputs["table"]}
    assert programs.client("dynamodb").describe_table(TableName=outputs["table"])["Table"]["TableStatus"] == "ACTIVE"
    assert result.simulated_types() == []
    again = programs.up("started-by-run")
    assert {step for step, count in again.counts.items() if count} == {"same"}
