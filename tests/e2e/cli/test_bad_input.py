"""What a user gets who makes a mistake: one clear message, the right exit code, nothing left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

QUEUE = """
    import pulumi
    import pulumi_aws as aws

    queue = aws.sqs.Queue("orders")
    pulumi.export("url", queue.url)
"""

OURS = ("stackwright/engine", "stackwright/cli", "site-packages", "runpy", "host.py")


def assert_one_message(finished: Any, code: int, *texts: str) -> None:
    assert finished.code == code, finished.err
    assert finished.out == ""
    assert finished.err.count("error:") == 1, finished.err
    for text in texts:
        assert text in finished.err
    for place in OURS:
        assert place not in finished.err


def test_a_directory_without_a_pulumi_yaml(stackwright: Any, tmp_path: Path) -> None:
    finished = stackwright("up", tmp_path, "--detach")
    assert_one_message(finished, 2, "no Pulumi.yaml", str(tmp_path), "fix:")
    stackwright.assert_nothing_left()


def test_a_project_that_does_not_exist(stackwright: Any, tmp_path: Path) -> None:
    finished = stackwright("up", tmp_path / "nowhere", "--detach")
    assert_one_message(finished, 2, "there is no project", "uploads", "fix:")


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("name: [\n", "cannot read Pulumi.yaml"),
        ("runtime: python\n", "has no `name`"),
        ("name: shop\n", "has no `runtime`"),
        ("name: shop\nruntime: nodejs\n", "runs Python programs"),
        ("name: shop\nruntime: python\nmain: app\n", "the program is missing"),
        ("name: shop\nruntime:\n  name: python\n  options: {toolchain: conda}\n", "no toolchain 'conda'"),
    ],
)
def test_a_pulumi_yaml_that_is_wrong(stackwright: Any, project: Any, yaml: str, message: str) -> None:
    finished = stackwright("up", project(QUEUE, {"Pulumi.yaml": yaml}), "--detach")
    assert_one_message(finished, 2, message, "Pulumi.yaml")


def test_a_syntax_error(stackwright: Any, project: Any) -> None:
    directory = project("import pulumi\nqueue = = 3\n")
    finished = stackwright("up", directory, "--detach")
    assert_one_message(finished, 2, "not valid Python", f"{directory}/__main__.py:2", "queue = = 3")
    stackwright.assert_nothing_left()


def test_an_exception_shows_the_users_frames_only(stackwright: Any, project: Any) -> None:
    directory = project(
        """
        import pulumi_aws as aws
        from prices import price

        aws.sqs.Queue("orders")
        price({})
        """,
        {"prices.py": 'def price(order):\n    return order["total"]\n'},
    )
    finished = stackwright("up", directory, "--detach")
    assert_one_message(finished, 2, "KeyError: 'total'", f"{directory}/prices.py:2", 'File "' + str(directory))
    assert finished.err.count("File ") == 2
    stackwright.assert_nothing_left()


def test_an_exception_inside_apply(stackwright: Any, project: Any) -> None:
    directory = project(
        """
        import pulumi_aws as aws

        aws.sqs.Queue("orders").arn.apply(lambda arn: arn.parts)
        """
    )
    finished = stackwright("up", directory, "--detach")
    assert_one_message(finished, 2, "'str' object has no attribute 'parts'", f"{directory}/__main__.py:3")


def test_a_program_that_exits(stackwright: Any, project: Any) -> None:
    finished = stackwright("up", project('import sys\nsys.exit("no thanks")\n'), "--detach")
    assert_one_message(finished, 2, "sys.exit('no thanks')")


def test_an_unknown_stack(stackwright: Any, project: Any) -> None:
    directory = project(QUEUE, {"Pulumi.dev.yaml": "config: {}\n", "Pulumi.prod.yaml": "config: {}\n"})
    finished = stackwright("up", directory, "-s", "staging", "--detach")
    assert_one_message(finished, 2, "no stack 'staging'", "dev, prod")
    stackwright.assert_nothing_left()


def test_several_stacks_and_none_named(stackwright: Any, project: Any) -> None:
    directory = project(QUEUE, {"Pulumi.blue.yaml": "config: {}\n", "Pulumi.green.yaml": "config: {}\n"})
    assert_one_message(stackwright("up", directory, "--detach"), 2, "several stacks: blue, green", "-s blue")


def test_config_that_pulumi_yaml_requires(stackwright: Any, project: Any) -> None:
    yaml = "name: shop\nruntime: python\nconfig:\n  replicas: {type: integer}\n"
    finished = stackwright("up", project(QUEUE, {"Pulumi.yaml": yaml}), "--detach")
    assert_one_message(finished, 2, "requires: replicas", "-c replicas=VALUE")


def test_config_that_the_program_requires(stackwright: Any, project: Any) -> None:
    finished = stackwright("up", project("import pulumi\npulumi.Config().require('replicas')\n"), "--detach")
    assert_one_message(finished, 2, "shop:replicas")
    stackwright.assert_nothing_left()


def test_a_secret_without_its_passphrase(stackwright: Any, project: Any) -> None:
    stack = """
        encryptionsalt: v1:0q5YvMxeOLE=:v1:yQjWgXBGnBk0bSXl:q3jXbJsfaoePc8oWHdsqxPEYAXmHlA==
        config:
          shop:password:
            secure: v1:yQjWgXBGnBk0bSXl:q3jXbJsfaoePc8oWHdsqxPEYAXmHlA==
    """
    finished = stackwright("up", project(QUEUE, {"Pulumi.dev.yaml": stack}), "--detach")
    assert_one_message(finished, 2, "PULUMI_CONFIG_PASSPHRASE")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-c", "replicas"), "KEY=VALUE"),
        (("--detach", "--watch"), "--watch"),
        (("--port", "70000"), "70000"),
        (("--nonsense",), "--nonsense"),
    ],
)
def test_options_that_make_no_sense(stackwright: Any, project: Any, arguments: tuple[str, ...], message: str) -> None:
    finished = stackwright("up", project(QUEUE), *arguments)
    assert finished.code == 2
    assert message in finished.err
    assert "Traceback" not in finished.err


@pytest.mark.parametrize("command", ["outputs", "logs", "invoke f", "verify", "down"])
def test_commands_while_nothing_is_up(stackwright: Any, command: str) -> None:
    assert_one_message(stackwright(*command.split()), 2, "nothing is up", "stackwright up")


def test_an_unknown_function_output_and_payload(stackwright: Any, project: Any) -> None:
    stackwright.up(project(QUEUE))
    assert_one_message(stackwright("outputs", "urn"), 2, "no output 'urn'", "There are: url")
    assert_one_message(stackwright("invoke", "pay"), 2, "no function 'pay'")
    assert_one_message(stackwright("logs", "pay"), 2, "no function 'pay'")
    assert_one_message(stackwright("invoke", "pay", "--payload", "{"), 2, "payload is not JSON")
    assert_one_message(stackwright("invoke", "pay", "--payload", "@gone.json"), 2, "gone.json")
    assert_one_message(stackwright("outputs", "-s", "prod"), 2, "no stack 'prod'", "dev")
    assert_one_message(stackwright("verify"), 2, "verify.py")


def test_a_resource_that_aws_refuses_is_named_with_its_line(stackwright: Any, project: Any) -> None:
    url = "http://127.0.0.1/123456789012/gone"
    directory = project(f'import pulumi_aws as aws\n\naws.sqs.QueuePolicy("open", queue_url="{url}", policy="{{}}")\n')
    finished = stackwright("up", directory, "--detach")
    assert_one_message(finished, 2, "aws:sqs/queuePolicy:QueuePolicy 'open'", "__main__.py:3")
    stackwright.assert_nothing_left()


def test_new_into_a_directory_in_use_and_of_an_unknown_system(stackwright: Any, project: Any) -> None:
    assert_one_message(stackwright("new", "uploads", project(QUEUE)), 2, "not empty")
    assert_one_message(stackwright("new", "download", "somewhere"), 2, "no system 'download'", "uploads")
