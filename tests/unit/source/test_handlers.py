"""What is read off a handler: keys of its event, its body, and failures that it keeps to itself."""

from __future__ import annotations

import ast
import textwrap

import pytest

from stackwright.source import handlers
from stackwright.source.handlers import Handler


def read(text: str, name: str = "handler") -> Handler:
    found = handlers.handler(ast.parse(textwrap.dedent(text)), name)
    assert found is not None
    return found


def test_keys_are_followed_through_functions_of_the_module() -> None:
    found = read(
        """
        def handler(event, context):
            print(event)
            return [one(record) for record in records(event)]

        def records(message):
            return message["Records"] if "Records" in message else message.get("detail")

        def one(record):
            return record["s3"]
        """
    )
    assert {(read.key, read.line, read.may_be_missing) for read in found.reads} == {
        ("Records", 7, False),
        ("Records", 7, True),
        ("detail", 7, True),
    }
    assert not found.is_passed_on


@pytest.mark.parametrize(
    "body",
    [
        "return app.resolve(event, context)",
        "return {**event}",
        "name = 'x'\n    return event[name]",
        "for key in event:\n        print(key)",
        "return event.items()",
        "other = event\n    return other['Records']",
    ],
)
def test_an_event_that_goes_elsewhere_may_be_read_there(body: str) -> None:
    assert read(f"def handler(event, context):\n    {body}\n").is_passed_on


@pytest.mark.parametrize(
    ("body", "is_unguarded"),
    [
        ("return json.loads(event['body'])", True),
        ("body = event.get('body')\n    return json.loads(body)", True),
        ("return json.loads(event.get('body') or '{}')", False),
        ("try:\n        json.loads(event['body'])\n    except ValueError:\n        pass", False),
        ("if event.get('body'):\n        json.loads(event['body'])", False),
        ("return json.loads(event['detail'])", False),
    ],
)
def test_a_body_is_guarded_by_a_try_or_a_test(body: str, is_unguarded: bool) -> None:
    assert bool(read(f"import json\ndef handler(event, context):\n    {body}\n").unguarded) is is_unguarded


@pytest.mark.parametrize(
    ("ending", "is_swallowed"),
    [
        ("except Exception as e:\n        return {'statusCode': 500}", True),
        ("except:\n        return answer(500, 'no')", True),
        ("except Exception:\n        print('no')\n        raise", False),
        ("except ValueError:\n        return {'statusCode': 500}", False),
        ("except Exception:\n        return {'statusCode': 400}", False),
    ],
)
def test_only_what_answers_every_failure_with_500_is_swallowed(ending: str, is_swallowed: bool) -> None:
    text = f"def handler(event, context):\n    try:\n        work(event['detail'])\n    {ending}\n"
    assert bool(read(text).swallowed) is is_swallowed


def test_what_powertools_is_told_is_known() -> None:
    found = read(
        """
        @logger.inject_lambda_context
        @event_source(data_class=SQSEvent)
        def handler(event, context):
            return event.records
        """
    )
    assert found.data_class == "SQSEvent"
    assert found.is_passed_on


def test_imports_at_the_top_count_and_those_in_a_try_do_not() -> None:
    tree = ast.parse("import os, requests\nfrom .near import x\ntry:\n    import fast\nexcept ImportError:\n    pass\n")
    assert [module for module, _ in handlers.imported(tree)] == ["os", "requests"]
    assert handlers.is_standard("os.path")
    assert handlers.is_standard("boto3.session")
    assert not handlers.is_standard("requests")
