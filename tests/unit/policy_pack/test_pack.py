"""What the pack makes of a stack, without a process."""

from __future__ import annotations

import pytest
from policy_engine import PolicyEngine

from stackwright.cli.app import run
from stackwright.engine.protocol.analyzer import Analyzer
from stackwright.errors import UsageError
from stackwright.graph import UNKNOWN, Graph, Resource
from stackwright.policy_pack.pack import Rules
from stackwright.rules import registry
from stackwright.rules.settings import Settings

URN = "urn:pulumi:dev::shop::aws:{}::{}"


class _Direct:
    """The service without gRPC."""

    def __init__(self, pack):
        self._analyzer = Analyzer(pack)

    def __getattr__(self, name):
        return lambda request: getattr(self._analyzer, name)(request, None)


def engine(tmp_path, settings=None, **options):
    rules = Rules(registry.rules().values(), settings or Settings(), version="1", **options)
    return PolicyEngine(_Direct(rules), tmp_path)


def group(**inputs):
    return Resource(
        urn=URN.format("cloudwatch/logGroup:LogGroup", "orders"),
        type="aws:cloudwatch/logGroup:LogGroup",
        name="orders",
        id="/shop/orders",
        provider=provider().urn,
        inputs=inputs,
        outputs={"arn": "arn:aws:logs:eu-central-1:123456789012:log-group:/shop/orders", **inputs},
    )


def provider():
    urn = "urn:pulumi:dev::shop::pulumi:providers:aws::default"
    return Resource(urn=urn, type="pulumi:providers:aws", name="default", id="p")


def graph(*resources):
    return Graph("shop", "dev", "emulator", (provider(), *resources))


def seen(asked, shown, planned=None):
    """The graph that rules get."""
    kept = []
    pack = asked.pack._analyzer._pack
    judge = pack.judge
    pack.judge = lambda graph, policies: (kept.append(graph), judge(graph, policies))[1]
    asked.run(shown, planned)
    return kept[0]


def test_what_a_provider_has_filled_in_is_not_what_the_program_wrote(tmp_path):
    wanted = group(name="/shop/orders", tags={"of": "orders"})

    (_, found) = seen(engine(tmp_path), graph(wanted)).resources
    assert "timeoutInMinutes" not in found.inputs
    assert (found.inputs, found.id, found.provider) == (wanted.inputs, wanted.id, wanted.provider)


def test_a_resource_that_is_only_read_is_not_of_the_program(tmp_path):
    read = Resource(**{**{f: getattr(group(), f) for f in Resource.__slots__}, "external": True})

    (_, found) = seen(engine(tmp_path), graph(read)).resources
    assert found.external
    assert found.inputs == {}


def test_what_a_provider_has_not_planned_is_not_known(tmp_path):
    planned = Resource(**{**{f: getattr(group(), f) for f in Resource.__slots__}, "id": "", "outputs": {}})
    nothing = Graph("shop", "dev", "unknown", (provider(), planned))

    (_, found) = seen(engine(tmp_path), nothing, nothing).resources
    assert found.id is UNKNOWN
    assert found.outputs["arn"] is UNKNOWN


def test_code_is_read_where_the_project_is_known(tmp_path, programs):
    body = "import json\n\n\ndef handler(event, context):\n    return json.loads(event['body'])\n"
    (tmp_path / "handlers").mkdir()
    (tmp_path / "handlers/app.py").write_text(body)
    program = f"""
role = aws.iam.Role("r", assume_role_policy="{{}}")
code = pulumi.AssetArchive({{"app.py": pulumi.FileAsset("{tmp_path}/handlers/app.py")}})
fn = aws.lambda_.Function("orders", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
api = aws.apigatewayv2.Api("api", protocol_type="HTTP", target=fn.arn)
"""
    shown = programs.graph(program)
    settings = Settings(select=("HDL", "IAM123"))
    without = {v.policyName for v in engine(tmp_path, settings).run(shown)}
    with_it = {v.policyName for v in engine(tmp_path, settings, root=tmp_path).run(shown)}

    assert without == {"IAM123"}, "it says that the code was not compared"
    assert "IAM123" not in with_it


def test_only_severities_that_there_are_can_be_mandatory():
    with pytest.raises(UsageError, match="there is no severity 'errors'"):
        Rules(registry.rules().values(), Settings(), version="1", mandatory=frozenset({"errors"}))


def test_the_command_writes_a_pack_and_leaves_what_is_there(tmp_path, capsys):
    place = tmp_path / "policy"

    assert run(["policy", "new", str(place)]) == 0
    assert sorted(p.name for p in place.iterdir()) == ["PulumiPolicy.yaml", "__main__.py", "requirements.txt"]
    assert run(["policy", "new", str(place)]) == 2
    assert "is not empty" in capsys.readouterr().err
