from __future__ import annotations

import json

import pulumi
import pytest

from stackwright.components import (
    Alarms,
    Bucket,
    BucketCors,
    ComponentError,
    Environment,
    Function,
    GlobalSecondaryIndex,
    Key,
    LifecycleRule,
    Package,
    Queue,
    Rule,
    Table,
    Topic,
    Workflow,
)
from stackwright.components.workflow import Catch, Choose, Definition, Fail, Invoke, Retry, Succeed


def statements(registration):
    return json.loads(registration.inputs["policy"])["Statement"]


# ---- environment -----------------------------------------------------------------------------------------------------


def test_every_resource_uses_the_one_provider(run, environment, worker):
    recorder = run(lambda: worker(environment()))

    own = {r.provider.rpartition("::")[0] for r in recorder.registered if r.type.startswith("aws:")}
    assert len(own) == 1
    assert own.pop().endswith("pulumi:providers:aws::shop-provider")
    provider = recorder.all("pulumi:providers:aws")[0]
    assert provider.inputs["region"] == "us-east-1"
    assert json.loads(provider.inputs["defaultTags"])["tags"] == {
        "Team": "t",
        "Environment": "dev",
        "Project": "shop",
        "ManagedBy": "Pulumi",
    }


def test_the_provider_assumes_the_role_and_refuses_other_accounts(run):
    def program():
        Environment(
            "shop",
            project="shop",
            environment="prod",
            region="eu-west-1",
            expected_account_id="111122223333",
            deploy_role_arn="arn:aws:iam::111122223333:role/deploy",
            deploy_external_id="x1",
        )

    inputs = run(program).all("pulumi:providers:aws")[0].inputs

    assert json.loads(inputs["allowedAccountIds"]) == ["111122223333"]
    assert json.loads(inputs["assumeRoles"]) == [
        {
            "roleArn": "arn:aws:iam::111122223333:role/deploy",
            "sessionName": "pulumi-prod-deployment",
            "externalId": "x1",
        }
    ]


def test_a_component_outside_of_any_environment_is_refused(run):
    with pytest.raises(ComponentError, match="belongs to no environment"):
        run(lambda: Queue("jobs"))


def test_a_component_of_ones_own_passes_its_environment_on(run, environment):
    class Jobs(pulumi.ComponentResource):
        def __init__(self, env):
            self.environment = env
            super().__init__("shop:index:Jobs", "jobs", None, env.opts)
            Queue("waiting", opts=pulumi.ResourceOptions(parent=self))

    assert run(lambda: Jobs(environment())).one("waiting-queue").inputs["name"] == "shop-waiting-dev"


# ---- transform -------------------------------------------------------------------------------------------------------


def test_transform_reaches_inner_resources_by_role(run, environment):
    transform = {
        "queue": {"receive_wait_time_seconds": 20},
        "policy": lambda props: {**props, "region": "us-east-1"},
    }

    recorder = run(lambda: Queue("jobs", transform=transform, opts=environment().opts))

    assert recorder.one("jobs-queue").inputs["receiveWaitTimeSeconds"] == 20
    assert recorder.one("jobs-policy").inputs["region"] == "us-east-1"


def test_transform_of_a_role_that_does_not_exist_is_refused(run, environment):
    with pytest.raises(ComponentError, match="transform names bucket"):
        run(lambda: Queue("jobs", transform={"bucket": {}}, opts=environment().opts))


# ---- bucket ----------------------------------------------------------------------------------------------------------


