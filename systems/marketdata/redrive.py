"""Sends processor the events again that it gave up, once the cause is gone.

    python redrive.py <function name> --queue <URL of its dead-letter queue>
    python redrive.py <function name> --bucket <name> --key <key of a file in incoming/>

An event that succeeds is taken out of the queue, one that fails again comes back to it. To send one too often does no
harm. Credentials, region and endpoint come from the environment.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from stackwright_handlers.aws import client

SECONDS_OF_A_RUN = 900
"""For which an event is hidden from others; no function runs longer."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of an event."""

    succeeded: bool
    answer: str


def event_of(bucket: str, key: str) -> str:
    """The event by which S3 tells of a file.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    return json.dumps({"Records": [{"s3": {"bucket": {"name": bucket}, "object": {"key": quote_plus(key)}}}]})


def send(functions: Any, function: str, event: str) -> Sent:
    """Invoke the function and wait for what it says."""
    answer = functions.invoke(FunctionName=function, Payload=event.encode())
    return Sent("FunctionError" not in answer, answer["Payload"].read().decode())


def redrive(sqs: Any, functions: Any, queue: str, function: str) -> Iterator[Sent]:
    """Send all events of a queue, each once."""
    seen: set[str] = set()
    while True:
        received = sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=1, VisibilityTimeout=SECONDS_OF_A_RUN, WaitTimeSeconds=1
        )
        messages = received.get("Messages", [])
        if not messages or messages[0]["MessageId"] in seen:
            return
        seen.add(messages[0]["MessageId"])
        sent = send(functions, function, messages[0]["Body"])
        here = {"QueueUrl": queue, "ReceiptHandle": messages[0]["ReceiptHandle"]}
        if sent.succeeded:
            sqs.delete_message(**here)
        yield sent


def main(arguments: Sequence[str] | None = None) -> int:
    """Send what the arguments name; 1 if something failed again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("function")
    parser.add_argument("--queue")
    parser.add_argument("--bucket")
    parser.add_argument("--key")
    given = parser.parse_args(arguments)
    if bool(given.queue) == bool(given.bucket and given.key):
        parser.error("name either --queue, or --bucket and --key")
    functions = client("lambda", read_timeout=SECONDS_OF_A_RUN + 10, attempts=1)
    if given.queue:
        sqs = client("sqs", read_timeout=30, attempts=3)
        outcomes = redrive(sqs, functions, given.queue, given.function)
    else:
        outcomes = iter([send(functions, given.function, event_of(given.bucket, given.key))])
    failed = 0
    for sent in outcomes:
        failed += not sent.succeeded
        print("ok    " if sent.succeeded else "failed", sent.answer)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
