"""Looking at what is up: status, outputs, logs, invoke, verify; graph, new and help."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from stackwright.provider.aws import Credentials, Endpoint
from stackwright.testing.eventually import eventually


def test_status_outputs_logs_and_invoke(stackwright: Any, two_functions: Path, tmp_path: Path) -> None:
    assert stackwright("status").out == "nothing is up\n"
    up = stackwright.up(two_functions, "-c", "greeting=hello")
    (entry,) = stackwright("status", "--json").json()
    assert entry["project"] == "shop"
    assert entry["directory"] == str(two_functions)
    assert (entry["endpoint"], entry["pid"]) == (up["endpoint"], up["pid"])
    assert entry["stacks"].keys() == {"dev"}
    assert stackwright("status").out.startswith(f"shop: {up['endpoint']}, pid {up['pid']}, stacks: dev (")

    assert stackwright("outputs", "greeting").out == "hello\n"
    assert stackwright("outputs", "--json").json() == up["outputs"]
    assert f"queue     {up['outputs']['queue']}" in stackwright("outputs").out

    answer = stackwright("invoke", "second", "--payload", '{"a": 1}')
    assert (answer.code, answer.out) == (0, '"two"\n')
    assert "asked for two" in answer.err
    (tmp_path / "event.json").write_text("{}")
    assert stackwright("invoke", "second", "--payload", f"@{tmp_path / 'event.json'}").code == 0
    (two_functions / "second" / "index.py").write_text("def handler(event, context):\n    return 1 / 0\n")
    stackwright.up(two_functions, "-c", "greeting=hello")
    failed = stackwright("invoke", "second")
    assert failed.code == 1
    assert json.loads(failed.out)["errorType"] == "ZeroDivisionError"

    stackwright.invoke("first")
    lines = stackwright("logs").out
    assert "first asked for one" in lines
    assert lines.index("first START") < lines.index("first asked for one") < lines.index("first END")
    assert "ZeroDivisionError" in lines
    assert "asked for one" not in stackwright("logs", "second").out
    follower = stackwright.start("logs", "-f", "--since", "0")
    eventually(lambda: stackwright.invoke("first") and "asked for one" in follower.out, lambda: follower.err)
    stackwright("down")
    assert follower.finish().code == 0


def test_values_are_shown_as_they_are(stackwright: Any, notes: Path) -> None:
    # Part of every secret's ARN, and the name of an emoji.
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:[bold]name-a1b2c3"
    (notes / "__main__.py").write_text(f'import pulumi\npulumi.export("arn", {arn!r})\n')
    (notes / "verify.py").write_text('def check_it(v):\n    """It is there"""\n    return v.outputs["arn"]\n')

    assert arn in stackwright("up", notes, "--detach").err
    assert arn in stackwright("outputs").out
    assert arn in stackwright("verify").out


@pytest.mark.parametrize("options", ["", "--json"])
def test_a_reader_that_goes_away_stops_nothing(stackwright: Any, notes: Path, options: str) -> None:
    program = Path(sys.executable).with_name("stackwright")
    piped = f"{program} up {notes} --detach {options} 2>&1 | true"
    environment = {"STACKWRIGHT_HOME": str(stackwright.home), "PATH": os.environ["PATH"]}

    ran = subprocess.run(["sh", "-c", piped], env=environment, capture_output=True, text=True, check=False)

    assert (ran.stdout, ran.stderr) == ("", "")
    (entry,) = stackwright("status", "--json").json()
    assert entry["stacks"].keys() == {"dev"}


def test_limits_say_what_a_local_run_does_not_show(stackwright: Any, notes: Path) -> None:
    said = stackwright("up", notes, "--detach").err
    assert "things that this program sets; why: stackwright limits" in said
    found = stackwright("limits", "--json").json()
    assert ("lambda/function:Function", "environment") in {(each["type"], each["property"]) for each in found}
    assert "Function.environment" in said
    told = stackwright("limits").out
    assert all(each["type"] in told for each in found)
    assert "Variables reach the function" in told


def test_other_tools_reach_it_with_the_environment(stackwright: Any, two_functions: Path) -> None:
    assert "nothing is up" in stackwright("env").err
    up = stackwright.up(two_functions)
    script = (
        f'eval "$({Path(sys.executable).with_name("stackwright")} env)" && {sys.executable} -c '
        """'import boto3; print(boto3.client("sqs").list_queues()["QueueUrls"])'"""
    )
    elsewhere = {"AWS_PROFILE": "none-such", "STACKWRIGHT_HOME": str(stackwright.home), "PATH": os.environ["PATH"]}

    ran = subprocess.run(["sh", "-c", script], env=elsewhere, capture_output=True, text=True, check=False)

    assert (ran.stdout, ran.returncode) == (f"['{up['outputs']['queue']}']\n", 0), ran.stderr
    variables = stackwright("env", "--json").json()
    assert (variables["AWS_ENDPOINT_URL"], variables["AWS_REGION"]) == (up["endpoint"], up["region"])


def test_logs_show_what_topics_announce_in_order(stackwright: Any, programs: Path) -> None:
    topic = stackwright.up(programs / "fan-out")["outputs"]["topic"]
    told = stackwright("env", "--json").json()
    keys = Credentials(told["AWS_ACCESS_KEY_ID"], told["AWS_SECRET_ACCESS_KEY"], told["AWS_SESSION_TOKEN"])
    sns = Endpoint(told["AWS_ENDPOINT_URL"], "123456789012", told["AWS_REGION"]).client_as(keys, "sns")
    for number in range(3):
        sns.publish(TopicArn=topic, Message=f"order {number}", Subject="news" if number == 2 else "")
    lines = [line.split(" ", 1)[1] for line in stackwright("logs").out.splitlines()]
    assert lines == ["orders order 0", "orders order 1", "orders news: order 2"]


def test_verify(stackwright: Any, notes: Path) -> None:
    (notes / "verify.py").write_text(
        '''
def check_a_note_is_kept(v):
    """A note comes back as it was written."""
    url = v.outputs["url"]
    assert v.http("PUT", f"{url}/notes/7", {"text": "eggs"}).status == 200
    v.memory["text"] = v.http("GET", f"{url}/notes/7").json()["text"]
    return v.memory["text"]


def check_the_table_has_it(v):
    """It lies in the table."""
    item = v.client("dynamodb").get_item(TableName=v.outputs["table"], Key={"id": {"S": "7"}})["Item"]
    assert item["text"]["S"] == v.memory["text"]


def check_it_is_about_milk(v):
    """It says to buy milk."""
    assert v.memory["text"] == "milk", f"it says {v.memory['text']}"


def check_something_broken(v):
    return v.outputs["nothing"]
'''
    )
    stackwright.up(notes)
    finished = stackwright("verify")
    assert finished.code == 1
    first, saw = finished.out.splitlines()[:2]
    assert first.split()[0] == "ok"
    assert "A note comes back as it was written." in first
    assert saw.split() == ["eggs"]
    assert "it says eggs" in finished.out
    assert "KeyError" in finished.out
    assert "2 of 4 held" in finished.out
    assert "Traceback" not in finished.err
    steps = json.loads(stackwright("verify", notes, "--json").out)
    assert [bool(s["problem"]) for s in steps] == [False, False, True, True]
    verify = notes / "verify.py"
    verify.write_text(verify.read_text().partition("def check_it_is")[0])
    assert stackwright("verify").code == 0
    verify.write_text("def check_(:\n")
    broken = stackwright("verify")
    assert broken.code == 2
    assert "verify.py" in broken.err
    assert "Traceback" not in broken.err


def test_graph_is_json_and_creates_nothing(stackwright: Any, two_functions: Path) -> None:
    graph = stackwright("graph", two_functions).json()
    types = {r["type"] for r in graph["resources"]}
    assert "aws:lambda/function:Function" in types
    assert graph["project"] == "shop"
    (queue,) = [r for r in graph["resources"] if r["name"] == "jobs"]
    assert (queue["source"]["file"], queue["source"]["line"]) == ("__main__.py", 9)
    assert stackwright("graph", two_functions, "--mode", "unknown").code == 0
    assert stackwright.processes() == {}
    assert not stackwright.home.exists()


def test_new_copies_a_system_that_comes_up(stackwright: Any, tmp_path: Path) -> None:
    directory = tmp_path / "mine"
    assert "stackwright up" in stackwright("new", "uploads", directory).out
    assert not list(directory.rglob("__pycache__"))
    result = stackwright.up(directory)
    assert result["resources"]["created"] > 50
    with urllib.request.urlopen(result["outputs"]["health_url"], timeout=30) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "command", ["up", "down", "status", "outputs", "logs", "env", "limits", "invoke", "verify", "graph", "new"]
)
def test_help_has_examples(stackwright: Any, command: str) -> None:
    finished = stackwright(command, "--help")
    assert finished.code == 0
    assert "Example" in finished.out


def test_version_and_general_help(stackwright: Any) -> None:
    assert "stackwright" in stackwright("--version").out
    assert "up" in stackwright("--help").out


HOSTILE = r"""
    import json
    import sys
    import pulumi
    import pulumi_aws as aws

    evil = "\x1b]0;gone\x07\x1b[2J\x9b2J\u202ereversed"
    print("printed", evil)
    print("warned", evil, file=sys.stderr)
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = aws.iam.Role("role", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    logs = aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE
    attached = aws.iam.RolePolicyAttachment("logs", role=role.name, policy_arn=logs)
    code = "def handler(event, context):\n    print('logged', event['evil'])\n    return event['evil']\n"
    function = aws.lambda_.Function(
        "speaks" + evil, name="speaks", runtime="python3.12", handler="index.handler", role=role.arn,
        code=pulumi.AssetArchive({"index.py": pulumi.StringAsset(code)}),
        opts=pulumi.ResourceOptions(depends_on=[attached]),
    )
    pulumi.export("value", evil)
    pulumi.export("name" + evil, evil)
    if pulumi.Config().get("fails"):
        raise pulumi.RunError("failed " + evil)
"""


def test_what_others_say_brings_no_controls_into_the_terminal(stackwright: Any, project: Any) -> None:
    evil = "\x1b]0;gone\x07\x1b[2J\x9b2J\u202ereversed"
    directory = project(HOSTILE)
    up = stackwright("up", directory, "--detach")
    assert up.code == 0, up.err
    invoked = stackwright("invoke", "speaks", "--payload", json.dumps({"evil": evil}))
    said = [up, invoked, stackwright("logs"), stackwright("outputs"), stackwright("status")]
    said += [stackwright("graph", directory), stackwright("up", directory, "--detach", "-c", "fails=1")]
    for finished, marks in zip(
        said, ["printed warned", "logged", "logged", "value", "", "printed", "failed"], strict=True
    ):
        for stream in (finished.out, finished.err):
            assert not [c for c in stream if (unicodedata.category(c) == "Cc" and c not in "\n\t") or c == "\u202e"], (
                stream
            )
        assert all(mark in finished.out + finished.err for mark in marks.split())
    assert json.loads(invoked.out) == evil
    assert stackwright("outputs", "--json").json()["value"] == evil
    assert stackwright("outputs", "value").out == evil + "\n"