def test_a_bucket_is_private_encrypted_and_refuses_the_rest(run, environment):
    def program():
        env = environment()
        Bucket("files", key=Key("s3", opts=env.opts), opts=env.opts)

    recorder = run(program)

    access = recorder.all("BucketPublicAccessBlock")[0].inputs
    assert [
        access[k] for k in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    ] == [True] * 4
    rule = recorder.all("BucketServerSideEncryptionConfiguration")[0].inputs["rules"][0]
    assert rule == {
        "applyServerSideEncryptionByDefault": {
            "sseAlgorithm": "aws:kms",
            "kmsMasterKeyId": "arn:aws:kms:us-east-1:123456789012:key/s3-key",
        },
        "bucketKeyEnabled": True,
    }
    header, key = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
    conditions = {s["Sid"]: s["Condition"] for s in statements(recorder.one("files-policy"))}
    assert conditions == {
        "RefusePlainHttp": {"Bool": {"aws:SecureTransport": "false"}},
        "DenyUnencryptedObjectUploads": {"StringNotEquals": {header: "aws:kms"}, "Null": {header: "false"}},
        "DenyKmsWithoutKeyId": {"StringEquals": {header: "aws:kms"}, "Null": {key: "true"}},
        "DenyOtherKeys": {
            "ArnNotEquals": {key: "arn:aws:kms:us-east-1:123456789012:key/s3-key"},
            "Null": {key: "false"},
        },
        "DenyCustomerProvidedKeys": {"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}},
    }
    assert recorder.one("files-policy").depends_on("files-access")


def test_without_a_key_a_bucket_uses_the_one_that_aws_manages(run, environment):
    recorder = run(lambda: Bucket("files", opts=environment().opts))

    by_default = recorder.all("BucketServerSideEncryptionConfiguration")[0].inputs["rules"][0]
    assert by_default["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms"}
    assert [s["Sid"] for s in statements(recorder.one("files-policy"))] == ["RefusePlainHttp"]


def test_pages_reach_a_bucket_only_where_it_names_their_origin(run, environment):
    closed = run(lambda: Bucket("files", opts=environment().opts))
    recorder = run(
        lambda: Bucket("files", cors=BucketCors(origins=["https://www.example.com"]), opts=environment().opts)
    )

    assert closed.all("BucketCorsConfiguration") == []
    assert recorder.one("files-cors").inputs["corsRules"] == [
        {
            "allowedOrigins": ["https://www.example.com"],
            "allowedMethods": ["GET", "HEAD", "PUT", "POST"],
            "allowedHeaders": ["*"],
            "exposeHeaders": ["ETag"],
            "maxAgeSeconds": 3000,
        }
    ]


@pytest.mark.parametrize("origins", [[], ["www.example.com"], ["https://www.example.com/"], ["https://*"], ["null"]])
def test_what_no_browser_sends_is_no_origin(run, environment, origins):
    with pytest.raises(ComponentError, match="origin"):
        run(lambda: Bucket("files", cors=BucketCors(origins=origins), opts=environment().opts))


def test_lifecycle_rules_have_a_filter_and_remove_incomplete_uploads(run, environment):
    rules = {"old": LifecycleRule(prefix="", infrequent_access_days=30, expiration_days=90)}

    registered = run(lambda: Bucket("files", lifecycle=rules, opts=environment().opts)).all(
        "BucketLifecycleConfiguration"
    )[0]

    assert registered.inputs["rules"] == [
        {
            "id": "old",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "transitions": [{"days": 30, "storageClass": "STANDARD_IA"}],
            "expiration": {"days": 90},
        },
        {
            "id": "abort-incomplete-uploads",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
        },
    ]


@pytest.mark.parametrize(
    ("rule", "versioned", "message"),
    [
        ({"prefix": "a/"}, False, "does nothing"),
        ({"prefix": "", "infrequent_access_days": 29}, False, "29, AWS allows 30"),
        ({"prefix": "", "infrequent_access_days": 30, "expiration_days": 30}, False, "deletes after 30 days"),
        ({"prefix": "", "expiration_days": 0}, False, "expiration_days is 0"),
        ({"prefix": "", "expiration_days": 10}, True, "old versions for ever"),
    ],
)
def test_lifecycle_rules_that_would_go_wrong_are_refused(run, environment, rule, versioned, message):
    rules = {"r": LifecycleRule(**rule)}
    with pytest.raises(ComponentError, match=message):
        run(lambda: Bucket("files", lifecycle=rules, versioned=versioned, opts=environment().opts))


# ---- table, queue, function ------------------------------------------------------------------------------------------


def test_a_table_declares_its_key_attributes_only(run, environment):
    args = {
        "attributes": {"id": "S", "owner": "S", "at": "N"},
        "hash_key": "id",
        "indexes": {"by-owner": GlobalSecondaryIndex(hash_key="owner", range_key="at")},
        "ttl_attribute": "expires_at",
    }

    table = run(lambda: Table("rows", **args, opts=environment().opts)).one("rows-table").inputs

    assert {a["name"]: a["type"] for a in table["attributes"]} == args["attributes"]
    assert table["globalSecondaryIndexes"] == [
        {
            "name": "by-owner",
            "projectionType": "ALL",
            "keySchemas": [
                {"keyType": "HASH", "attributeName": "owner"},
                {"keyType": "RANGE", "attributeName": "at"},
            ],
        }
    ]
    assert table["pointInTimeRecovery"] == {"enabled": True}
    assert table["ttl"] == {"enabled": True, "attributeName": "expires_at"}
    assert table["deletionProtectionEnabled"] is True


@pytest.mark.parametrize(
    ("attributes", "message"),
    [({"id": "S", "name": "S"}, "name is no key"), ({}, "id is missing"), ({"name": "S"}, "name is no key and id is")],
)
def test_attributes_that_dynamodb_refuses_are_refused_here(run, environment, attributes, message):
    with pytest.raises(ComponentError, match=message):
        run(lambda: Table("rows", attributes=attributes, hash_key="id", opts=environment().opts))


def test_a_queue_takes_the_largest_message_and_no_plain_http(run, environment):
    recorder = run(lambda: Queue("jobs", opts=environment().opts))

    queue = recorder.one("jobs-queue").inputs
    assert queue["maxMessageSize"] == 1_048_576
    assert queue["sqsManagedSseEnabled"] is True
    assert "kmsMasterKeyId" not in queue
    assert statements(recorder.one("jobs-policy"))[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("seconds", [59, 1_209_601])
def test_a_retention_that_sqs_refuses_is_refused_here(run, environment, seconds):
    with pytest.raises(ComponentError, match="retention_seconds"):
        run(lambda: Queue("jobs", retention_seconds=seconds, opts=environment().opts))


def test_a_failed_event_goes_to_two_different_queues(run, environment, worker):
    recorder = run(lambda: worker(environment(), failure_queue=True, event_age_seconds=3600))

    function = recorder.one("worker-function").inputs
    events = recorder.one("worker-events").inputs
    dead, failed = function["deadLetterConfig"]["targetArn"], events["destinationConfig"]["onFailure"]["destination"]
    assert dead.endswith(":shop-worker-dlq-dev")
    assert failed.endswith(":shop-worker-failures-dev")
    assert (events["maximumRetryAttempts"], events["maximumEventAgeInSeconds"]) == (2, 3600)
    assert recorder.one("worker-events").depends_on("worker-policy")


def test_an_explicit_zero_is_kept(run, environment, worker):
    recorder = run(lambda: worker(environment(), reserved_concurrency=0, retry_attempts=0, tracing=False))

    assert recorder.one("worker-function").inputs["reservedConcurrentExecutions"] == 0
    assert recorder.one("worker-function").inputs["tracingConfig"] == {"mode": "PassThrough"}
    assert recorder.one("worker-events").inputs["maximumRetryAttempts"] == 0
    assert "xray" not in recorder.one("worker-policy").inputs["policy"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"handler": "other.handler"}, "names other.py, which is not in the package"),
        ({"handler": "handler"}, "not in the package"),
        ({"memory_mb": 64}, "memory_mb is 64"),
        ({"timeout_seconds": 901}, "timeout_seconds is 901"),
        ({"log_retention_days": 8}, "log_retention_days is 8"),
    ],
)
def test_functions_that_lambda_refuses_are_refused_here(run, environment, worker, args, message):
    with pytest.raises(ComponentError, match=message):
        run(lambda: worker(environment(), **args))


