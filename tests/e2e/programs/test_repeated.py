"""A program comes to the same whatever the threads do: with delays here and there, and in the worst order.

tools/repeat.py does the same with every program, twenty times.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import alike
import pytest
import repeated_runs
from repeated_runs import PROGRAMS, ROOT

from stackwright.emulator.process import Emulator, EmulatorSettings, start
from stackwright.workspace import UpOptions, connection

SECONDS = 0.05  # the longest delay
SEEDS = (1, 2)

# The mapping needs the policy and does not say so; the second function is refused for good.
BY_LUCK = """
import json
import pulumi
import pulumi_aws as aws

def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})

trust = document(Action="sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
role = aws.iam.Role("role", assume_role_policy=trust)
code = pulumi.AssetArchive({"index.py": pulumi.StringAsset("def handler(event, context): return 1")})
queue = aws.sqs.Queue("queue")
aws.iam.RolePolicy("other", role=role.id, policy=document(Action="s3:GetObject", Resource="*"))
aws.iam.RolePolicy("policy", role=role.id, policy=document(Action="sqs:*", Resource="*"))
function = aws.lambda_.Function("function", role=role.arn, runtime="python3.13", handler="index.handler", code=code)
aws.lambda_.EventSourceMapping("mapping", event_source_arn=queue.arn, function_name=function.arn)
pulumi.export("queue", queue.url)
"""
REFUSED = """
for name in ("first", "second"):
    aws.sqs.Queue(name, visibility_timeout_seconds=-1)
"""


def outcomes(project: Path) -> list[alike.Leaves]:
    eager = [repeated_runs.run(project, seed, SECONDS) for seed in SEEDS]
    return alike.kinds([*eager, repeated_runs.run(project, 0, 0, UpOptions(order="worst"))])


def assert_alike(kinds: list[alike.Leaves]) -> None:
    for other in kinds[1:]:
        assert alike.differences(kinds[0], other) == []


def written(directory: Path, program: str) -> Path:
    (directory / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (directory / "__main__.py").write_text(program)
    return directory


@pytest.mark.parametrize("program", ["rest-api", "thumbnails"])
def test_delays_change_nothing(program: str) -> None:
    kinds = outcomes(PROGRAMS / program)
    assert_alike(kinds)
    assert ("error", "") not in kinds[0]


def test_delays_do_not_change_what_is_luck(tmp_path: Path) -> None:
    kinds = outcomes(written(tmp_path, BY_LUCK))
    assert_alike(kinds)
    assert [value.rpartition("::")[2] for place, value in kinds[0].items() if "needs" in place] == ["policy"]


def test_delays_do_not_change_what_fails(tmp_path: Path) -> None:
    kinds = outcomes(written(tmp_path, BY_LUCK + REFUSED))
    assert_alike(kinds)
    assert ("error", "") in kinds[0]


# ---- the worst order -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator for this module: other tests bring the same programs up."""
    running = start(EmulatorSettings(state_dir=tmp_path_factory.mktemp("apart")), lifeline=True)
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def endpoint_apart(apart: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    root = apart.root()
    environment = {
        **repeated_runs.ENVIRONMENT,
        "STACKWRIGHT_HOME": str(tmp_path / "home"),
        "AWS_ENDPOINT_URL": apart.endpoint,
        "AWS_ACCESS_KEY_ID": root.access_key,
        "AWS_SECRET_ACCESS_KEY": root.secret_key,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    # As that of another project of this user, which gives out the keys of all accounts.
    monkeypatch.setattr(connection, "_running_at", lambda url: apart if url == apart.endpoint else None)
    return apart.endpoint


PROJECTS = [path.parent for root in (ROOT / "systems", PROGRAMS) for path in sorted(root.glob("*/Pulumi.yaml"))]
PROJECTS.remove(PROGRAMS / "network")  # comes up before `network-user`, which needs it


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_the_worst_order_brings_it_up(endpoint_apart: str, project: Path) -> None:
    result = repeated_runs.bring_up(project, UpOptions(endpoint=endpoint_apart, order="worst"))
    assert result.ordering == ()
