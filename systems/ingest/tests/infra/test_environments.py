"""Three environments of one definition: what differs, and that nothing else does."""

from __future__ import annotations

import json
import re

import pytest

from stackwright.graph import reveal

STACKS = {"dev": "111111111111", "staging": "222222222222", "prod": "333333333333"}
SIZES = {"dev": (512, None, 4), "staging": (1024, 25, 7), "prod": (3008, 100, 14)}
pytestmark = pytest.mark.parametrize("stack", STACKS)


def test_every_resource_is_in_the_environments_account_and_region(of_stack, stack):
    program = of_stack(stack)
    (provider,) = program.graph.of_type("pulumi:providers:aws")
    told = reveal(provider.inputs)

    assert json.loads(told["allowedAccountIds"]) == [STACKS[stack]]
    assert told["region"] == "us-east-1"
    (assumed,) = json.loads(told["assumeRoles"])
    assert assumed == {
        "roleArn": f"arn:aws:iam::{STACKS[stack]}:role/pulumi-deployment",
        "sessionName": f"pulumi-{stack}-deployment",
    }
    used = {r.provider for r in program.resources} | {i.provider for i in program.graph.invokes}
    assert used == {provider.urn}


def test_sizes_are_those_of_the_environment(of_stack, stack):
    program, (memory, units, days) = of_stack(stack), SIZES[stack]

    functions = program.all("lambda/function:Function")
    assert {f.inputs["memorySize"] for f in functions} == {memory}
    queues = program.all("sqs/queue:Queue")
    assert {q.inputs["messageRetentionSeconds"] for q in queues} == {days * 86_400}
    table = program.inputs("items-table")
    assert table["billingMode"] == ("PROVISIONED" if units else "PAY_PER_REQUEST")
    assert (table.get("readCapacity"), table.get("writeCapacity")) == (units, units)


def test_capacity_scales_at_70_percent_and_updates_leave_it_alone(of_stack, stack):
    program, units = of_stack(stack), SIZES[stack][1]

    targets = [reveal(t.inputs) for t in program.all("appautoscaling/target:Target")]
    policies = [reveal(p.inputs) for p in program.all("appautoscaling/policy:Policy")]
    ignored = program.one("items-table").options.ignore_changes
    if units is None:
        assert (targets, policies, ignored) == ([], [], ())
        return
    assert set(ignored) == {"readCapacity", "writeCapacity"}
    table = f"table/{program.outputs('items-table')['name']}"
    dimensions = {f"dynamodb:table:{kind}CapacityUnits" for kind in ("Read", "Write")}
    for found in (targets, policies):
        assert {(f["resourceId"], f["scalableDimension"]) for f in found} == {(table, d) for d in dimensions}
    assert {(t["minCapacity"], t["maxCapacity"]) for t in targets} == {(units, units * 10)}
    assert {p["targetTrackingScalingPolicyConfiguration"]["targetValue"] for p in policies} == {70}


def test_the_bucket_keeps_versions_and_is_private_and_encrypted(of_stack, stack):
    program = of_stack(stack)

    assert program.outputs("data-bucket")["bucket"] == f"ingest-data-{stack}-useast1"
    assert program.inputs("data-versioning")["versioningConfiguration"] == {"status": "Enabled"}
    (rule,) = program.inputs("data-encryption")["rules"]
    assert rule == {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
    access = program.inputs("data-access")
    assert [v for k, v in access.items() if k != "bucket"] == [True] * 4
    rules = {r["id"]: r for r in program.inputs("data-lifecycle")["rules"]}
    assert rules["expire-old-versions"]["noncurrentVersionExpiration"] == {"noncurrentDays": 90}
    assert rules["abort-incomplete-uploads"]["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}
    assert {r["filter"]["prefix"] for r in rules.values()} == {""}


def test_an_object_reaches_the_function_by_a_rule_that_it_permits(of_stack, stack):
    program = of_stack(stack)

    assert program.inputs("data-notification")["eventbridge"] is True
    assert json.loads(program.inputs("s3-object-created-rule")["eventPattern"]) == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [program.outputs("data-bucket")["bucket"]]}},
    }
    rule = program.outputs("s3-object-created-rule")["arn"]
    permission = program.inputs("s3-object-created-permission")
    assert (permission["principal"], permission["sourceArn"]) == ("events.amazonaws.com", rule)
    target = program.one("s3-object-created-target")
    assert reveal(target.inputs)["arn"] == program.outputs("process-data-function")["arn"]
    assert program.depends(target, "s3-object-created-permission")


