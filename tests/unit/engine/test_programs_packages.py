"""Packages other than aws, other stacks, dynamic providers, stashes."""

from __future__ import annotations

import base64
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stackwright.engine.deployment.dispatch import Dispatch
from stackwright.engine.program.dynamic_package import DynamicPackage
from stackwright.engine.project import pulumi_yaml as projects
from stackwright.engine.schema.sdk import resource_type
from stackwright.engine.simulated.provider import Simulated
from stackwright.engine.simulated.random_package import RandomPackage
from stackwright.errors import ResourceError
from stackwright.graph import UNKNOWN, Secret, reveal
from stackwright.testing.eventually import eventually

RANDOM = """
import pulumi_random as random
pulumi.export("id", random.RandomId("id", byte_length=4, prefix="x-").hex)
pulumi.export("string", random.RandomString("string", length=12, special=False, min_numeric=3).result)
pulumi.export("password", random.RandomPassword("password", length=20).result)
pulumi.export("integer", random.RandomInteger("integer", min=3, max=9).result)
pulumi.export("pet", random.RandomPet("pet", length=3, separator="_", prefix="my").id)
pulumi.export("shuffle", random.RandomShuffle("shuffle", inputs=["a", "b", "c"], result_count=5).results)
pulumi.export("uuid", random.RandomUuid("uuid", keepers={"k": "KEEPER"}).result)
pulumi.export("uuid7", random.RandomUuid7("uuid7").result)
pulumi.export("bytes", random.RandomBytes("bytes", length=5).base64)
"""


def test_random_values_have_their_form_and_stay(run: Any) -> None:
    provider = Dispatch(lambda: ({"random": RandomPackage()}, Simulated()))
    first = run(RANDOM, provider=provider)
    outputs = reveal(first.outputs)
    assert outputs["id"].startswith("x-")
    assert len(bytes.fromhex(outputs["id"][2:])) == 4
    assert outputs["string"].isalnum()
    assert sum(c.isdigit() for c in outputs["string"]) >= 3
    assert len(outputs["password"]) == 20
    assert isinstance(first.outputs["password"], Secret)
    assert 3 <= outputs["integer"] <= 9
    assert outputs["pet"].startswith("my_")
    assert len(outputs["pet"].split("_")) == 4
    assert sorted(outputs["shuffle"][:3]) == ["a", "b", "c"]
    assert len(outputs["shuffle"]) == 5
    assert (uuid.UUID(outputs["uuid"]).version, uuid.UUID(outputs["uuid7"]).version) == (4, 7)
    assert len(base64.b64decode(outputs["bytes"])) == 5

    again = run(RANDOM, provider=provider, previous=first.graph)
    assert again.outputs == first.outputs
    assert again.deployment.counts["same"] == 9
    kept = run(RANDOM.replace("KEEPER", "other"), provider=provider, previous=first.graph, finish=True)
    assert kept.outputs["uuid"] != first.outputs["uuid"]
    assert kept.outputs["pet"] == first.outputs["pet"]
    assert (kept.deployment.counts["replace"], kept.deployment.counts["delete"]) == (1, 1)
    other = run(RANDOM, provider=provider)
    assert other.outputs["uuid"] != first.outputs["uuid"]


def test_random_values_of_a_simulation_are_the_same_every_time(run: Any) -> None:
    assert run(RANDOM).outputs == run(RANDOM).outputs


