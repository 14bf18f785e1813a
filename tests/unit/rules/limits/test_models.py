"""What AWS's own models say of values, and which values are the program's own."""

import json
import random
import re
import sys
from importlib import resources
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from stackwright.graph import UNKNOWN, Graph, Invoke, Resource, Secret
from stackwright.rules.known import Known
from stackwright.rules.limits.models import Takes, module

sys.path.insert(0, str(Path(__file__).parents[4] / "tools"))

import model_limits
import model_shapes
from checked_programs import Programs
from model_shapes import Form, constraint

FILES = sorted(path.name for path in resources.files("stackwright.rules").joinpath("data/models").iterdir())
ROLE = "role='arn:aws:iam::123456789012:role/x'"
FUNCTION = f"{ROLE}, handler='a.b', s3_bucket='code', s3_key='a.zip'"
TABLE = "hash_key='id', attributes=[{'name': 'id', 'type': 'S'}]"

REFUSED = {
    "capitals": (f"aws.lambda_.Function('work', {FUNCTION}, runtime='Python3.13')", "'python3.13'."),
    "no runtime": (f"aws.lambda_.Function('work', {FUNCTION}, runtime='python313')", "'python3.13'."),
    "variable": (
        f"aws.lambda_.Function('work', {FUNCTION}, runtime='python3.13', environment={{'variables': {{'a-b': '1'}}}})",
        "Give only texts like [a-zA-Z]([a-zA-Z0-9_])+.",
    ),
    "Args": (
        f"aws.lambda_.Function('work', {FUNCTION}, runtime='python3.13', "
        "tracing_config=aws.lambda_.FunctionTracingConfigArgs(mode='active'))",
        "'Active'.",
    ),
    "length": (
        f"aws.lambda_.Function('work', {FUNCTION}, runtime='python3.13', description='x' * 257)",
        "Give at most 256 characters.",
    ),
    "items": (
        f"aws.lambda_.Function('work', {FUNCTION}, runtime='python3.13', architectures=['arm64', 'x86_64'])",
        "Give 1 items.",
    ),
    "no alphabet": (
        "aws.iam.Role('work', description='read \u2014 and write', assume_role_policy='{}')",
        "Give only texts like [\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*.",
    ),
    "document": (
        "aws.iam.RolePolicy('work', role='work', name='read and write', policy='{}')",
        "Give only texts like [\\w+=,.@-]+.",
    ),
    "projection": (
        f"aws.dynamodb.Table('t', {TABLE}, billing_mode='PAY_PER_REQUEST', global_secondary_indexes="
        "[{'name': 'by-id', 'hash_key': 'id', 'projection_type': 'all'}])",
        "'ALL'.",
    ),
    "billing": (
        f"aws.dynamodb.Table('t', {TABLE}, billing_mode='ON_DEMAND')",
        "Give one of PROVISIONED, PAY_PER_REQUEST.",
    ),
    "status": (
        "aws.s3.BucketVersioning('v', bucket='b', versioning_configuration={'status': 'enabled'})",
        "'Enabled'.",
    ),
    "event": (
        "aws.s3.BucketNotification('n', bucket='b', queues=[{'queue_arn': 'arn:aws:sqs:us-east-1:123456789012:q', "
        "'events': ['ObjectCreated']}])",
        "'s3:ObjectCreated:*'.",
    ),
    "statistic": (
        "aws.cloudwatch.MetricAlarm('a', comparison_operator='LessThanThreshold', evaluation_periods=1, "
        "statistic='Mean')",
        "",
    ),
    "of a query": (
        "aws.cloudwatch.MetricAlarm('a', comparison_operator='LessThanThreshold', evaluation_periods=1, metric_queries="
        "[{'id': 'm', 'return_data': True, 'metric': {'metric_name': 'x', 'period': 60, 'stat': 'Sum', "
        "'unit': 'Second'}}])",
        "'Seconds'.",
    ),
    "instance": ("aws.ec2.Instance('i', ami='ami-1', instance_type='t3.mirco')", "'t3.micro'."),
    "tag": ("aws.cloudwatch.LogGroup('log', tags={'Owner': 'team (north)'})", "Give only texts like"),
    "zero": (
        "aws.lambda_.ProvisionedConcurrencyConfig('p', function_name='f', qualifier='live', "
        "provisioned_concurrent_executions=0)",
        "1.",
    ),
}
TAKEN = {
    "runtime of next year": f"aws.lambda_.Function('work', {FUNCTION}, runtime='python3.19')",
    "instance of next year": "aws.ec2.Instance('i', ami='ami-1', instance_type='m19g.large')",
    "none": f"aws.lambda_.Function('none', {FUNCTION}, runtime='python3.13', reserved_concurrent_executions=-1)",
    "provider's word": "aws.s3.BucketVersioning('v', bucket='b', versioning_configuration={'status': 'Disabled'})",
    "empty": f"aws.lambda_.Function('empty', {FUNCTION}, runtime='python3.13', description='')",
    "lower case": "aws.lb.Listener('l', load_balancer_arn='x', protocol='http', port=80, default_actions="
    "[{'type': 'fixed-response', 'fixed_response': {'content_type': 'text/plain', 'status_code': '200'}}])",
    "own domain": "aws.cognito.UserPoolDomain('d', domain='auth.example.com', user_pool_id='us-east-1_x')",
    "umlaut": "aws.iam.Role('u', description='f\u00fcr alle', assume_role_policy='{}', tags={'Ort': 'K\u00f6ln'})",
    "computed": "aws.lambda_.Permission('p', action='lambda:InvokeFunction', principal='s3.amazonaws.com', "
    "function=aws.sqs.Queue('q').arn)",
    "computed in a part": f"aws.lambda_.Function('part', {FUNCTION}, runtime='python3.13', environment={{'variables': "
    "{'QUEUE': aws.sqs.Queue('r').url}})",
    "looked up": "aws.lambda_.Permission('l', action='lambda:InvokeFunction', principal='s3.amazonaws.com', "
    "function='f', source_account=aws.ec2.get_ami(owners=['self']).id)",
    "not set": "aws.cloudwatch.LogGroup('days', retention_in_days=pulumi.Config().require_int('retention_days'))\n"
    "aws.ec2.Instance('not-set', ami='ami-1', instance_type=pulumi.Config().require('machine'))",
}