def test_a_log_group_with_a_key_waits_for_the_keys_policy(run, environment, worker):
    def program():
        env = environment()
        worker(env, log_key=Key("logs", opts=env.opts))

    recorder = run(program)

    assert recorder.one("worker-logs").depends_on("logs-policy")
    admitted = [s for s in statements(recorder.one("logs-policy")) if "Service" in s["Principal"]]
    assert admitted[0]["Principal"] == {"Service": "logs.us-east-1.amazonaws.com"}
    assert admitted[0]["Condition"]["ArnEquals"] == {
        "kms:EncryptionContext:aws:logs:arn": (
            "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/shop-worker-dev"
        )
    }


# ---- workflow and rule -----------------------------------------------------------------------------------------------


def definition(function, **changes):
    steps = {
        "Work": Invoke(function, {"id.$": "$.id"}, "$.work", retry=[Retry()], catch=[Catch("Failed")]),
        "Failed": Fail("WorkFailed", "see the log"),
    }
    return Definition("Work", {**steps, **changes}, 60)


def test_a_workflow_may_invoke_what_it_names_and_write_its_log(run, environment, worker):
    def program():
        env = environment()
        Workflow("flow", definition=definition(worker(env)), opts=env.opts)

    recorder = run(program)

    asl = json.loads(recorder.one("flow-machine").inputs["definition"])
    function = "arn:aws:lambda:us-east-1:123456789012:function:shop-worker-dev"
    assert asl["States"]["Work"] == {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, "Payload": {"id.$": "$.id"}},
        "ResultSelector": {"answer.$": "$.Payload"},
        "ResultPath": "$.work",
        "TimeoutSeconds": 90,
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed", "ResultPath": "$.errorInfo"}],
        "End": True,
    }
    invokes = [s for s in statements(recorder.one("flow-policy")) if s["Action"] == ["lambda:InvokeFunction"]]
    assert [s["Resource"] for s in invokes] == [[function]]
    logging = recorder.one("flow-machine").inputs["loggingConfiguration"]
    assert logging["logDestination"].endswith(":log-group:/aws/vendedlogs/states/shop-flow-dev:*")
    assert recorder.one("flow-machine").depends_on("flow-policy")
    trust = json.loads(recorder.one("flow-role").inputs["assumeRolePolicy"])["Statement"][0]
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: {"Work": Invoke(f, {}, "$.work", next="Nowhere")}, "'Nowhere', which is no state"),
        (lambda f: {"Spare": Succeed()}, "'Spare' is never reached"),
        (lambda f: {"Work": Invoke(f, {}, "$", catch=[Catch("Failed")])}, "drops the input"),
        (
            lambda f: {"Work": Invoke(f, {}, "$.w", retry=[Retry(), Retry(("X",))], catch=[Catch("Failed")])},
            "after States.ALL",
        ),
        (lambda f: {"Work": Choose([({"Variable": "$.a", "IsNull": True}, "Gone")], "Failed")}, "'Gone'"),
    ],
)
def test_workflows_that_would_fail_when_they_run_are_refused(run, environment, worker, change, message):
    def program():
        env = environment()
        function = worker(env)
        Workflow("flow", definition=definition(function, **change(function)), opts=env.opts)

    with pytest.raises(ComponentError, match=message):
        run(program)