def test_other_packages_are_simulated_and_said_so(run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "site" / "pulumi_tls"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from .private_key import PrivateKey\n")
    (package / "private_key.py").write_text(TLS)
    assert resource_type("tls:index/privateKey:PrivateKey").properties == {}, "it is not installed"
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    ran = run(
        """
        import pulumi_tls as tls
        key = tls.PrivateKey("key", algorithm="RSA")
        pulumi.export("url", key.some_url.apply(lambda url: url.upper()))
        pulumi.export("bits", key.rsa_bits)
        """,
        environment={"PYTHONPATH": str(tmp_path / "site")},
    )
    assert ran.outputs["url"].startswith("HTTPS://KEY-")
    assert ran.named("key").simulated == {"": "the package tls does not run here; its outputs are made up"}
    assert ran.named("key").provider.endswith("pulumi:providers:tls::default")


TLS = """
import pulumi

class PrivateKey(pulumi.CustomResource):
    def __init__(__self__, resource_name, opts=None, algorithm=None, rsa_bits=None):
        __self__._internal_init(resource_name, opts=opts, algorithm=algorithm, rsa_bits=rsa_bits)

    def _internal_init(__self__, resource_name, opts=None, algorithm=None, rsa_bits=None):
        __props__ = dict()
        if algorithm is None and not opts.urn:
            raise TypeError("Missing required property 'algorithm'")
        __props__["algorithm"] = algorithm
        __props__["rsa_bits"] = rsa_bits
        __props__["some_url"] = None
        super(PrivateKey, __self__).__init__("tls:index/privateKey:PrivateKey", resource_name, __props__, opts)

    @property
    @pulumi.getter
    def algorithm(self) -> pulumi.Output[str]:
        return pulumi.get(self, "algorithm")

    @property
    @pulumi.getter(name="rsaBits")
    def rsa_bits(self) -> pulumi.Output[int]:
        return pulumi.get(self, "rsa_bits")

    @property
    @pulumi.getter(name="someUrl")
    def some_url(self) -> pulumi.Output[str]:
        return pulumi.get(self, "some_url")

    def translate_output_property(self, prop):
        return {"someUrl": "some_url", "rsaBits": "rsa_bits"}.get(prop, prop)
"""


REFERENCE = """
other = pulumi.StackReference("other", stack_name="organization/network/dev")
pulumi.export("vpc", other.get_output("vpc"))
pulumi.export("token", other.require_output("token"))
pulumi.export("missing", other.get_output("missing"))
"""


def test_references_to_other_stacks(run: Any) -> None:
    asked: list[str] = []

    def outputs(name: str) -> dict[str, Any]:
        asked.append(name)
        return {"vpc": "vpc-1", "token": Secret("t")}

    ran = run(REFERENCE, stack_outputs=outputs)
    assert asked == ["organization/network/dev"]
    assert ran.outputs == {"vpc": "vpc-1", "token": Secret("t")}
    reference = ran.named("other")
    assert reference.external
    assert reference.provider == ""
    assert not ran.graph.of_type("pulumi:providers:pulumi")


def test_references_to_stacks_that_cannot_be_known(run: Any) -> None:
    ran = run(REFERENCE, stack_outputs=lambda _: UNKNOWN, dry_run=True)
    assert ran.outputs["vpc"] is UNKNOWN


def test_references_to_stacks_that_are_not_there(run: Any) -> None:
    ran = run(REFERENCE, fails=True)
    assert isinstance(ran.error, ResourceError)
    assert "the stack 'organization/network/dev'" in ran.error.what
    assert "__main__.py:3" in ran.error.where


def test_a_stash_keeps_its_first_value(run: Any) -> None:
    program = 'stash = pulumi.Stash("s", input="VALUE")\npulumi.export("kept", stash.output)\n'
    first = run(program)
    second = run(program.replace("VALUE", "other"), previous=first.graph)
    assert (first.outputs["kept"], second.outputs["kept"]) == ("VALUE", "VALUE")


DYNAMIC = """
import pathlib
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, Resource, ResourceProvider, UpdateResult

class Files(ResourceProvider):
    def configure(self, request):
        self.color = request.config.get("color")
    def check(self, olds, news):
        if news["text"] == "bad":
            return CheckResult(news, [CheckFailure("text", "must not be bad")])
        return CheckResult(news, [])
    def diff(self, id, olds, news):
        return DiffResult(changes=olds["text"] != news["text"] or olds["path"] != news["path"],
            replaces=["path"] if olds["path"] != news["path"] else [])
    def create(self, props):
        path = pathlib.Path(props["path"])
        path.write_text(props["text"])
        if props["text"] == "raise":
            raise RuntimeError("no luck")
        return CreateResult(str(path.name), {**props, "size": len(props["text"]), "color": self.color})
    def update(self, id, olds, news):
        pathlib.Path(news["path"]).write_text(news["text"])
        return UpdateResult({**news, "size": len(news["text"]), "color": self.color})
    def delete(self, id, props):
        pathlib.Path(props["path"]).unlink()

class File(Resource):
    size: pulumi.Output[int]
    color: pulumi.Output[str]
    def __init__(self, name, path, text, opts=None):
        super().__init__(Files(), name, {"path": path, "text": text, "size": None, "color": None}, opts)
"""


@pytest.fixture
def dynamic(tmp_path: Path) -> Iterator[DynamicPackage]:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("")
    project = projects.load(tmp_path)
    with DynamicPackage(project, projects.Config({"shop:color": "blue"})) as package:
        yield package


def test_dynamic_providers_run(run: Any, dynamic: DynamicPackage, tmp_path: Path) -> None:
    provider = Dispatch(lambda: ({"pulumi-python": dynamic}, Simulated()))
    program = DYNAMIC + 'f = File("f", "PATH", "TEXT")\npulumi.export("f", [f.id, f.size, f.color])\n'

    def program_with(path: str, text: str) -> str:
        return program.replace("PATH", path).replace("TEXT", text)

    first = run(program_with("a.txt", "hello"), provider=provider)
    assert first.outputs == {"f": ["a.txt", 5, "blue"]}
    assert (tmp_path / "a.txt").read_text() == "hello"
    assert isinstance(first.named("f").inputs["__provider"], Secret)
    assert isinstance(first.named("f").outputs["__provider"], Secret)
    same = run(program_with("a.txt", "hello"), provider=provider, previous=first.graph)
    assert same.deployment.counts["same"] == 1
    updated = run(program_with("a.txt", "hello you"), provider=provider, previous=same.graph)
    assert updated.outputs == {"f": ["a.txt", 9, "blue"]}
    assert updated.deployment.counts["update"] == 1
    replaced = run(program_with("b.txt", "hello you"), provider=provider, previous=updated.graph, finish=True)
    assert replaced.deployment.counts["replace"] == 1
    assert not (tmp_path / "a.txt").exists()
    gone = run(DYNAMIC, provider=provider, previous=replaced.graph, finish=True)
    assert gone.deployment.counts["delete"] == 1
    assert not (tmp_path / "b.txt").exists()

    refused = run(program_with("c.txt", "bad"), provider=provider, fails=True)
    assert refused.error.what == "'f': its dynamic provider refuses the inputs: text: must not be bad"
    raised = run(program_with("c.txt", "raise"), provider=provider, fails=True)
    assert raised.error.what == "'f': its dynamic provider failed in `create`: RuntimeError: no luck"
    assert raised.error.where.endswith("__main__.py:20")


def test_the_server_of_dynamic_providers_ends_with_close(run: Any, dynamic: DynamicPackage) -> None:
    provider = Dispatch(lambda: ({"pulumi-python": dynamic}, Simulated()))
    program = DYNAMIC.replace("self.color =", "import os; self.color = str(os.getpid()) or")
    ran = run(program + 'pulumi.export("pid", File("f", "a.txt", "x").color)\n', provider=provider)
    pid = int(ran.outputs["pid"])
    os.kill(pid, 0)
    dynamic.close()
    eventually(lambda: not Path(f"/proc/{pid}").exists())


def test_dynamic_providers_do_not_run_in_a_simulation(run: Any, tmp_path: Path) -> None:
    ran = run(DYNAMIC + 'File("f", "a.txt", "x")\n')
    assert not (tmp_path / "a.txt").exists()
    assert ran.named("f").simulated == {"": "dynamic providers do not run in a simulation"}


def test_components_of_packages_that_do_not_run(run: Any) -> None:
    ran = run(
        """
        class Vpc(pulumi.ComponentResource):
            vpc_id: pulumi.Output[str]
            def __init__(self, name):
                super().__init__("awsx:ec2:Vpc", name, {"cidr": "10.0.0.0/16"}, None, True)
        Vpc("v")
        """
    )
    assert ran.named("v").simulated == {"": "the package awsx does not run here; its outputs are made up"}
    assert not ran.named("v").custom
