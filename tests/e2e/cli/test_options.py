"""The options of `up`, and the settings of the machine that must not matter."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def test_config_of_the_command_line_wins(stackwright: Any, project: Any) -> None:
    program = """
        import pulumi
        config = pulumi.Config()
        pulumi.export("size", config.require_int("size"))
        pulumi.export("nested", config.require_object("nested"))
        pulumi.export("region", pulumi.Config("aws").get("region"))
    """
    stack = 'config:\n  aws:region: eu-west-1\n  shop:size: "1"\n  shop:nested: {a: 1}\n'
    directory = project(program, {"Pulumi.dev.yaml": stack})
    assert stackwright.up(directory)["outputs"] == {"size": 1, "nested": {"a": 1}, "region": "eu-west-1"}
    changed = stackwright.up(directory, "-c", "size=2", "-c", 'nested={"a": 2}', "-c", "aws:region=us-west-2")
    assert changed["outputs"] == {"size": 2, "nested": {"a": 2}, "region": "us-west-2"}


def test_several_stacks_at_once(stackwright: Any, project: Any) -> None:
    program = """
        import pulumi
        import pulumi_aws as aws
        queue = aws.sqs.Queue(f"jobs-{pulumi.get_stack()}")
        pulumi.export("queue", queue.name)
    """
    directory = project(program, {"Pulumi.dev.yaml": "{}", "Pulumi.prod.yaml": "{}"})
    dev, prod = stackwright.up(directory, "-s", "dev", "-s", "prod")
    assert (dev["stack"], prod["stack"]) == ("dev", "prod")
    assert dev["endpoint"] == prod["endpoint"]
    assert dev["outputs"]["queue"].startswith("jobs-dev-")
    assert prod["outputs"]["queue"].startswith("jobs-prod-")
    assert stackwright("outputs").code == 2
    assert stackwright("outputs", "-s", "prod", "queue").out.startswith("jobs-prod-")


def test_strict_refuses_what_would_be_simulated(stackwright: Any, project: Any) -> None:
    directory = project("import pulumi_aws as aws\n\naws.guardduty.Detector('watch')\n")
    finished = stackwright("up", directory, "--detach", "--strict")
    assert finished.code == 2
    assert "aws:guardduty/detector:Detector is not covered" in finished.err
    assert "__main__.py:3" in finished.err
    finished = stackwright("up", directory, "--detach")
    assert finished.code == 0
    assert "Simulated" in finished.err
    assert "aws:guardduty/detector:Detector" in finished.err
    assert stackwright.up(directory)["resources"]["simulated"] == ["aws:guardduty/detector:Detector"]


def test_look_ups_that_nothing_answers_are_named(stackwright: Any, project: Any) -> None:
    directory = project("import pulumi_aws as aws\n\naws.get_caller_identity()\naws.guardduty.get_detector()\n")
    finished = stackwright("up", directory, "--detach", "--json")
    assert json.loads(finished.out)["functions"] == {"simulated": ["aws:guardduty/getDetector:getDetector"]}
    finished = stackwright("up", directory, "--detach", "--strict")
    assert finished.code == 2
    assert "aws:guardduty/getDetector:getDetector is not covered" in finished.err
    assert "__main__.py:4" in finished.err


def test_another_endpoint(stackwright: Any, project: Any) -> None:
    """The emulator of one project serves as the endpoint of another one."""
    program = "import pulumi\nimport pulumi_aws as aws\npulumi.export('url', aws.sqs.Queue('jobs').url)\n"
    host = stackwright.up(project("import pulumi\n", name="host"))
    guest = stackwright.up(project(program, name="guest"), "--endpoint", host["endpoint"])
    assert guest["outputs"]["url"].startswith(host["endpoint"])
    assert guest["resources"]["created"] == 1
    again = stackwright.up(project(program, name="guest"), "--endpoint", host["endpoint"])
    assert again["resources"]["unchanged"] == 1


def test_an_endpoint_that_does_not_answer(stackwright: Any, two_functions: Path) -> None:
    finished = stackwright("up", two_functions, "--detach", "--endpoint", "http://127.0.0.1:9")
    assert finished.code == 3
    assert finished.err.count("error:") == 1
    assert "http://127.0.0.1:9" in finished.err
    stackwright.assert_nothing_left()


def test_settings_of_a_developers_machine_do_not_matter(stackwright: Any, two_functions: Path) -> None:
    environment = {
        "AWS_PROFILE": "of-the-company",
        "AWS_ACCESS_KEY_ID": "real",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_DEFAULT_REGION": "eu-west-3",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }
    result = stackwright.up(two_functions, environment=environment)
    assert result["resources"]["created"] == 7
    assert stackwright("invoke", "first", environment=environment).json() == "one"
    assert stackwright("logs", "first", environment=environment).code == 0
    assert stackwright("down", environment=environment).code == 0


def test_the_environment_that_pulumi_yaml_names(stackwright: Any, project: Any) -> None:
    yaml = "name: shop\nruntime:\n  name: python\n  options: {virtualenv: venv}\n"
    program = "import sys\nimport pulumi\npulumi.export('python', sys.prefix)\n"
    directory = project(program, {"Pulumi.yaml": yaml, "requirements.txt": "pulumi>=3.200,<4\n"})
    for command in (["graph", directory], ["up", directory, "--detach"]):
        refused = stackwright(*command, "--no-install")
        assert refused.code == 2
        assert "virtual environment does not exist" in refused.err
    assert stackwright("graph", directory, "--python", "current").json()["outputs"]["python"] == sys.prefix
    assert not (directory / "venv").exists()
    made = stackwright("up", directory, "--detach")
    assert made.code == 0, made.err
    assert f"Installing {directory}/requirements.txt into {directory}/venv, this once." in made.err
    assert stackwright("outputs", "python").out == f"{directory}/venv\n"
    again = stackwright("graph", directory)
    assert again.json()["outputs"]["python"] == f"{directory}/venv"
    assert "Installing" not in again.err
