"""What `up` says of what will break: before, beside what is refused, and after."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

QUEUE_WORKER = """
    import json, os
    import pulumi
    import pulumi_aws as aws

    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = aws.iam.Role("worker", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    policy = aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE
    logs = aws.iam.RolePolicyAttachment("logs", role=role.name, policy_arn=policy)
    queue = aws.sqs.Queue("jobs", visibility_timeout_seconds=60)
    function = aws.lambda_.Function(
        "worker",
        runtime="python3.12",
        handler="index.handler",
        role=role.arn,
        code=pulumi.FileArchive(os.path.abspath("handler")),
        opts=pulumi.ResourceOptions(depends_on=[logs]),
    )
    aws.lambda_.EventSourceMapping("jobs", event_source_arn=queue.arn, function_name=function.arn)
"""
WRITER = """
    import json
    from pathlib import Path
    import pulumi
    import pulumi_aws as aws

    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = aws.iam.Role("writer", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    key = [aws.dynamodb.TableAttributeArgs(name="id", type="S")]
    table = aws.dynamodb.Table("notes", billing_mode="PAY_PER_REQUEST", hash_key="id", attributes=key)
    aws.lambda_.Function(
        "writer",
        runtime="python3.12",
        handler="index.handler",
        role=role.arn,
        code=pulumi.FileArchive(str(Path(__file__).parent / "handler")),
        environment={"variables": {"TABLE": table.name}},
    )
"""
WRITES = """
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        table.put_item(Item={"id": "1"})
"""
GRANT = """
    grant = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": table.arn}
    aws.iam.RolePolicy(
        "writes", role=role.name, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [grant]})
    )
"""
HANDLER = {"handler/index.py": "def handler(event, context):\n    return 'done'\n"}
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping::jobs"


def codes(findings: list[dict[str, Any]]) -> list[str]:
    return [found["code"] for found in findings]


def test_what_is_refused_has_its_finding_beside_it(stackwright: Any, project: Any) -> None:
    shop = project(QUEUE_WORKER, HANDLER)
    finished = stackwright("up", shop, "--detach")

    assert finished.code == 2
    lines = finished.err.splitlines()
    assert lines[0].startswith("PKG102 breaks __main__.py:15: "), "what the source tells comes first, and once"
    assert finished.err.count("PKG102") == 1
    (refused,) = [number for number, line in enumerate(lines) if "CreateEventSourceMapping was refused" in line]
    assert lines[refused + 1].endswith(MAPPING)
    assert lines[refused + 2].startswith("check says of it: IAM131 breaks __main__.py:18: ")
    assert "sqs:ReceiveMessage" in lines[refused + 2]
    assert '  fix: A policy of the role: {"Effect": "Allow", "Action": ["sqs:ReceiveMessage"' in lines[refused + 3]

    (shop / "pyproject.toml").write_text('[tool.stackwright]\nignore = ["IAM131"]\n')
    program = (shop / "__main__.py").read_text()
    archive = 'FileArchive(os.path.abspath("handler")),'
    accepted = f"{archive}  # stackwright: ignore[PKG102] always run from here"
    (shop / "__main__.py").write_text(program.replace(archive, accepted))
    finished = stackwright("up", shop, "--detach")
    assert "CreateEventSourceMapping was refused" in finished.err
    assert not {"IAM131", "PKG102"} & set(finished.err.split()), "settings and comments are those of check"


def test_one_that_fails_beside_another_says_so_in_json(stackwright: Any, project: Any) -> None:
    shop = project(QUEUE_WORKER.replace('"jobs", event', 'pulumi.Config().require("name"), event'), HANDLER)
    config = "config:\n  shop:name: jobs\n"
    for stack in ("dev", "prod"):
        (shop / f"Pulumi.{stack}.yaml").write_text(config)
    finished = stackwright("up", shop, "-s", "dev", "-s", "prod", "--detach", "--json")

    assert finished.code == 2
    for document in json.loads(finished.out):
        assert document["error"]["urn"].endswith(MAPPING)
        assert codes(document["error"]["findings"]) == ["IAM131"]
        assert sorted(codes(document["findings"])) == ["IAM131", "PKG102"]


def test_nothing_is_made_when_that_is_wanted(stackwright: Any, project: Any) -> None:
    shop = project(QUEUE_WORKER, HANDLER)
    finished = stackwright("up", shop, "--detach", "--check", "error")

    assert finished.code == 1
    assert "error: 2 things in the program will break, so nothing was made" in finished.err
    assert "IAM131 breaks __main__.py:18: " in finished.err
    assert not list(stackwright.state().glob("stacks/*"))
    assert stackwright("status", "--json").json() == []

    finished = stackwright("up", shop, "--detach", "--check", "off")
    assert finished.code == 2
    assert "IAM131" not in finished.err


def test_what_came_up_and_will_break_is_said_until_it_is_mended(stackwright: Any, project: Any, tmp_path: Path) -> None:
    notes = project(WRITER, {"handler/index.py": WRITES}, name="notes")
    running = stackwright.start("up", notes, "--watch")
    running.wait_for("Watching for changes")
    before, _, after = running.err.partition("up notes/dev")
    assert "IAM121" not in before
    assert after.count("IAM121 breaks __main__.py:14: ") == 1
    assert "dynamodb:PutItem" in after

    stackwright("invoke", "writer")
    running.wait_for("check says of it: IAM121 breaks __main__.py:14: ")
    assert " was denied dynamodb:PutItem on arn:aws:dynamodb:" in running.err

    program = notes / "__main__.py"
    faulty = program.read_text()
    program.write_text(faulty + "pulumi.export('table', table.name)\n")
    running.wait_for("unchanged in")
    program.write_text(faulty + "\n".join(line[4:] for line in GRANT.splitlines()))
    running.wait_for("nothing that breaks any more")
    assert running.err.count("IAM121") == 2, "what was said is not said again"
    running.interrupt()
    assert running.finish().code == 0

    assert stackwright.up(notes)["findings"] == []
    program.write_text(faulty)
    (found,) = stackwright.up(notes)["findings"]
    assert (found["code"], found["severity"], found["line"]) == ("IAM121", "breaks", 14)

    known = tmp_path / "known.json"
    stackwright("check", notes, "--write-baseline", known)
    (notes / "pyproject.toml").write_text(f'[tool.stackwright]\nbaseline = "{known}"\n')
    assert stackwright.up(notes)["findings"] == []
    assert stackwright("check", notes, "--select", "IAM121").code == 0