def test_a_rule_starts_a_workflow_with_a_role_that_may_do_only_that(run, environment, worker):
    def program():
        env = environment()
        key = Key("sqs", opts=env.opts)
        files = Bucket("files", send_events=True, opts=env.opts)
        flow = Workflow("flow", definition=definition(worker(env)), opts=env.opts)
        Rule(
            "stored",
            pattern=files.object_created(),
            target=flow,
            input={"key": "$.detail.object.key"},
            dead_letter_key=key,
            opts=env.opts,
        )

    recorder = run(program)

    assert [(s["Action"], s["Resource"]) for s in statements(recorder.one("stored-policy", "RolePolicy"))] == [
        (["states:StartExecution"], ["arn:aws:states:us-east-1:123456789012:stateMachine:shop-flow-dev"])
    ]
    target = recorder.one("stored-target")
    assert target.inputs["inputTransformer"] == {
        "inputPaths": {"key": "$.detail.object.key"},
        "inputTemplate": '{"key": <key>}',
    }
    assert target.inputs["roleArn"] == "arn:aws:iam::123456789012:role/shop-stored-dev-useast1"
    for name in ("stored-policy", "stored-dlq-policy", "sqs-policy"):
        assert target.depends_on(name)
    rule = "arn:aws:events:us-east-1:123456789012:rule/shop-stored-dev"
    # That the ARN of the rule reaches the key policy is not documented.
    conditions = {
        "stored-dlq-policy": {"ArnEquals": {"aws:SourceArn": rule}},
        "sqs-policy": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    }
    for name, condition in conditions.items():
        (admitted,) = [
            s for s in statements(recorder.one(name)) if s["Principal"] == {"Service": "events.amazonaws.com"}
        ]
        assert admitted["Condition"] == condition
    pattern = json.loads(recorder.one("stored-rule").inputs["eventPattern"])
    assert pattern["detail"] == {"bucket": {"name": ["shop-files-dev-useast1"]}}
    assert recorder.all("BucketNotification")[0].inputs["eventbridge"] is True


