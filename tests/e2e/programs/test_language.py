"""Programs that use what Pulumi itself offers: components, secrets, transforms, options, other packages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackwright.errors import ProjectError, ResourceError
from stackwright.graph import Secret


def test_nested_components(programs: Any) -> None:
    result = programs.up("components")
    urls = programs.outputs(result)["urls"]
    assert set(urls) == {"pack", "label"}
    by_name = {r.name: r for r in result.graph.resources}
    assert by_name["shipping-pack-queue"].parent.endswith("acme:messaging:Worker::shipping-pack")
    assert by_name["shipping-pack"].parent.endswith("acme:messaging:Department::shipping")
    attributes = programs.client("sqs").get_queue_attributes(QueueUrl=urls["pack"], AttributeNames=["RedrivePolicy"])
    redrive = json.loads(attributes["Attributes"]["RedrivePolicy"])
    assert redrive == {"deadLetterTargetArn": by_name["shipping-pack-failed"].outputs["arn"], "maxReceiveCount": 3}


def test_config_and_secrets(programs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "open sesame")
    result = programs.up("secrets", replicas="5")
    outputs = programs.outputs(result)
    secrets = programs.client("secretsmanager").get_secret_value(SecretId=outputs["secret_arn"])["SecretString"]
    assert json.loads(secrets) == {"user": "app", "password": "correct horse battery staple"}
    parameter = programs.client("ssm").get_parameter(Name=outputs["parameter_name"], WithDecryption=True)
    assert parameter["Parameter"]["Value"] == "correct horse battery staple"
    assert programs.client("sqs").list_queue_tags(QueueUrl=outputs["queue_url"])["Tags"] == {
        "tier": "gold",
        "replicas": "5",
    }
    assert outputs["queue_url"].endswith(".fifo")
    shown = result.to_json()["outputs"]
    assert (shown["password"], shown["length"], shown["made_secret"]) == ("[secret]", "[secret]", "[secret]")
    assert "horse" not in json.dumps(result.graph.to_json())
    assert isinstance(result.graph.outputs["password"], Secret)


@pytest.mark.parametrize("passphrase", [None, "open barley"])
def test_secrets_without_the_right_passphrase(
    programs: Any, monkeypatch: pytest.MonkeyPatch, passphrase: str | None
) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    if passphrase:
        monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", passphrase)
    with pytest.raises(ProjectError, match="passphrase"):
        programs.up("secrets")


def test_transforms_that_tag(programs: Any) -> None:
    outputs = programs.outputs(programs.up("tagged"))
    tags = programs.client("sqs").list_queue_tags(QueueUrl=outputs["queue_url"])["Tags"]
    assert tags == {"stack": "dev", "owner": "platform"}
    dynamodb = programs.client("dynamodb")
    arn = dynamodb.describe_table(TableName=outputs["table"])["Table"]["TableArn"]
    assert {t["Key"]: t["Value"] for t in dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]} == {
        "kind": "table",
        "stack": "dev",
        "owner": "platform",
    }
    backups = dynamodb.describe_continuous_backups(TableName=outputs["table"])["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_a_dynamic_provider(programs: Any) -> None:
    result = programs.up("dynamic-provider")
    assert result.simulated_types() == []
    assert programs.outputs(result) == {"id": "sentence-3", "text": "welcome to greetings"}


def test_other_packages(programs: Any) -> None:
    result = programs.up("other-packages")
    outputs = programs.outputs(result)
    assert outputs["queue"] == f"jobs-{outputs['suffix']}"
    assert (len(bytes.fromhex(outputs["suffix"])), len(outputs["password"])) == (4, 20)
    assert outputs["pet"].count("-") == 1
    assert 10 <= outputs["number"] <= 20
    assert set(outputs["zones"]) < {"a", "b", "c"}
    assert result.simulated_types() == ["command:local:Command", "tls:index/privateKey:PrivateKey"]
    again = programs.up("other-packages")
    assert programs.outputs(again) == outputs
    assert result.to_json()["outputs"]["password"] == "[secret]"


def test_two_regions(programs: Any) -> None:
    outputs = programs.outputs(programs.up("two-regions"))
    account = programs.endpoint.account
    assert outputs["arns"] == {r: f"arn:aws:sqs:{r}:{account}:jobs" for r in ("us-east-1", "eu-central-1")}
    assert outputs["third"] == f"arn:aws:sqs:ap-southeast-2:{account}:jobs"
    assert outputs["name-eu-central-1"] == "eu-central-1"
    for region, tags in (("eu-central-1", {"region": "eu-central-1"}), ("ap-southeast-2", None)):
        sqs = programs.client("sqs", region)
        (url,) = sqs.list_queues()["QueueUrls"]
        assert sqs.list_queue_tags(QueueUrl=url).get("Tags") in (tags, tags or {})


def test_looking_up_what_exists(programs: Any) -> None:
    url = programs.client("sqs").create_queue(QueueName="made-by-hand")["QueueUrl"]
    programs.client("s3").create_bucket(Bucket="made-by-hand")
    result = programs.up("lookups", queueUrl=url, bucket="made-by-hand")
    outputs = programs.outputs(result)
    account = programs.endpoint.account
    assert outputs == {
        "queue_arn": f"arn:aws:sqs:us-east-1:{account}:made-by-hand",
        "queue_name": "made-by-hand",
        "bucket_arn": "arn:aws:s3:::made-by-hand",
        "account": account,
        "zones": [f"us-east-1{letter}" for letter in "abcdef"],
        "partition": "aws",
    }


def test_looking_up_what_does_not_exist(programs: Any) -> None:
    url = f"{programs.endpoint.url}/{programs.endpoint.account}/gone"
    with pytest.raises(ResourceError, match="gone"):
        programs.up("lookups", queueUrl=url, bucket="made-by-hand")


def test_the_options_of_a_resources_life(programs: Any) -> None:
    sqs = programs.client("sqs")

    def names() -> set[str]:
        return {url.rpartition("/")[2] for url in sqs.list_queues().get("QueueUrls", [])}

    first = programs.up("resource-options", step="1")
    assert {"archive", "scratch"} <= names()
    second = programs.up("resource-options", step="2")
    assert "archive" in names()
    assert "scratch" not in names()
    assert programs.outputs(second) == programs.outputs(first)
    assert (second.counts["same"], second.counts["create"], second.counts["replace"]) == (3, 0, 0)
    tags = sqs.list_queue_tags(QueueUrl=programs.outputs(second)["shared"])["Tags"]
    assert tags == {"step": "1"}
    with pytest.raises(ResourceError, match="protected"):
        programs.up("resource-options", step="3")
    assert programs.up("resource-options", step="2").counts["same"] == 3
