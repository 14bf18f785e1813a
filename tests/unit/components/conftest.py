"""Runs a small program in this process and records what it registers, with inputs resolved."""

from __future__ import annotations

import asyncio
import importlib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import rpc, settings
from pulumi.runtime.mocks import MockMonitor, Mocks
from pulumi.runtime.proto import resource_pb2

from stackwright.components import Environment, Function, Package

with warnings.catch_warnings():
    # Some of these modules warn when they are loaded, whatever is used of them; what our components use must not warn.
    warnings.simplefilter("ignore", DeprecationWarning)
    for name in (
        "apigateway",
        "appautoscaling",
        "cloudfront",
        "cloudwatch",
        "dynamodb",
        "ec2",
        "iam",
        "kms",
        "lambda_",
        "s3",
        "secretsmanager",
        "sfn",
        "sns",
        "sqs",
        "vpc",
    ):
        # Modules of pulumi_aws are loaded at the first access.
        hasattr(importlib.import_module(f"pulumi_aws.{name}"), "_inputs")

ACCOUNT = "123456789012"
REGION = "us-east-1"


@dataclass(frozen=True)
class Registration:
    """One registered resource."""

    type: str
    name: str
    inputs: dict[str, Any]
    provider: str
    dependencies: list[str]
    ignored: list[str]

    def depends_on(self, name: str) -> bool:
        return any(urn.endswith(f"::{name}") for urn in self.dependencies)


@dataclass(frozen=True)
class Invocation:
    """One invoked function."""

    token: str
    args: dict[str, Any]
    provider: str


@dataclass
class Recorder(MockMonitor):
    """A resource monitor that answers with well-formed names and ARNs."""

    registered: list[Registration] = field(default_factory=list)
    invoked: list[Invocation] = field(default_factory=list)
    zones: int = 6

    def __post_init__(self) -> None:
        super().__init__(_Unused())

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        answers: dict[str, dict[str, Any]] = {
            "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
            "aws:index/getPartition:getPartition": {"partition": "aws"},
            "aws:index/getAvailabilityZones:getAvailabilityZones": {
                "names": [f"{REGION}{letter}" for letter in "abcdef"[: self.zones]]
            },
        }
        self.invoked.append(Invocation(request.tok, rpc.deserialize_properties(request.args), request.provider))
        return resource_pb2.ResourceInvokeResponse(**{"return": _struct(answers[request.tok])})

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        urn = self.make_urn(request.parent, request.type, request.name)
        inputs = rpc.deserialize_properties(request.object)
        self.registered.append(
            Registration(
                request.type,
                request.name,
                inputs,
                request.provider,
                list(request.dependencies),
                list(request.ignoreChanges),
            )
        )
        identifier = f"{request.name}-id"
        outputs = {**inputs, **_computed(request.type, request.name, inputs)} if request.custom else {}
        plain = {k: v for k, v in outputs.items() if not isinstance(v, pulumi.Archive | pulumi.Asset)}
        return resource_pb2.RegisterResourceResponse(urn=urn, id=identifier, object=_struct(plain))

    # ---- questions of tests -----------------------------------------------------------------------------------------

    def all(self, kind: str) -> list[Registration]:
        """All resources of a type: `MetricAlarm`, or `apigateway/response:Response` in full."""
        return [r for r in self.registered if r.type.endswith((f":{kind}", f"aws:{kind}")) or r.type == kind]

    def one(self, name: str, kind: str = "") -> Registration:
        found = [r for r in self.registered if r.name == name and r.type.endswith(kind) and r.type.startswith("aws:")]
        assert len(found) == 1, f"{name}: {[r.name for r in self.registered]}"
        return found[0]


class _Unused(Mocks):
    def call(self, args: Any) -> Any:
        raise NotImplementedError

    def new_resource(self, args: Any) -> Any:
        raise NotImplementedError


def _struct(values: dict[str, Any]) -> Struct:
    struct = Struct()
    struct.update(values)
    return struct


def _computed(kind: str, name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    physical = inputs.get("name") or inputs.get("bucket") or name
    here = f"{REGION}:{ACCOUNT}"
    arns = {
        "aws:s3/bucket:Bucket": f"arn:aws:s3:::{physical}",
        "aws:sqs/queue:Queue": f"arn:aws:sqs:{here}:{physical}",
        "aws:sns/topic:Topic": f"arn:aws:sns:{here}:{physical}",
        "aws:dynamodb/table:Table": f"arn:aws:dynamodb:{here}:table/{physical}",
        "aws:lambda/function:Function": f"arn:aws:lambda:{here}:function:{physical}",
        "aws:iam/role:Role": f"arn:aws:iam::{ACCOUNT}:role/{physical}",
        "aws:kms/key:Key": f"arn:aws:kms:{here}:key/{name}",
        "aws:cloudwatch/logGroup:LogGroup": f"arn:aws:logs:{here}:log-group:{physical}",
        "aws:cloudwatch/eventRule:EventRule": f"arn:aws:events:{here}:rule/{physical}",
        "aws:secretsmanager/secret:Secret": f"arn:aws:secretsmanager:{here}:secret:{physical}-Ab12Cd",
        "aws:cloudfront/distribution:Distribution": f"arn:aws:cloudfront::{ACCOUNT}:distribution/{name}",
        "aws:sfn/stateMachine:StateMachine": f"arn:aws:states:{here}:stateMachine:{physical}",
    }
    arn = arns.get(kind, f"arn:aws:none:{here}:{name}")
    return {
        "name": physical,
        "arn": arn,
        "streamArn": f"{arn}/stream/1",
        "keyId": name,
        "prefixListId": f"pl-{name}",
        "base64": "cmFuZG9t",
        "domainName": f"{name}.cloudfront.net",
        "url": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{physical}",
        "invokeArn": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations",
        "executionArn": f"arn:aws:execute-api:{here}:abc123",
        "rootResourceId": "root",
        "invokeUrl": f"https://abc123.execute-api.{REGION}.amazonaws.com/dev",
    }


Run = Callable[..., Recorder]


@pytest.fixture
def run() -> Iterator[Run]:
    """Call it with a program; it returns what the program registered. `zones=1`: the region has one zone, not six."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    def run_program(program: Callable[[], object], **account: int) -> Recorder:
        recorder = Recorder(**account)
        settings.set_root_resource(None)  # type: ignore[arg-type]
        pulumi.runtime.set_mocks(_Unused(), project="shop", stack="dev", preview=False, monitor=recorder)

        @pulumi.runtime.test
        def wrapped() -> None:
            program()

        wrapped()
        return recorder

    yield run_program
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    asyncio.set_event_loop(None)


@pytest.fixture
def environment() -> Callable[[], Environment]:
    """Makes an environment; to be called inside the program."""
    return lambda: Environment("shop", project="shop", environment="dev", region=REGION, tags={"Team": "t"})


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """The smallest package."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "worker.py").write_text("def handler(event, context):\n    return event\n")
    return Package(tmp_path, entry="worker.py")


@pytest.fixture
def worker(package: Package) -> Callable[..., Function]:
    """Makes a function `worker` in an environment; further arguments as keywords."""

    def make(environment: Environment, **args: Any) -> Function:
        return Function("worker", **{"package": package, "handler": "worker.handler", **args}, opts=environment.opts)

    return make