def test_a_rule_is_allowed_by_the_function_or_queue_that_it_targets(run, environment, worker):
    def program():
        env = environment()
        Rule("to-function", pattern="{}", target=worker(env), opts=env.opts)
        Rule("to-queue", pattern="{}", target=Queue("jobs", opts=env.opts), opts=env.opts)

    recorder = run(program)

    permission = recorder.one("to-function-permission").inputs
    assert permission["principal"] == "events.amazonaws.com"
    assert permission["sourceArn"] == "arn:aws:events:us-east-1:123456789012:rule/shop-to-function-dev"
    assert recorder.one("to-function-target").depends_on("to-function-permission")
    assert statements(recorder.one("jobs-policy"))[1]["Condition"] == {
        "ArnEquals": {"aws:SourceArn": "arn:aws:events:us-east-1:123456789012:rule/shop-to-queue-dev"}
    }
    assert "roleArn" not in recorder.one("to-queue-target").inputs


def test_a_rule_on_a_bucket_that_sends_no_events_is_refused(run, environment):
    with pytest.raises(ComponentError, match="does not send events"):
        run(lambda: Bucket("files", opts=environment().opts).object_created())


def test_two_functions_may_invoke_each_other(run, environment, package: Package):
    def program():
        env = environment()
        one = Function("one", package=package, handler="worker.handler", opts=env.opts)
        two = Function("two", package=package, handler="worker.handler", opts=env.opts)
        one.grant_invoke(two)
        two.grant_invoke(one)

    recorder = run(program)

    assert statements(recorder.one("one-policy"))[-1]["Resource"] == [
        "arn:aws:lambda:us-east-1:123456789012:function:shop-two-dev"
    ]


def test_a_function_may_start_the_workflow_that_invokes_it(run, environment, worker):
    def program():
        env = environment()
        function = worker(env)
        Workflow("flow", definition=definition(function), opts=env.opts).grant_start(function)

    granted = statements(run(program).one("worker-policy"))

    assert granted[-1]["Resource"] == ["arn:aws:states:us-east-1:123456789012:stateMachine:shop-flow-dev"]


# ---- alarms ----------------------------------------------------------------------------------------------------------


