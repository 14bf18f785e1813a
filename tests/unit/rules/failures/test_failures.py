"""Failed events: what is a fault in which spelling, and what is none."""

from __future__ import annotations

from checked_programs import Programs

BEFORE = """
role = aws.iam.Role("role", assume_role_policy="{}")
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})


def function(name, queue=None, **more):
    kept = {"dead_letter_config": {"target_arn": queue.arn}} if queue else {}
    return aws.lambda_.Function(
        name, role=role.arn, runtime="python3.13", handler="app.handler", code=code, **kept, **more
    )


def on_rule(name, function, **how):
    rule = aws.cloudwatch.EventRule(name, **how)
    aws.cloudwatch.EventTarget(name, rule=rule.name, arn=function.arn)


orders = json.dumps({"source": ["orders"]})
failed = aws.sqs.Queue("failed")
"""


def found(programs: Programs, program: str) -> list[str]:
    report = programs.check(BEFORE + program, "DLQ")
    assert report.not_checked == ()
    return sorted(f"{f.code} {f.place.urn.rpartition('::')[2]}" for f in report.findings)


def test_events_from_everywhere_are_lost(programs: Programs) -> None:
    program = """
on_rule("rule", function("by-rule"), event_pattern=orders)
bucket = aws.s3.Bucket("bucket")
aws.s3.BucketNotification("bucket", bucket=bucket.id, lambda_functions=[
    {"lambda_function_arn": function("by-bucket").arn, "events": ["s3:ObjectCreated:*"]}])
group = aws.cloudwatch.LogGroup("group")
aws.cloudwatch.LogSubscriptionFilter(
    "group", log_group=group.name, filter_pattern="", destination_arn=function("by-log").arn)
only_success = function("only-success")
on_rule("success", only_success, event_pattern=orders)
aws.lambda_.FunctionEventInvokeConfig("success", function_name=only_success.name,
    destination_config={"on_success": {"destination": failed.arn}})
"""

    assert found(programs, program) == [
        "DLQ101 by-bucket",
        "DLQ101 by-log",
        "DLQ101 by-rule",
        "DLQ101 only-success",
    ]


def test_events_that_are_kept_or_not_asynchronous(programs: Programs) -> None:
    program = """
on_rule("nightly", function("nightly"), schedule_expression="rate(1 day)")
on_rule("kept", function("kept", failed), event_pattern=orders)
with_destination = function("with-destination")
on_rule("destination", with_destination, event_pattern=orders)
aws.lambda_.FunctionEventInvokeConfig("destination", function_name=with_destination.arn,
    destination_config={"on_failure": {"destination": failed.arn}})
source = aws.sqs.Queue("source", redrive_policy=pulumi.Output.json_dumps(
    {"deadLetterTargetArn": failed.arn, "maxReceiveCount": 3}))
aws.lambda_.EventSourceMapping("source", event_source_arn=source.arn, function_name=function("poller").name)
stream = aws.dynamodb.Table("table", hash_key="id", attributes=[{"name": "id", "type": "S"}], stream_enabled=True,
    stream_view_type="NEW_IMAGE")
aws.lambda_.EventSourceMapping("stream", event_source_arn=stream.stream_arn, maximum_retry_attempts=2,
    function_name=function("streamer").name, starting_position="LATEST")
"""

    assert found(programs, program) == []


def test_retries_where_nothing_reads_them(programs: Programs) -> None:
    program = """
last = aws.sqs.Queue("last")
policy = pulumi.Output.json_dumps({"deadLetterTargetArn": last.arn, "maxReceiveCount": 2})
separate = aws.sqs.Queue("separate")
aws.sqs.RedrivePolicy("of-a-dlq", queue_url=separate.id, redrive_policy=policy)
function("separate", separate)
aws.sqs.Queue("without-target", redrive_policy=json.dumps({"maxReceiveCount": 2}))
consumed = aws.sqs.Queue("consumed", redrive_policy=policy)
function("consumed", consumed)
aws.lambda_.EventSourceMapping("consumed", event_source_arn=consumed.arn, function_name=function("again").name)
aws.lambda_.EventSourceMapping("split", event_source_arn=last.arn, function_name=function("last").name,
    bisect_batch_on_function_error=True)
circle = aws.sqs.Queue("circle")
aws.lambda_.EventSourceMapping("circle", event_source_arn=circle.arn, function_name=function("circle", circle).name)
"""

    assert found(programs, program) == ["DLQ103 circle", "DLQ111 of-a-dlq", "DLQ111 without-target", "DLQ112 split"]