@pytest.mark.parametrize(("program", "fix"), REFUSED.values(), ids=list(REFUSED))
def test_found(programs: Programs, program: str, fix: str) -> None:
    (finding,) = programs.check(program, "LIM101", "LIM103").findings
    assert (finding.code, finding.fix[: len(fix)]) == ("LIM103", fix)


def test_left_alone(programs: Programs) -> None:
    assert programs.check("\n".join(TAKEN.values()), "LIM101", "LIM103", "RUN101").findings == ()


def test_the_message_says_where_the_api_takes_it(programs: Programs) -> None:
    program = (
        "aws.s3.BucketLifecycleConfiguration(\n    'old',\n    bucket='b',\n    rules=[\n"
        "        {'id': 'a', 'status': 'Enabled'},\n        {'id': 'b',\n         'status': 'On'},\n    ],\n)\n"
    )
    (finding,) = programs.check(program, "LIM103").findings
    assert "rules[1].status of 'old' is 'On'; AWS takes one of Enabled, Disabled" in finding.message
    assert "(LifecycleConfiguration.Rules.Status of PutBucketLifecycleConfiguration, s3, as of 20" in finding.message
    assert (finding.place.line, finding.place.path) == (12, "rules.1.status")


def test_a_secret_is_not_shown(programs: Programs) -> None:
    program = "aws.ssm.Parameter('p', type=pulumi.Output.secret('Sealed-and-shut'), value='x')"
    (finding,) = programs.check(program, "LIM103").findings
    assert "Sealed-and-shut" not in finding.message


# ---- what a model says ----------------------------------------------------------------------------------------------


def test_values_of_another_kind_are_left_alone() -> None:
    assert Takes("number", minimum=1).refuses("0") == ""
    assert Takes("text", maximum=2).refuses(["too", "many"]) == ""
    assert Takes("list", maximum=1).refuses("text") == ""
    assert Takes("number", maximum=0).refuses(True) == ""


def test_a_zero_counts_where_it_is_sent() -> None:
    assert Takes("number", minimum=1).refuses(0) == ""
    assert Takes("number", minimum=1).refuses(0, required=True) == "is 0"
    assert Takes("number", maximum=-1).refuses(0) == ""


def test_a_long_enum_is_not_listed_whole() -> None:
    takes = Takes("text", enum=tuple(f"size-{n}" for n in range(100)))
    assert takes.allowed("size-1000").count("size-") == 12
    assert takes.allowed("size-1000").endswith("and 88 more")


@pytest.mark.parametrize("name", FILES)
def test_patterns_can_be_asked(name: str) -> None:
    known = module(name.removesuffix(".json"))
    for takes in known.takes:
        for pattern in (takes.regex or takes.pattern, takes.form):
            re.compile(pattern)
        assert takes.enum or takes.pattern or takes.minimum is not None or takes.maximum is not None
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", known.date)


