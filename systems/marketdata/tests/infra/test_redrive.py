"""The tool that sends processor events again."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from marketdata_program import PROJECT

from stackwright.testing.program import module

redriving = module(PROJECT, "redrive")


@dataclass
class Queue:
    """A queue whose messages are hidden once they are received, unless they come back at once."""

    bodies: dict[str, str]
    comes_back: bool = False
    waiting: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.waiting = list(self.bodies)

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        assert (asked["QueueUrl"], asked["VisibilityTimeout"]) == ("queue", 900)
        if not self.waiting:
            return {}
        name = self.waiting[0] if self.comes_back else self.waiting.pop(0)
        return {"Messages": [{"MessageId": name, "Body": self.bodies[name], "ReceiptHandle": f"receipt of {name}"}]}

    def delete_message(self, **asked: Any) -> None:
        del self.bodies[asked["ReceiptHandle"].removeprefix("receipt of ")]


class Functions:
    def __init__(self, *failing: str) -> None:
        self.failing = failing
        self.invoked: list[str] = []

    def invoke(self, **asked: Any) -> dict[str, Any]:
        assert asked["FunctionName"] == "processor"
        event = asked["Payload"].decode()
        self.invoked.append(event)
        failure = {"FunctionError": "Unhandled"} if event in self.failing else {}
        return {**failure, "Payload": io.BytesIO(b"answer")}


def test_what_succeeds_leaves_the_queue_and_what_fails_stays() -> None:
    queue, functions = Queue({"1": "one", "2": "two", "3": "three"}), Functions("two")

    sent = list(redriving.redrive(queue, functions, "queue", "processor"))

    assert [each.succeeded for each in sent] == [True, False, True]
    assert functions.invoked == ["one", "two", "three"]
    assert queue.bodies == {"2": "two"}


def test_an_event_that_comes_back_is_not_sent_for_ever() -> None:
    queue, functions = Queue({"1": "one"}, comes_back=True), Functions("one")

    assert len(list(redriving.redrive(queue, functions, "queue", "processor"))) == 1


def test_an_empty_queue_is_nothing_to_do() -> None:
    assert list(redriving.redrive(Queue({}), Functions(), "queue", "processor")) == []


def test_an_event_of_a_file_is_as_s3_sends_it() -> None:
    (record,) = json.loads(redriving.event_of("data", "incoming/id/my quotes+.csv"))["Records"]

    assert record["s3"]["bucket"]["name"] == "data"
    assert record["s3"]["object"]["key"] == "incoming%2Fid%2Fmy+quotes%2B.csv"


@pytest.mark.parametrize("arguments", [[], ["--queue", "q", "--bucket", "b", "--key", "k"], ["--bucket", "b"]])
def test_arguments_that_say_too_little_or_too_much(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        redriving.main(["processor", *arguments])

    assert left.value.code == 2
    assert "name either --queue, or --bucket and --key" in capsys.readouterr().err
