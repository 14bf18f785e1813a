"""FIFO and standard queues and topics beside each other."""

import pytest
from checked_programs import Programs

FAILED = "failed = aws.sqs.Queue('failed'{})\n"
POLICY = "pulumi.Output.json_dumps({'deadLetterTargetArn': failed.arn, 'maxReceiveCount': 3})"
FIFO = ", fifo_queue=True"
TOPIC = "topic = aws.sns.Topic('t'{})\nqueue = aws.sqs.Queue('q'{})\n"
SUBSCRIBED = "aws.sns.TopicSubscription('s', topic=topic.arn, protocol='sqs', endpoint=queue.arn)"
RULE = "queue = aws.sqs.Queue('q', fifo_queue=True{})\nrule = aws.cloudwatch.EventRule('r', event_pattern='{{}}')\n"
FUNCTION = (
    "role='arn:aws:iam::123456789012:role/x', runtime='python3.13', handler='a.b', s3_bucket='code', s3_key='a.zip'"
)
SCHEDULE = (
    "queue = aws.sqs.Queue('q', fifo_queue=True, content_based_deduplication=True)\n"
    "aws.scheduler.Schedule('s', schedule_expression='rate(1 day)', flexible_time_window={'mode': 'OFF'}, "
    "target={'arn': queue.arn, 'role_arn': 'arn:aws:iam::123456789012:role/x'%s})"
)

FOUND = {
    "standard of fifo": ("QUE101", FAILED.format("") + f"aws.sqs.Queue('q'{FIFO}, redrive_policy={POLICY})"),
    "fifo of standard": ("QUE101", FAILED.format(FIFO) + f"aws.sqs.Queue('q', redrive_policy={POLICY})"),
    "fifo by its name": (
        "QUE101",
        FAILED.format("") + f"aws.sqs.Queue('q', name='q.fifo'{FIFO}, redrive_policy={POLICY})",
    ),
    "policy of its own": (
        "QUE101",
        FAILED.format("") + f"queue = aws.sqs.Queue('q'{FIFO})\n"
        f"aws.sqs.RedrivePolicy('q', queue_url=queue.url, redrive_policy={POLICY})",
    ),
    "in a component": (
        "QUE101",
        "class Line(pulumi.ComponentResource):\n    def __init__(self, name, **more):\n"
        "        super().__init__('x:y:Line', name)\n        inside = pulumi.ResourceOptions(parent=self)\n"
        "        failed = aws.sqs.Queue(f'{name}-failed', opts=inside)\n"
        f"        aws.sqs.Queue(name, redrive_policy={POLICY}, opts=inside, **more)\nLine('jobs', fifo_queue=True)",
    ),
    "standard topic": ("QUE102", TOPIC.format("", FIFO) + SUBSCRIBED),
    "mail of a fifo topic": (
        "QUE102",
        TOPIC.format(", fifo_topic=True", "")
        + "aws.sns.TopicSubscription('s', topic=topic.arn, protocol='email', endpoint='a@example.com')",
    ),
    "bucket": (
        "QUE102",
        f"queue = aws.sqs.Queue('q'{FIFO})\naws.s3.BucketNotification('n', bucket='b', queues=["
        "{'queue_arn': queue.arn, 'events': ['s3:ObjectCreated:*']}])",
    ),
    "no group": (
        "QUE103",
        RULE.format(", content_based_deduplication=True")
        + "aws.cloudwatch.EventTarget('r', rule=rule.name, arn=queue.arn)",
    ),
    "no id": (
        "QUE103",
        RULE.format("")
        + "aws.cloudwatch.EventTarget('r', rule=rule.name, arn=queue.arn, sqs_target={'message_group_id': 'g'})",
    ),
    "schedule": ("QUE103", SCHEDULE % ""),
    "destination": (
        "QUE104",
        FAILED.format(FIFO) + "aws.lambda_.FunctionEventInvokeConfig('f', function_name='f', "
        "destination_config={'on_failure': {'destination': failed.arn}})",
    ),
    "topic for failures": (
        "QUE104",
        f"topic = aws.sns.Topic('t', fifo_topic=True)\naws.lambda_.Function('f', {FUNCTION}, "
        "dead_letter_config={'target_arn': topic.arn})",
    ),
    "rule": (
        "QUE104",
        FAILED.format(FIFO) + "aws.cloudwatch.EventTarget('r', rule='r', arn='arn:aws:sqs:us-east-1:123456789012:x', "
        "dead_letter_config={'arn': failed.arn})",
    ),
    "name without flag": ("QUE105", "aws.sqs.Queue('q', name='q.fifo')"),
    "topic without suffix": ("QUE105", "aws.sns.Topic('t', name='t', fifo_topic=True)"),
    "settings": ("QUE105", "aws.sqs.Queue('q', content_based_deduplication=True)"),
}
FINE = {
    "both fifo": FAILED.format(FIFO) + f"aws.sqs.Queue('q'{FIFO}, redrive_policy={POLICY})",
    "both standard": FAILED.format("") + f"aws.sqs.Queue('q', redrive_policy={POLICY})",
    "fifo topic to a standard queue": TOPIC.format(", fifo_topic=True", "") + SUBSCRIBED,
    "standard to standard": TOPIC.format("", "") + SUBSCRIBED,
    "somebody's queue": "aws.sqs.Queue('q', redrive_policy=json.dumps({'deadLetterTargetArn': "
    "'arn:aws:sqs:us-east-1:123456789012:failed.fifo', 'maxReceiveCount': 3}))",
    "one that is there": "queue = aws.sqs.Queue.get('q', 'https://sqs.us-east-1.amazonaws.com/123456789012/q.fifo')\n"
    "aws.sns.TopicSubscription('s', topic=aws.sns.Topic('t').arn, protocol='sqs', endpoint=queue.arn)",
    "group": RULE.format(", content_based_deduplication=True")
    + "aws.cloudwatch.EventTarget('r', rule=rule.name, arn=queue.arn, sqs_target={'message_group_id': 'g'})",
    "schedule": SCHEDULE % ", 'sqs_parameters': {'message_group_id': 'g'}",
    "suffix": "aws.sqs.Queue('q', name='q.fifo', fifo_queue=True, content_based_deduplication=True)",
    "no name": "aws.sqs.Queue('q', fifo_queue=True)\naws.sns.Topic('t', fifo_topic=True)",
    "no flag": "aws.sqs.Queue('q', name='fifo-like', fifo_queue=False, content_based_deduplication=False)",
}
CODES = ("QUE101", "QUE102", "QUE103", "QUE104", "QUE105")


@pytest.mark.parametrize(("code", "program"), FOUND.values(), ids=list(FOUND))
def test_found(programs: Programs, code: str, program: str) -> None:
    assert [f.code for f in programs.check(program, *CODES).findings] == [code]


@pytest.mark.parametrize("program", FINE.values(), ids=list(FINE))
def test_left_alone(programs: Programs, program: str) -> None:
    assert programs.check(program, *CODES, "RUN101").findings == ()
