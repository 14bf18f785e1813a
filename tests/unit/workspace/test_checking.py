"""What a check does with a program before any rule is asked."""

from __future__ import annotations

import textwrap
from collections.abc import Generator

import pytest
from checked_programs import Programs, checking_programs

from stackwright.engine.project import pulumi_yaml as projects
from stackwright.errors import UsageError
from stackwright.rules.settings import Settings
from stackwright.workspace import checking
from stackwright.workspace.check_settings import settings_of
from stackwright.workspace.checking import CheckOptions
from stackwright.workspace.confinement import harmless
from stackwright.workspace.made_up import MadeUp


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Generator[Programs]:
    with checking_programs(tmp_path_factory.mktemp("programs")) as found:
        yield found


FAILING = {
    "syntax": ("import pulumi\nx = (\n", "not valid Python"),
    "exception": ("import pulumi\nx = 1\n1 / 0\n", "ZeroDivisionError"),
    "argument": ('queue = aws.sqs.Queue("jobs", retries=2)\n', "retries"),
    "attribute": ('pulumi.export("url", aws.sqs.Queue("jobs").address)\n', "address"),
    "exit": ("import sys, pulumi\nsys.exit(4)\n", "sys.exit(4)"),
    "network": ("import pulumi, urllib.request\nurllib.request.urlopen('http://example.invalid/')\n", "network"),
}
# Where the source already says it better than Python does.
CODES = {"argument": "SDK101", "attribute": "SDK103"}


@pytest.mark.parametrize("name", FAILING)
def test_a_program_that_does_not_run_is_one_clear_finding(programs, name):
    text, says = FAILING[name]
    report = programs.check(text)

    (finding,) = report.findings
    assert finding.code == CODES.get(name, "RUN101")
    assert says in finding.message
    assert finding.place.file == "__main__.py"
    assert finding.place.line == len((text if "import pulumi" in text else "\n\n\n\n\n" + text).splitlines())
    assert [n.value for n in report.not_checked if "rules ask" in n.value], "what was not asked is said"


def test_a_program_without_an_end_is_ended(programs):
    report = programs.check("import pulumi\nwhile True:\n    pass\n", options=CheckOptions(seconds=0.3))

    assert [(f.code, f.place.line in (2, 3)) for f in report.findings] == [("RUN101", True)]
    assert "did not end within" in report.findings[0].message


def test_output_without_an_end_does_no_harm(programs):
    assert programs.check("import pulumi\nfor _ in range(20000):\n    print('x' * 200)\n").findings == ()


def test_settings_that_nobody_has_given_are_made_up_and_named(programs):
    report = programs.check(
        """\
import os
config = pulumi.Config()
days, table, wanted = config.require_int("days"), config.require("table"), config.require_object("wanted")
aws.sqs.Queue("jobs", name=f"{table}-{os.environ['SHOP_STAGE']}-{config.require_bool('fifo')}")
"""
    )

    assert report.findings == ()
    made_up = {n.value: n.reason for n in report.not_checked}
    assert set(made_up) == {
        "the config shop:days",
        "the config shop:fifo",
        "the config shop:table",
        "the config shop:wanted",
        "the variable SHOP_STAGE",
    }
    assert "'10'" in made_up["the config shop:days"]
    assert "'dev'" in made_up["the variable SHOP_STAGE"]


def test_declared_settings_and_closed_secrets_are_made_up(programs):
    files = {
        "Pulumi.yaml": "name: shop\nruntime: python\nconfig:\n  owner: {type: string}\n  sizes: {type: array}\n",
        "Pulumi.dev.yaml": "encryptionsalt: v1:x:v1:y:z\nconfig:\n  shop:password:\n    secure: v1:aaaa:bbbb\n",
        "__main__.py": 'config = pulumi.Config()\naws.sqs.Queue("jobs", name=config.require("owner"))\n',
    }
    report = programs.check(files)

    assert report.findings == ()
    assert {n.value for n in report.not_checked} == {
        "the config shop:owner",
        "the config shop:password",
        "the config shop:sizes",
    }


def test_a_program_that_does_not_take_a_made_up_setting_is_not_checked(programs):
    report = programs.check('open(pulumi.Config().require("site"))\naws.sqs.Queue("jobs")\n')

    assert report.findings == ()
    assert "the config shop:site" in {n.value for n in report.not_checked}
    assert any("the program does not run" in n.reason and "made-up" in n.reason for n in report.not_checked)


def test_a_secret_that_is_looked_up_is_made_up(programs):
    text = """\
    found = aws.secretsmanager.get_secret_version_output(secret_id="db")
    pulumi.export("password", found.secret_string.apply(lambda text: json.loads(text)["password"]))
    aws.sqs.QueuePolicy("jobs", queue_url=aws.sqs.Queue("jobs").url, policy="{")
    """
    report = programs.check("import json\n" + textwrap.dedent(text))

    assert [f.code for f in report.findings] == ["IAM101"]


def test_keys_of_a_secret_that_nobody_reads_are_made_up(programs):
    text = """\
    found = aws.secretsmanager.get_secret_version(secret_id="db")
    aws.sqs.Queue("jobs", name=json.loads(found.secret_string)["colour"])
    """
    report = programs.check("import json\n" + textwrap.dedent(text))

    assert report.findings == ()
    assert any("colour" in n.reason for n in report.not_checked)