def test_an_undeliverable_event_has_a_queue_that_the_rule_may_send_to(of_stack, stack):
    program = of_stack(stack)

    queue = program.outputs("s3-object-created-dlq-queue")["arn"]
    target = program.one("s3-object-created-target")
    assert reveal(target.inputs)["deadLetterConfig"] == {"arn": queue}
    assert reveal(target.inputs)["retryPolicy"] == {"maximumRetryAttempts": 185, "maximumEventAgeInSeconds": 86_400}
    assert program.depends(target, "s3-object-created-dlq-policy")
    allowed = [s for s in program.statements("s3-object-created-dlq-policy") if s["Effect"] == "Allow"]
    rule = program.outputs("s3-object-created-rule")["arn"]
    assert allowed == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": ["sqs:SendMessage"],
            "Resource": [queue],
            "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
        }
    ]


def test_failed_events_are_kept_in_the_functions_own_queue(of_stack, stack):
    program = of_stack(stack)

    function = program.inputs("process-data-function")
    assert function["deadLetterConfig"]["targetArn"] == program.outputs("process-data-dlq-queue")["arn"]
    assert (function["handler"], function["timeout"]) == ("process_handler.lambda_handler", 60)
    assert program.inputs("process-data-events")["maximumRetryAttempts"] == 2


def test_the_table_has_its_keys_and_can_be_recovered(of_stack, stack):
    table = of_stack(stack).inputs("items-table")

    assert (table["hashKey"], table["rangeKey"]) == ("id", "timestamp")
    assert table["attributes"] == [{"name": "id", "type": "S"}, {"name": "timestamp", "type": "S"}]
    assert table["pointInTimeRecovery"] == {"enabled": True}
    assert bool(table.get("streamEnabled")) is (stack == "prod")


def test_all_environments_have_the_same_package_and_tags(of_stack, stack):
    program = of_stack(stack)

    hashes = {s: of_stack(s).inputs("process-data-function")["sourceCodeHash"] for s in STACKS}
    assert len(set(hashes.values())) == 1
    assert program.graph.outputs["lambda_package_sha256"] == hashes[stack]
    (provider,) = program.graph.of_type("pulumi:providers:aws")
    tags = json.loads(reveal(provider.inputs)["defaultTags"])["tags"]
    assert tags == {
        "Environment": stack,
        "Application": "ingest",
        "Project": "ingest",
        "Team": "platform",
        "CostCenter": "unassigned",
        "ManagedBy": "Pulumi",
    }


def test_what_is_registered_is_the_same_but_for_capacity_and_replication(of_stack, stack):
    def shape(of: str) -> dict[str, str]:
        own = re.compile(r"items-(read|write)-|replicate|items-replication|items-writer")
        found = {
            r.urn.partition("::")[2]: json.dumps(reveal(r.inputs), sort_keys=True, default=str)
            for r in of_stack(of).resources
            if not own.search(r.name)
        }
        # Names end in the environment, ARNs hold its account, and ids of keys are made up.
        same = re.compile(rf"{STACKS[of]}|{of}|[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}")
        return {urn: same.sub("*", text) for urn, text in found.items()}

    sized = re.compile("process-data-function$|items-table$|-queue$|data-bucket$|sns-key$|process-data-logs$")
    here, dev = shape(stack), shape("dev")
    assert here.keys() == dev.keys()
    assert [urn for urn in dev if here[urn] != dev[urn] and not sized.search(urn)] == []
