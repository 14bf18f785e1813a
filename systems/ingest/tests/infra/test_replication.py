"""prod flows to staging and not back, by roles that fit each other; and both in one program."""

from __future__ import annotations

import json
import re

from stackwright.graph import reveal

WRITER = "arn:aws:iam::222222222222:role/ingest-items-writer-staging-useast1"
REPLICATE = "arn:aws:iam::333333333333:role/ingest-replicate-prod-useast1"


def granted(program, name):
    return {
        (action, resource)
        for statement in program.statements(name, "RolePolicy")
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def test_the_replicating_function_may_become_the_writer_of_staging_only(of_stack):
    program = of_stack("prod")

    assert ("sts:AssumeRole", WRITER) in granted(program, "replicate-policy")
    assert program.outputs("replicate-role")["arn"] == REPLICATE
    assert not any(
        "222222222222" in resource
        for action, resource in granted(program, "replicate-policy")
        if action != "sts:AssumeRole"
    )


def test_the_writer_of_staging_trusts_the_replicating_function_only(of_stack):
    program = of_stack("staging")

    (statement,) = json.loads(program.inputs("items-writer-role")["assumeRolePolicy"])["Statement"]
    assert statement["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": REPLICATE},
        "StringEquals": {"sts:ExternalId": "ingest-prod-to-staging"},
    }
    assert program.outputs("items-writer-role")["arn"] == WRITER
    items = program.outputs("items-table")["arn"]
    assert granted(program, "items-writer-policy") == {("dynamodb:PutItem", items), ("dynamodb:DeleteItem", items)}


def test_nothing_leads_from_staging_or_dev_to_anywhere_else(of_stack):
    for stack, account in {"dev": "111111111111", "staging": "222222222222"}.items():
        program = of_stack(stack)
        assert program.all("lambda/eventSourceMapping:EventSourceMapping") == []
        for policy in program.all("iam/rolePolicy:RolePolicy"):
            for action, resource in granted(program, policy.name):
                assert action != "sts:AssumeRole"
                assert resource == "*" or account in resource
    assert [r for r in of_stack("dev").resources if r.name.startswith("items-writer")] == []


def test_the_stream_is_read_in_order_with_retries_and_a_queue(of_stack):
    mapping = of_stack("prod").inputs("items-replication-stream")

    assert mapping["functionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["bisectBatchOnFunctionError"] is True
    assert (mapping["maximumRetryAttempts"], mapping["maximumRecordAgeInSeconds"]) == (10_000, 86_400)
    queue = of_stack("prod").outputs("items-replication-failures-queue")["arn"]
    assert mapping["destinationConfig"]["onFailure"]["destinationArn"] == queue


def test_no_table_is_replicated_by_dynamodb_itself(of_stack):
    for stack in ("dev", "staging", "prod"):
        assert of_stack(stack).all("dynamodb/tableReplica:TableReplica") == []
        assert "replicas" not in of_stack(stack).inputs("items-table")


# ---- both in one program ---------------------------------------------------------------------------------------------


def test_two_environments_in_one_program_keep_to_their_providers(both):
    providers = {
        p.urn: json.loads(reveal(p.inputs)["allowedAccountIds"])[0] for p in both.graph.of_type("pulumi:providers:aws")
    }
    assert sorted(providers.values()) == ["222222222222", "333333333333"]

    for resource in both.resources:
        account = providers[resource.provider]
        environment = {"222222222222": "staging", "333333333333": "prod"}[account]
        assert f"stackwright:{environment}:Environment$" in resource.urn
        arn = reveal(resource.outputs).get("arn")
        if isinstance(arn, str) and arn.split(":")[4]:
            assert arn.split(":")[4] == account, resource.urn
    asked = {providers[invoke.provider] for invoke in both.graph.invokes}
    assert asked == set(providers.values())


def test_two_environments_in_one_program_are_those_of_their_own_stacks(both, of_stack):
    def shape(program, environment=""):
        found = [r for r in program.resources if f"stackwright:{environment or 'index'}:Environment$" in r.urn]
        # Ids of keys are made up.
        made_up = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
        texts = {(r.type, r.name): json.dumps(reveal(r.inputs), sort_keys=True, default=str) for r in found}
        return {place: made_up.sub("*", text) for place, text in texts.items()}

    for environment in ("prod", "staging"):
        assert shape(both, environment) == shape(of_stack(environment))
