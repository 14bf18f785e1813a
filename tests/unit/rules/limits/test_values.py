"""Values that AWS refuses, and that the facts of the three parts that know them are the same."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from stackwright.components import limits as components
from stackwright.provider.parameters.limits import limits_of
from stackwright.rules.limits.limits import Limit, limits
from stackwright.rules.limits.models import Takes, module

sys.path.insert(0, str(Path(__file__).parents[4] / "tools"))

from checked_programs import Programs

BUCKET = "aws.s3.BucketLifecycleConfiguration('old', bucket='letters-of-the-north', rules=[{}])"
RULE = "'id': 'old', 'status': 'Enabled', 'filter': {'prefix': ''}"
FUNCTION = (
    "role='arn:aws:iam::123456789012:role/x', runtime='python3.13', handler='a.b', s3_bucket='code', s3_key='a.zip'"
)
ALARM = "aws.cloudwatch.MetricAlarm('a', comparison_operator='LessThanThreshold', evaluation_periods=1, "

REFUSED = {
    "retention": "aws.sqs.Queue('jobs', message_retention_seconds=59)",
    "as text": "aws.sqs.Queue('jobs', visibility_timeout_seconds='43201')",
    "redrive": "aws.sqs.Queue('jobs', redrive_policy=json.dumps({'maxReceiveCount': 1001}))",
    "redrive of Outputs": "aws.sqs.Queue('jobs', redrive_policy=aws.sqs.Queue('dead').arn.apply("
    "lambda arn: json.dumps({'deadLetterTargetArn': arn, 'maxReceiveCount': 0})))",
    "timeout": f"aws.lambda_.Function('work', {FUNCTION}, timeout=901)",
    "memory": f"aws.lambda_.Function('work', {FUNCTION}, memory_size=64)",
    "storage": f"aws.lambda_.Function('work', {FUNCTION}, ephemeral_storage={{'size': 256}})",
    "retries": "aws.lambda_.FunctionEventInvokeConfig('work', function_name='work', maximum_retry_attempts=3)",
    "age": "aws.lambda_.FunctionEventInvokeConfig('work', function_name='work', maximum_event_age_in_seconds=21601)",
    "key": "aws.kms.Key('key', deletion_window_in_days=31)",
    "alias": "aws.kms.Alias('key', name='letters', target_key_id='1')",
    "log": "aws.cloudwatch.LogGroup('log', retention_in_days=10)",
    "transition": BUCKET.format("{" + RULE + ", 'transitions': [{'days': 29, 'storage_class': 'ONEZONE_IA'}]}"),
    "old versions": BUCKET.format(
        "{" + RULE + ", 'noncurrent_version_transitions': [{'noncurrent_days': 7, 'storage_class': 'STANDARD_IA'}]}"
    ),
    "cors": "aws.s3.BucketCorsConfiguration('c', bucket='b', cors_rules=["
    "{'allowed_methods': ['GET', 'OPTIONS'], 'allowed_origins': ['*']}])",
    "apostrophe": "aws.ec2.SecurityGroup('g', description=\"the app's door\")",
    "of a rule": "aws.ec2.SecurityGroup('g', ingress=[{'protocol': 'tcp', 'from_port': 443, 'to_port': 443, "
    "'cidr_blocks': ['10.0.0.0/8'], 'description': 'HTTPS <- office'}])",
    "identifier": "aws.rds.Cluster('db', cluster_identifier='orders_db', engine='aurora-postgresql')",
    "monitoring": "aws.rds.ClusterInstance('db', cluster_identifier='orders', engine='aurora-postgresql', "
    "instance_class='db.r6g.large', monitoring_interval=20)",
    "health": "aws.lb.TargetGroup('t', health_check={'interval': 3})",
    "authorization": "aws.apigateway.Method('m', rest_api='a', resource_id='r', http_method='GET', "
    "authorization='IAM')",
    "period": ALARM + "period=90)",
    "rate": "aws.cloudwatch.EventRule('nightly', schedule_expression='rate(5 minute)')",
    "cron of five": "aws.cloudwatch.EventRule('nightly', schedule_expression='cron(0 3 * * ?)')",
    "cron of both days": "aws.cloudwatch.EventRule('nightly', schedule_expression='cron(0 3 * * MON *)')",
}
TAKEN = {
    "ends": "aws.sqs.Queue('jobs', message_retention_seconds=1209600, visibility_timeout_seconds=0)",
    "whole": f"aws.lambda_.Function('work', {FUNCTION}, timeout=900, reserved_concurrent_executions=-1)",
    "no retries": "aws.lambda_.FunctionEventInvokeConfig('work', function_name='work', maximum_retry_attempts=0)",
    "for ever": "aws.cloudwatch.LogGroup('log', retention_in_days=0)",
    "at once": BUCKET.format("{" + RULE + ", 'transitions': [{'days': 0, 'storage_class': 'GLACIER'}]}"),
    "ia": BUCKET.format("{" + RULE + ", 'transitions': [{'days': 30, 'storage_class': 'STANDARD_IA'}]}"),
    "rate": "aws.cloudwatch.EventRule('nightly', schedule_expression='rate(1 day)')",
    "cron": "aws.cloudwatch.EventRule('nightly', schedule_expression='cron(0/15 8-17 ? * MON-FRI *)')",
    "dates": "aws.cloudwatch.EventRule('nightly', schedule_expression='cron(0 3 L * ? 2027)')",
    "config": "aws.sqs.Queue('jobs', delay_seconds=pulumi.Config().get_int('delay'))",
    "group": "aws.ec2.SecurityGroup('g', description='HTTPS (443) from 10.0.0.0/8; see #1')",
    "stream": "aws.apigateway.Integration('i', rest_api='a', resource_id='r', http_method='GET', type='HTTP_PROXY', "
    "uri='https://example.com', integration_http_method='GET', timeout_milliseconds=900000)",
    "name of a group": "aws.lb.TargetGroup('t', name='internal-app')",
    "alarm": ALARM + "period=30)",
}


@pytest.mark.parametrize("program", REFUSED.values(), ids=list(REFUSED))
def test_found(programs: Programs, program: str) -> None:
    assert len(programs.check(program, "LIM101", "LIM103").findings) == 1


def test_left_alone(programs: Programs) -> None:
    program = "\n".join(text.replace("('", f"('n{n}-", 1) for n, text in enumerate(TAKEN.values()))
    assert programs.check(program, "LIM101", "LIM103").findings == ()


def test_the_place_is_the_value(programs: Programs) -> None:
    program = "days = 3\naws.kms.Key(\n    'key',\n    description='letters',\n    deletion_window_in_days=days,\n)\n"
    (finding,) = programs.check(program, "LIM101").findings
    assert (
        finding.place.line
        == len(("import json\n\nimport pulumi\nimport pulumi_aws as aws\n\n" + program).split("\n")) - 2
    )
    assert "deletionWindowInDays of 'key' is 3; AWS takes 7 to 30" in finding.message


# Input of the rule, constant of the components.
SHARED = {
    ("sqs/queue:Queue", "messageRetentionSeconds"): components.QUEUE_RETENTION,
    ("sqs/queue:Queue", "visibilityTimeoutSeconds"): components.QUEUE_VISIBILITY,
    ("sqs/queue:Queue", "maxMessageSize"): components.QUEUE_MESSAGE_SIZE,
    ("sqs/queue:Queue", "kmsDataKeyReusePeriodSeconds"): components.DATA_KEY_REUSE,
    ("lambda/function:Function", "timeout"): components.LAMBDA_TIMEOUT,
    ("lambda/function:Function", "memorySize"): components.LAMBDA_MEMORY,
    ("lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "maximumRetryAttempts"): components.LAMBDA_RETRIES,
    (
        "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        "maximumEventAgeInSeconds",
    ): components.LAMBDA_EVENT_AGE,
    ("lambda/eventSourceMapping:EventSourceMapping", "batchSize"): components.STREAM_BATCH,
    ("lambda/eventSourceMapping:EventSourceMapping", "maximumBatchingWindowInSeconds"): components.STREAM_WINDOW,
    ("lambda/eventSourceMapping:EventSourceMapping", "parallelizationFactor"): components.STREAM_PARALLELIZATION,
    ("kms/key:Key", "deletionWindowInDays"): components.KEY_DELETION_WINDOW,
    ("secretsmanager/secret:Secret", "recoveryWindowInDays"): components.SECRET_RECOVERY_WINDOW,
    ("cloudwatch/eventTarget:EventTarget", "retryPolicy.maximumRetryAttempts"): components.RULE_RETRIES,
    ("cloudwatch/eventTarget:EventTarget", "retryPolicy.maximumEventAgeInSeconds"): components.RULE_EVENT_AGE,
}


def of_model(kind: str, path: str) -> Takes:
    known = module(kind.partition("/")[0])
    node: Mapping[str, Any] = {"members": known.types[kind]}
    for step in path.split("."):
        node = node["members"][step]
    return known.takes[node["takes"]]


def test_components_know_the_same_ranges() -> None:
    by_path: dict[tuple[str, str], Limit | Takes] = {
        (kind, limit.path): limit for kind, of_kind in limits().items() for limit in of_kind
    }
    for kind, path in SHARED.keys() - by_path:
        by_path[kind, path] = of_model(kind, path)
    ours = {key: (by_path[key].minimum, by_path[key].maximum) for key in SHARED}
    assert ours == {key: (known.minimum, known.maximum) for key, known in SHARED.items()}
    (retention,) = (x for x in limits()["cloudwatch/logGroup:LogGroup"] if x.path == "retentionInDays")
    assert retention.one_of == components.LOG_RETENTION_DAYS


def test_the_provider_knows_the_same_ranges() -> None:
    at_the_provider = {
        limit.parameter.rpartition(".")[2]: (limit.minimum, limit.maximum)
        for service, operation in (("sqs", "CreateQueue"), ("kms", "ScheduleKeyDeletion"))
        for limit in limits_of(service).of[operation]
        if limit.minimum is not None
    }
    spelled = {
        "MessageRetentionPeriod": "messageRetentionSeconds",
        "VisibilityTimeout": "visibilityTimeoutSeconds",
        "DelaySeconds": "delaySeconds",
        "MaximumMessageSize": "maxMessageSize",
        "ReceiveMessageWaitTimeSeconds": "receiveWaitTimeSeconds",
        "KmsDataKeyReusePeriodSeconds": "kmsDataKeyReusePeriodSeconds",
        "maxReceiveCount": "redrivePolicy{}.maxReceiveCount",
        "PendingWindowInDays": "deletionWindowInDays",
    }
    rules = {x.path: (x.minimum, x.maximum) for kind in ("sqs/queue:Queue", "kms/key:Key") for x in limits()[kind]}
    assert at_the_provider == {name: rules[path] for name, path in spelled.items()}
