"""What code expects of its environment variables."""

import pytest
from checked_programs import Programs

PROGRAM = """
role = aws.iam.Role("plots", assume_role_policy="{}")
photos = aws.s3.Bucket("photos")
plots = aws.dynamodb.Table(
    "plots", billing_mode="PAY_PER_REQUEST", hash_key="plot", attributes=[{"name": "plot", "type": "S"}]
)
jobs = aws.sqs.Queue("jobs")
news = aws.sns.Topic("news")
aws.lambda_.Function(
    "plots",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=pulumi.AssetArchive({"app.py": pulumi.FileAsset("handlers/app.py")}),
    VARIABLES
)
"""


def _check(programs: Programs, variables: str, handler: str, code: str) -> list[str]:
    given = f"environment={{'variables': {variables}}}," if variables else ""
    files = {"__main__.py": PROGRAM.replace("VARIABLES", given), "handlers/app.py": handler}
    return [f.message for f in programs.check(files, code).findings]


@pytest.mark.parametrize(
    "body",
    [
        "import os\nTABLE = os.environ['TABLE']\ndef handler(event, context): ...",
        "from os import environ\ndef handler(e, c):\n    return read()\ndef read():\n    return environ['TABLE']",
        "import os\nclass Settings:\n    table = os.environ['TABLE']\ndef handler(event, context): ...",
    ],
)
@pytest.mark.parametrize("variables", ["", "{'TABLE_NAME': plots.name}"])
def test_a_variable_that_is_not_set_is_found(programs: Programs, body: str, variables: str) -> None:
    assert any("variable TABLE" in m for m in _check(programs, variables, body, "HDL106"))


@pytest.mark.parametrize(
    "body",
    [
        "import os\ndef handler(event, context):\n    return os.environ.get('TABLE', 'none')",
        "import os\ntry:\n    TABLE = os.environ['TABLE']\nexcept KeyError:\n    TABLE = ''\ndef handler(e, c): ...",
        "import os\nTABLE = os.environ['TABLE'] if 'TABLE' in os.environ else ''\ndef handler(e, c): ...",
        "import os\nif 'TABLE' in os.environ:\n    TABLE = os.environ['TABLE']\ndef handler(e, c): ...",
        "import os\nos.environ['TABLE'] = 'x'\nTABLE = os.environ['TABLE']\ndef handler(e, c): ...",
        "import os\nREGION = os.environ['AWS_REGION'] + os.environ['_HANDLER']\ndef handler(e, c): ...",
        "import os\ndef handler(e, c): ...\ndef never():\n    return os.environ['TABLE']",
        "import os\ndef handler(e, c):\n    return os.environ[e['which']]",
    ],
)
def test_a_variable_that_may_be_missing_is_not(programs: Programs, body: str) -> None:
    assert _check(programs, "", body, "HDL106") == []


CALLS = {
    "s3.put_object(Bucket=X, Key='k', Body=b'')": ("photos.arn", "photos.id"),
    "s3.upload_fileobj(None, X, 'k')": ("photos.bucket_domain_name", "photos.bucket"),
    "sqs.send_message(QueueUrl=X, MessageBody='m')": ("jobs.arn", "jobs.url"),
    "sns.publish(TopicArn=X, Message='m')": ("news.name", "news.arn"),
    "dynamodb.Table(X).put_item(Item={'plot': 'x'})": ("'plots'", "plots.id"),
    "dynamodb.Table(X).get_item(Key={'plot': 'x'})": ("photos.id", "plots.arn"),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_name_of_another_form_is_found(programs: Programs, call: str) -> None:
    clients = "\n".join(f"{name} = boto3.client('{name}')" for name in ("s3", "sqs", "sns"))
    body = f"import os\nimport boto3\n{clients}\ndynamodb = boto3.resource('dynamodb')\nX = os.environ['X']\n"
    body += f"def handler(event, context):\n    {call}\n"
    wrong, right = CALLS[call]

    assert len(_check(programs, f"{{'X': {wrong}}}", body, "HDL107")) == 1
    assert _check(programs, f"{{'X': {right}}}", body, "HDL107") == []


def test_names_of_resources_elsewhere_may_be_right(programs: Programs) -> None:
    body = "import os\nimport boto3\ndef handler(event, context):\n"
    body += "    boto3.client('s3').get_object(Bucket=os.environ['X'], Key='k')\n"

    assert _check(programs, "{'X': 'an-archive-of-others'}", body, "HDL107") == []
    assert _check(programs, "{'X': 'arn:aws:s3:us-east-1:1:accesspoint/of-others'}", body, "HDL107") == []


def test_a_variable_without_a_value_names_nothing(programs: Programs) -> None:
    body = "import os\nimport boto3\ndef handler(event, context):\n"
    body += "    boto3.client('sns').publish(TopicArn=os.environ.get('NEWS'), Message='m')\n"

    assert "None" in _check(programs, "", body, "HDL107")[0]
