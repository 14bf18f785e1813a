"""What programs do that looks like a fault and is none, or none of the program's."""

from __future__ import annotations

import pytest

TRUST = (
    'trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}\n'
    'role = aws.iam.Role("work", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))\n'
)


def policy(actions: list[str], resource: str) -> str:
    statement = f'{{"Effect": "Allow", "Action": {actions!r}, "Resource": {resource}}}'
    document = f'pulumi.Output.json_dumps({{"Version": "2012-10-17", "Statement": [{statement}]}})'
    return f'{TRUST}aws.iam.RolePolicy("work", role=role.name, policy={document})\n'


@pytest.mark.parametrize("value", ["PLACEHOLDER_TIDES_KEY", "<the key>", "replace-me", "your-api-key", "xxxx"])
def test_a_placeholder_is_no_secret(programs, value):
    text = f'aws.secretsmanager.SecretVersion("key", secret_id="key", secret_string="{value}")\n'

    assert programs.check(text, "CFG103").findings == ()


@pytest.mark.parametrize("actions", [["ec2:Describe*"], ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"]])
def test_actions_that_mostly_take_no_resource_stand_on_all(programs, actions):
    assert programs.check(policy(actions, '"*"'), "IAM112").findings == ()


def test_describing_log_groups_is_about_groups(programs):
    text = policy(["logs:DescribeLogGroups"], '"arn:aws:logs:*:*:*"')

    assert programs.check(text, "IAM103").findings == ()


def test_an_arn_that_is_made_up_is_not_judged(programs):
    text = 'link = aws.codestarconnections.Connection("code", provider_type="GitHub")\n'
    text += policy(["codestar-connections:UseConnection"], "link.arn")

    assert programs.check(text, "IAM103").findings == ()


def test_a_relative_path_of_code_is_told_from_the_working_directory(programs):
    files = {"__main__.py": 'pulumi.FileArchive("./handlers")\n', "handlers/app.py": "def handler(e, c): ...\n"}

    assert [f.code for f in programs.check(files).findings] == ["PKG107"]


def test_what_a_build_puts_on_the_path_is_not_missed(programs):
    text = TRUST + (
        'aws.lambda_.Function("work", role=role.arn, runtime="python3.13", handler="app.handler",\n'
        '    code=pulumi.FileArchive("handlers"), environment={"variables": {"PYTHONPATH": "/var/task/lib"}})\n'
    )
    files = {"__main__.py": text, "handlers/app.py": "import models.user\n\ndef handler(e, c): ...\n"}

    assert programs.check(files, "HDL102").findings == ()
