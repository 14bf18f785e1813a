"""What is not installed, not set or of another version does not end a check, and is no fault of the program."""

from __future__ import annotations

import textwrap
from collections.abc import Generator

import pytest
from checked_programs import Programs, checking_programs

from stackwright.workspace.checking import CheckOptions


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Generator[Programs]:
    with checking_programs(tmp_path_factory.mktemp("programs")) as found:
        yield found


IMPORTS = "import json\nimport pulumi\nimport pulumi_aws as aws\n"
# A queue policy that is no JSON: found only where the resources are looked at.
BROKEN = 'aws.sqs.QueuePolicy("jobs", queue_url=aws.sqs.Queue("jobs").url, policy="{")\n'


def codes(report) -> list[str]:
    return [finding.code for finding in report.findings]


def checked(programs: Programs, text: str, requirements: str = ""):
    files = {"__main__.py": IMPORTS + textwrap.dedent(text) + BROKEN}
    return programs.check({**files, "requirements.txt": requirements} if requirements else files)


PACKAGES = {
    "a resource": """\
        import pulumi_nowhere
        image = pulumi_nowhere.Image("api", build=pulumi_nowhere.BuildArgs(context="."))
        url = image.name.apply(str.upper)
        """,
    "a parent": """\
        from pulumi_nowhere import ec2
        aws.sns.Topic("t", opts=pulumi.ResourceOptions(parent=ec2.Vpc("net")))
        """,
    "a function": """\
        import pulumi_nowhere
        pulumi.export("vpc", pulumi_nowhere.ec2.get_default_vpc().public_subnet_ids[0])
        """,
    "a constant": """\
        from pulumi_nowhere.kinds import Platform
        pulumi.export("platform", Platform.LINUX)
        """,
}


@pytest.mark.parametrize("use", PACKAGES)
def test_a_package_of_pulumi_that_is_not_installed_is_stood_in_for(programs, use):
    report = checked(programs, PACKAGES[use], "pulumi-nowhere>=1")

    assert codes(report) == ["IAM101"]
    assert "the package pulumi_nowhere" in {n.value for n in report.not_checked}


OTHERS = {
    "a template": """\
        from nowhere import Template
        aws.ssm.Parameter("p", type="String", value=Template("{{ x }}").render(x=1))
        """,
    "a loop": """\
        import nowhere
        for name in nowhere.load("queues.toml")["queues"]:
            aws.sqs.Queue(f"{name}-queue")
        """,
    "a decorator": """\
        import nowhere
        @nowhere.cached(5)
        def size() -> int:
            return 5
        aws.sqs.Queue("q", delay_seconds=size())
        """,
    "a base": """\
        import nowhere
        class Settings(nowhere.Base):
            stage: str = "dev"
        aws.sns.Topic(Settings().stage)
        """,
    "a flag": """\
        import nowhere
        if "x" in nowhere.flags():
            raise ValueError
        """,
}


@pytest.mark.parametrize("use", OTHERS)
def test_values_of_another_package_that_is_not_installed_are_not_known(programs, use):
    report = checked(programs, OTHERS[use], "nowhere==1.0")

    assert codes(report) == ["IAM101"]
    assert "04da6b54" not in str(report), "the mark of a value that is not known is nobody's business"


def test_a_package_that_no_requirement_names_is_a_finding_among_the_others(programs):
    report = checked(programs, "import nowhere\n", "pulumi\npulumi-aws")

    assert sorted(codes(report)) == ["IAM101", "RUN101"]
    assert "'nowhere'" in next(f.message for f in report.findings if f.code == "RUN101")


def test_a_package_that_the_program_can_do_without_is_not_stood_in_for(programs):
    text = "try:\n    import nowhere\nexcept ImportError:\n    nowhere = None\nassert nowhere is None\n"
    report = checked(programs, text)

    assert codes(report) == ["IAM101"]


def test_a_structure_of_the_config_that_nobody_has_set_is_not_known(programs):
    text = """\
    network = pulumi.Config().require_object("network")
    group = aws.ec2.SecurityGroup("web", vpc_id=network["vpc"]["id"])
    for subnet in network["subnets"]:
        aws.ec2.Subnet(f"web-{subnet['name']}", vpc_id=network["vpc"]["id"], cidr_block=subnet["cidr"])
    """
    report = checked(programs, text)

    assert codes(report) == ["IAM101"]


