"""Queues and the functions that take from them."""

import pytest
from checked_programs import Programs

FUNCTION = (
    "function = aws.lambda_.Function('f', role='arn:aws:iam::123456789012:role/x', runtime='python3.13', "
    "handler='a.b', s3_bucket='code', s3_key='a.zip'{})\n"
)
MAPPED = "aws.lambda_.EventSourceMapping('m', function_name=function.name, event_source_arn=queue.arn{})\n"
FAILED = "failed = aws.sqs.Queue('failed')\n"
POLICY = ", redrive_policy=pulumi.Output.json_dumps({'deadLetterTargetArn': failed.arn, 'maxReceiveCount': 3})"
DEAD = ", dead_letter_config={'target_arn': failed.arn}"

SHORT = {
    "default of the queue": "queue = aws.sqs.Queue('q')\n" + FUNCTION.format(", timeout=31") + MAPPED.format(""),
    "default of the function": "queue = aws.sqs.Queue('q', visibility_timeout_seconds=2)\n"
    + FUNCTION.format("")
    + MAPPED.format(""),
    "by its ARN": "queue = aws.sqs.Queue('q', visibility_timeout_seconds=60)\n"
    + FUNCTION.format(", timeout=61")
    + MAPPED.format("").replace("function.name", "function.arn"),
    "one of two": "".join(
        f"queue = aws.sqs.Queue('q{n}', visibility_timeout_seconds={n})\n"
        + FUNCTION.format(", timeout=60").replace("'f'", f"'f{n}'")
        + MAPPED.format("").replace("'m'", f"'m{n}'")
        for n in (30, 60)
    ),
}
LONG = {
    "six times": "queue = aws.sqs.Queue('q', visibility_timeout_seconds=360)\n"
    + FUNCTION.format(", timeout=60")
    + MAPPED.format(""),
    "as long": "queue = aws.sqs.Queue('q')\n" + FUNCTION.format(", timeout=30") + MAPPED.format(""),
    "switched off": "queue = aws.sqs.Queue('q')\n" + FUNCTION.format(", timeout=60") + MAPPED.format(", enabled=False"),
    "nobody's setting": "queue = aws.sqs.Queue('q')\n"
    + FUNCTION.format(", timeout=pulumi.Config().require_int('timeout_of_everything') * 6")
    + MAPPED.format(""),
    "stream": "queue = aws.kinesis.Stream('q', shard_count=1)\n"
    + FUNCTION.format(", timeout=600")
    + MAPPED.format(", starting_position='LATEST'"),
}
LOST = {
    "beside another function": FAILED + FUNCTION.format(DEAD) + "queue = aws.sqs.Queue('q')\n" + MAPPED.format(""),
    "beside another queue": FAILED
    + FUNCTION.format("")
    + f"aws.sqs.Queue('other'{POLICY})\nqueue = aws.sqs.Queue('q')\n"
    + MAPPED.format(""),
}
KEPT = {
    "policy": FAILED + FUNCTION.format("") + f"queue = aws.sqs.Queue('q'{POLICY})\n" + MAPPED.format(""),
    "policy of its own": FAILED
    + FUNCTION.format("")
    + "queue = aws.sqs.Queue('q')\n"
    + f"aws.sqs.RedrivePolicy('q', queue_url=queue.url{POLICY})\n"
    + MAPPED.format(""),
    "a program that keeps none": FUNCTION.format("") + "queue = aws.sqs.Queue('q')\n" + MAPPED.format(""),
    "once more": FAILED + FUNCTION.format("") + f"aws.sqs.Queue('q'{POLICY})\nqueue = failed\n" + MAPPED.format(""),
}


@pytest.mark.parametrize("program", SHORT.values(), ids=list(SHORT))
def test_short_visibility_is_found(programs: Programs, program: str) -> None:
    (finding,) = programs.check(program, "QUE111").findings
    assert finding.code == "QUE111"


@pytest.mark.parametrize("program", LONG.values(), ids=list(LONG))
def test_long_visibility_is_left_alone(programs: Programs, program: str) -> None:
    assert programs.check(program, "QUE111", "RUN101").findings == ()


@pytest.mark.parametrize("program", LOST.values(), ids=list(LOST))
def test_lost_messages_are_found(programs: Programs, program: str) -> None:
    (finding,) = programs.check(program, "QUE112").findings
    assert "the queue 'q', which has no redrive policy" in finding.message


@pytest.mark.parametrize("program", KEPT.values(), ids=list(KEPT))
def test_kept_messages_are_left_alone(programs: Programs, program: str) -> None:
    assert programs.check(program, "QUE112", "RUN101").findings == ()