def test_a_program_that_demands_for_ever_is_given_up():
    from stackwright.rules.runs import Failure

    made_up = MadeUp()
    asked = 0
    while made_up.helps(Failure("exception", f"Missing required configuration variable 'shop:k{asked}'"), ""):
        asked += 1
    assert asked == 60


def test_outputs_of_a_stack_that_is_not_up_are_not_known(programs):
    text = """\
    network = pulumi.StackReference("acme/network/dev")
    rule = aws.cloudwatch.EventRule("r", schedule_expression="rate(1 day)", event_pattern=network.get_output("x"))
    """
    report = programs.check(textwrap.dedent(text), "EVT104")

    assert report.findings == ()
    assert [(n.code, n.value) for n in report.not_checked] == [("EVT104", "eventPattern of r")]


def test_an_environment_for_programs_has_no_credentials():
    given = {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_PROFILE": "prod",
        "AWS_REGION": "eu-west-1",
        "PULUMI_CONFIG_PASSPHRASE": "x",
        "GITHUB_TOKEN": "x",
        "DB_PASSWORD": "x",
        "ENVIRONMENT": "dev",
        "PATH": "/bin",
    }
    kept = harmless(given)

    assert {k: v for k, v in kept.items() if k in given} == {
        "AWS_REGION": "eu-west-1",
        "ENVIRONMENT": "dev",
        "PATH": "/bin",
    }
    assert kept["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"


def test_programs_run_without_credentials(programs, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    report = programs.check("import os, pulumi\nassert 'AWS_SECRET_ACCESS_KEY' not in os.environ\n")
    assert report.findings == ()


def test_one_file_is_a_project(tmp_path):
    (tmp_path / "queues.py").write_text(
        "import pulumi_aws as aws\n\naws.Provider('other', region='eu-west-1')\naws.sqs.Queue('jobs')\n"
    )
    report = checking.check(projects.load(tmp_path / "queues.py"), Settings())

    assert [(f.code, f.place.file, f.place.line) for f in report.findings] == [("PRV101", "queues.py", 3)]


def test_the_modules_of_the_sdk_are_found_by_a_look(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "__main__.py").write_text(
        "import pulumi\nimport pulumi_aws as aws\nfrom pulumi_aws import (\n    iam,\n    s3 as storage,\n)\n"
        "import pulumi_random\naws.sqs.Queue('x')\nlaws.fake.X\n"
    )
    project = projects.load(tmp_path / "__main__.py")

    assert checking.modules(project) == [
        "pulumi_aws",
        "pulumi_aws.iam",
        "pulumi_aws.s3",
        "pulumi_aws.sqs",
        "pulumi_random",
    ]


def test_an_environment_that_is_not_there_is_not_made(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: {name: python, options: {virtualenv: venv}}\n")
    (tmp_path / "requirements.txt").write_text("pulumi\n")
    (tmp_path / "__main__.py").write_text("import pulumi\n")
    report = checking.check(projects.load(tmp_path), Settings())

    assert [n.value for n in report.not_checked] == [f"the environment {tmp_path / 'venv'}"]
    assert "pulumi_aws 7." in report.not_checked[0].reason
    assert not (tmp_path / "venv").exists()


def test_of_several_stacks_the_first_is_taken_and_named(programs):
    text = "import pulumi\nassert pulumi.get_stack() == 'prod'\n"
    report = programs.check({"__main__.py": text, "Pulumi.staging.yaml": "config: {}\n", "Pulumi.prod.yaml": ""})

    assert report.findings == ()
    assert [n.value for n in report.not_checked] == ["the program with the config of staging"]


def test_settings_come_from_the_nearest_file(tmp_path):
    shop = tmp_path / "infra/shop"
    shop.mkdir(parents=True)
    (shop / "__main__.py").write_text("")
    (shop / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "pyproject.toml").write_text('[tool.stackwright]\nprofile = "all"\n')
    assert settings_of(projects.load(shop)).profile == "all"

    (shop / "pyproject.toml").write_text('[tool.stackwright]\nignore = ["API101"]\n')
    assert settings_of(projects.load(shop)) == Settings(ignore=("API101",))

    (tmp_path / "infra/pyproject.toml").write_text('[tool.stackwright]\nbaseline = "known.json"\n')
    (shop / "pyproject.toml").unlink()
    assert settings_of(projects.load(shop)).baseline == str(tmp_path / "infra/known.json")
    (shop / "pyproject.toml").write_text('[tool.stackwright]\nignore = ["API101"]\n')

    (shop / "Pulumi.yaml").write_text("name: shop\nruntime: python\nstackwright:\n  profile: stackwright\n")
    assert settings_of(projects.load(shop)).profile == "stackwright"

    environments = "stackwright:\n  environments: {mayDiffer: {settings: [size]}}\n"
    (shop / "Pulumi.yaml").write_text(f"name: shop\nruntime: python\n{environments}")
    assert settings_of(projects.load(shop)) == Settings(ignore=("API101",))
    (shop / "Pulumi.yaml").write_text(f"name: shop\nruntime: python\n{environments}  profile: stackwright\n")
    assert settings_of(projects.load(shop)).profile == "stackwright"
    (shop / "Pulumi.yaml").write_text("name: shop\nruntime: python\nstackwright: 1\n")
    with pytest.raises(UsageError, match="must be a mapping"):
        settings_of(projects.load(shop))