JUNK: list[Any] = [
    None,
    UNKNOWN,
    True,
    0,
    -1,
    1e300,
    "",
    "x" * 999,
    "\ud800",
    [],
    {},
    [None],
    [[]],
    Secret("s"),
    [UNKNOWN],
]


def junk(node: dict[str, Any], chance: random.Random) -> Any:
    inner = {key: junk(part, chance) for key, part in node.get("members", {}).items() if chance.random() < 0.5}
    value: Any = chance.choice([inner, inner, chance.choice(JUNK)])
    return chance.choice([value, [value, chance.choice(JUNK)], Secret(value), {"key": value}])


@pytest.mark.parametrize("name", FILES)
def test_no_value_makes_it_raise(name: str) -> None:
    known, chance = module(name.removesuffix(".json")), random.Random(name)
    for kind, tree in known.types.items():
        for _ in range(20):
            for misfit in known.misfits(kind, {key: junk(dict(node), chance) for key, node in tree.items()}):
                assert misfit.says
                assert misfit.takes.allowed(misfit.value)
                misfit.takes.nearest(misfit.value)


def test_a_module_without_a_model_says_nothing() -> None:
    assert list(module("../limits").misfits("x", {})) == []


@pytest.mark.parametrize("kind", ["lambda/eventSourceMapping:EventSourceMapping", "sfn/stateMachine:StateMachine"])
def test_the_files_are_what_the_models_say(kind: str) -> None:
    models, form = model_limits.Models(), Form()
    tree = model_limits.Type(kind, models, form).tree()
    name = f"{kind.partition('/')[0]}.json"
    document = json.loads(resources.files("stackwright.rules").joinpath(f"data/models/{name}").read_text())
    known = document["types"][kind]

    def spelled(node: dict[str, Any], takes: list[Any]) -> Any:
        return {
            key: takes[part] if key == "takes" else spelled(part, takes) if isinstance(part, dict) else part
            for key, part in node.items()
        }

    assert spelled(known, document["takes"]) == spelled(tree, form.all)


def test_slow_patterns_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_shapes, "_SECONDS", 0.3)
    shape = SimpleNamespace(type_name="string", metadata={"pattern": "[a-z](?:-?[a-z0-9]+)*", "max": 63})
    assert constraint(shape, "str", (), "", required=False) == {"kind": "text", "max": 63}


# ---- whose value it is ----------------------------------------------------------------------------------------------

URN = "urn:pulumi:dev::p::aws:sqs/queue:Queue::q"


def queue(**inputs: Any) -> Resource:
    return Resource(URN, "aws:sqs/queue:Queue", "q", inputs=inputs)


def test_what_the_other_run_does_not_know_is_not_the_programs() -> None:
    made_up = queue(name="a", tags={"own": "b", "other": "c"}, rules=[{"x": 1}])
    known = Known(
        Graph("p", "dev", "simulated", (made_up,)),
        Graph("p", "dev", "unknown", (queue(name=UNKNOWN, tags={"own": "b", "other": UNKNOWN}, rules=[{"x": 1}]),)),
    )
    assert not known.gives(made_up, "name", "a")
    assert known.gives(made_up, "tags.own", "b")
    assert not known.gives(made_up, "tags.other", "c")
    assert known.gives(made_up, "rules.0.x", 1)
    assert known.gives_key(made_up, "tags.other")
    assert not known.gives_key(made_up, "tags.gone")


def test_without_another_run_dependencies_tell() -> None:
    made_up = Resource(
        URN, "aws:sqs/queue:Queue", "q", inputs={"name": "a", "tags": "b"}, property_dependencies={"name": ("u",)}
    )
    known = Known(Graph("p", "dev", "simulated", (made_up,)))
    assert not known.gives(made_up, "name", "a")
    assert known.gives(made_up, "tags", "b")


def test_settings_and_answers_that_are_made_up_are_not_the_programs() -> None:
    asked = Invoke("t", {"state": "available"}, {"id": "ami-1", "state": "available"}, simulated="made up")
    resource = queue(name="x-ami-1", state="available", days=10, seconds=864000, other=1011)
    known = Known(Graph("p", "dev", "simulated", (resource,), invokes=(asked,)), None, {"10", "true"})
    assert not known.gives(resource, "name", "x-ami-1")
    assert known.gives(resource, "state", "available")
    assert not known.gives(resource, "days", 10)
    assert not known.gives(resource, "seconds", 864000)
    assert known.gives(resource, "other", 1011)