def test_alarms_are_about_real_resources_and_tell_somebody(run, environment, worker):
    def program():
        env = environment()
        topic = Topic("alarm-topic", key=Key("sns", opts=env.opts), opts=env.opts)
        keys = {
            "attributes": {"id": "S", "kind": "S"},
            "hash_key": "id",
            "indexes": {"kind-index": GlobalSecondaryIndex(hash_key="kind")},
        }
        table = Table("rows", **keys, opts=env.opts)
        function = worker(env, failure_queue=True, timeout_seconds=10)
        flow = Workflow("flow", definition=definition(function), opts=env.opts)
        rule = Rule("tick", schedule="rate(1 minute)", target=function, opts=env.opts)
        watched = {"functions": [function], "workflows": [flow], "tables": [table], "rules": [rule]}
        Alarms("alarms", topic=topic, **watched, opts=env.opts)

    recorder = run(program)
    alarms = {r.name: r for r in recorder.all("MetricAlarm")}

    assert sorted(alarms) == [
        "alarms-flow-failed",
        "alarms-flow-timed-out",
        "alarms-rows-kind-index-throttles",
        "alarms-rows-throttles",
        "alarms-tick-dlq-not-empty",
        "alarms-tick-failed",
        "alarms-tick-lost",
        "alarms-worker-dlq-not-empty",
        "alarms-worker-duration",
        "alarms-worker-error-rate",
        "alarms-worker-failures-not-empty",
        "alarms-worker-throttles",
    ]
    for alarm in alarms.values():
        assert alarm.inputs["alarmActions"] == ["arn:aws:sns:us-east-1:123456789012:shop-alarm-topic-dev"]
        assert alarm.inputs["treatMissingData"] == "notBreaching"
        assert alarm.depends_on("alarm-topic-policy")
        assert alarm.depends_on("sns-policy")
    for policy in ("alarm-topic-policy", "sns-policy"):
        services = [s["Principal"] for s in statements(recorder.one(policy)) if s["Principal"] != "*"]
        assert {"Service": "cloudwatch.amazonaws.com"} in services
    rate = alarms["alarms-worker-error-rate"].inputs
    assert rate["threshold"] == 1
    assert rate["evaluationPeriods"] == 2
    result, errors, total = rate["metricQueries"]
    assert result["expression"] == "IF(total > 0, 100 * errors / total, 0)"
    assert [q.get("returnData") for q in (result, errors, total)] == [True, False, False]
    assert errors["metric"]["dimensions"] == {"FunctionName": "shop-worker-dev"}
    assert (errors["metric"]["period"], errors["metric"]["stat"]) == (300, "Sum")
    dimensions = {
        name: [q["metric"]["dimensions"] for q in alarms[f"alarms-{name}-throttles"].inputs["metricQueries"][1:]]
        for name in ("rows", "rows-kind-index")
    }
    of_index = {"TableName": "shop-rows-dev", "GlobalSecondaryIndexName": "kind-index"}
    assert dimensions == {"rows": [{"TableName": "shop-rows-dev"}] * 2, "rows-kind-index": [of_index] * 2}
    for kind, metric in {"failed": "FailedInvocations", "lost": "InvocationsFailedToBeSentToDlq"}.items():
        alarm = alarms[f"alarms-tick-{kind}"].inputs
        assert (alarm["namespace"], alarm["metricName"], alarm["threshold"]) == ("AWS/Events", metric, 0)
        assert alarm["dimensions"] == {"RuleName": "shop-tick-dev"}
    assert alarms["alarms-worker-duration"].inputs["threshold"] == 8000
    assert alarms["alarms-flow-failed"].inputs["dimensions"] == {
        "StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:shop-flow-dev"
    }


def test_keys_rotate_and_wait_before_they_go(run, environment):
    recorder = run(lambda: Key("data", deletion_window_days=7, opts=environment().opts))

    key = recorder.one("data-key").inputs
    assert key["enableKeyRotation"] is True
    assert key["deletionWindowInDays"] == 7
    assert recorder.one("data-alias").inputs["name"] == "alias/shop-data-dev"
    assert statements(recorder.one("data-policy"))[0]["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}


def test_the_alias_of_a_long_name_has_the_length_that_kms_accepts(run, environment):
    recorder = run(lambda: Key("k" * 300, opts=environment().opts))

    assert len(recorder.all("kms/alias:Alias")[0].inputs["name"]) == 256


@pytest.mark.parametrize("days", [6, 31])
def test_a_deletion_window_that_kms_refuses_is_refused_here(run, environment, days):
    with pytest.raises(ComponentError, match="deletion_window_days"):
        run(lambda: Key("data", deletion_window_days=days, opts=environment().opts))


def test_a_second_environment_is_independent(run, package: Package):
    def program():
        for name in ("dev", "prod"):
            env = Environment(f"shop-{name}", project="shop", environment=name, region="us-east-1")
            Function(f"worker-{name}", package=package, handler="worker.handler", opts=env.opts)

    recorder = run(program)

    for name in ("dev", "prod"):
        assert f"shop-{name}-provider" in recorder.one(f"worker-{name}-function").provider