def test_a_failure_over_what_is_not_known_is_not_the_programs(programs):
    text = 'count = int(pulumi.Config().require_object("sizes")["count"])\n'
    report = checked(programs, text)

    assert codes(report) == []
    assert any("does not run" in n.reason for n in report.not_checked)


def test_what_is_certain_stays_a_finding(programs):
    text = 'sizes = pulumi.Config().require_object("sizes")\nprint(no_such_name)\n'

    assert codes(checked(programs, text)) == ["RUN101"]


OLDER = """\
api = aws.apigateway.RestApi("shop")
deployment = aws.apigateway.Deployment("shop", rest_api=api.id, stage_name="live")
pulumi.export("url", deployment.invoke_url)
pulumi.export("subnets", aws.ec2.get_subnet_ids(vpc_id="vpc-1").ids)
"""


def test_what_an_older_sdk_had_is_no_fault_of_a_program_that_asks_for_it(programs):
    report = checked(programs, OLDER, "pulumi-aws>=5.0.0,<6.0.0")

    assert "IAM101" in codes(report)
    assert not [code for code in codes(report) if code.startswith(("SDK", "RUN"))]
    assert any("stage_name" in n.reason for n in report.not_checked)


@pytest.mark.parametrize("requirements", ["pulumi-aws>=6", "pulumi-aws", ""])
def test_it_is_one_of_a_program_that_takes_the_newest(programs, requirements):
    assert "SDK101" in codes(checked(programs, OLDER, requirements))


def test_what_no_sdk_had_is_one_of_every_program(programs):
    report = checked(programs, 'aws.sqs.Queue("q", retries=2)\n', "pulumi-aws>=5.0.0,<6.0.0")

    assert "SDK101" in codes(report)


def test_a_document_about_what_is_not_known_is_not_known(programs):
    text = """\
    bus = pulumi.StackReference("o/p/s").get_output("bus")
    document = aws.iam.get_policy_document(
        statements=[aws.iam.GetPolicyDocumentStatementArgs(actions=["events:PutEvents"], resources=[bus])]
    )
    aws.iam.Policy("events", policy=document.json)
    """

    assert codes(checked(programs, text)) == ["IAM101"]


def test_an_input_that_is_not_known_leaves_the_rest_of_the_resource_known(programs):
    text = """\
    table = pulumi.StackReference("o/p/s").get_output("table")
    role = aws.iam.Role("work", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))
    function = aws.lambda_.Function("work", role=role.arn, package_type="Image", image_uri="work",
        environment={"variables": {"TABLE": table}})
    api = aws.apigatewayv2.Api("shop", protocol_type="HTTP")
    integration = aws.apigatewayv2.Integration("work", api_id=api.id, integration_type="AWS_PROXY",
        integration_uri=function.arn, payload_format_version="2.0")
    target = pulumi.Output.concat("integrations/", integration.id)
    aws.apigatewayv2.Route("work", api_id=api.id, route_key="GET /", target=target)
    """

    assert "EVT103" in codes(checked(programs, text))


COMMANDS = {
    "fails": 'import subprocess, sys\nsubprocess.run([sys.executable, "-c", "raise SystemExit(3)"], check=True)\n',
    "installs": 'import subprocess, sys\nsubprocess.check_call([sys.executable, "-m", "pip", "install", "no-such"])\n',
    "waits": 'import subprocess, sys\nsubprocess.run([sys.executable, "-c", "import time; time.sleep(60)"])\n',
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_does_not_come_to_its_end_here_is_not_the_programs(programs, command):
    report = programs.check(IMPORTS + COMMANDS[command], options=CheckOptions(seconds=4))

    assert codes(report) == []
    assert any("does not run" in n.reason for n in report.not_checked)


def test_an_archive_that_a_build_makes_may_be_missing(programs):
    text = 'aws.lambda_.LayerVersion("libs", layer_name="libs", code=pulumi.FileArchive("libs.zip"))\n'

    # Where it will be found is another question than whether it is there.
    assert codes(programs.check(IMPORTS + text)) == ["PKG107"]
