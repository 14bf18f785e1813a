"""Destinations of one bucket's events."""

import pytest
from checked_programs import Programs

PROGRAM = """
queue, topic = aws.sqs.Queue('q'), aws.sns.Topic('t')
aws.s3.BucketNotification('n', bucket='letters', queues=[{{'queue_arn': queue.arn, {}}}],
    topics=[{{'topic_arn': topic.arn, {}}}])
"""
CREATED, PUT, REMOVED = (
    "'events': ['s3:ObjectCreated:*']",
    "'events': ['s3:ObjectRemoved:Delete', 's3:ObjectCreated:Put']",
    "'events': ['s3:ObjectRemoved:*']",
)
OVERLAPPING = {
    "both of all": (CREATED, CREATED),
    "one of all": (CREATED, f"{PUT}, 'filter_prefix': 'in/'"),
    "prefix of a prefix": (f"{CREATED}, 'filter_prefix': 'in/'", f"{PUT}, 'filter_prefix': 'in/csv/'"),
    "prefix and suffix": (f"{CREATED}, 'filter_prefix': 'in/'", f"{CREATED}, 'filter_suffix': '.csv'"),
    "suffix of a suffix": (f"{CREATED}, 'filter_suffix': 'v'", f"{CREATED}, 'filter_suffix': '.csv'"),
    "second event": (REMOVED, PUT),
}
APART = {
    "prefixes": (f"{CREATED}, 'filter_prefix': 'in/'", f"{CREATED}, 'filter_prefix': 'out/'"),
    "suffixes": (f"{CREATED}, 'filter_suffix': '.csv'", f"{CREATED}, 'filter_suffix': '.json'"),
    "one prefix, two suffixes": (
        f"{CREATED}, 'filter_prefix': 'in/', 'filter_suffix': '.csv'",
        f"{CREATED}, 'filter_prefix': 'in/', 'filter_suffix': '.json'",
    ),
    "events": (CREATED, REMOVED),
    "single events": ("'events': ['s3:ObjectCreated:Copy']", "'events': ['s3:ObjectCreated:Put']"),
}


@pytest.mark.parametrize(("first", "second"), OVERLAPPING.values(), ids=list(OVERLAPPING))
def test_found(programs: Programs, first: str, second: str) -> None:
    (finding,) = programs.check(PROGRAM.format(first, second), "EVT111").findings
    assert finding.place.path == "topics.0"


@pytest.mark.parametrize(("first", "second"), APART.values(), ids=list(APART))
def test_left_alone(programs: Programs, first: str, second: str) -> None:
    assert programs.check(PROGRAM.format(first, second), "EVT111", "RUN101").findings == ()
