"""What every program uses: names, parents, config, exports, output."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stackwright.graph import Asset, ResourceReference, Secret, SourcePosition

QUEUE = """
class Queue(pulumi.CustomResource):
    arn: pulumi.Output[str]
    url: pulumi.Output[str]
    def __init__(self, name, props=None, opts=None):
        super().__init__("aws:sqs/queue:Queue", name, {"arn": None, "url": None, **(props or {})}, opts)

class Provider(pulumi.ProviderResource):
    def __init__(self, name, props, opts=None):
        super().__init__("aws", name, props, opts)
"""


def test_what_the_program_learns_about_itself(run: Any) -> None:
    ran = run(
        """
        import os
        config = pulumi.Config()
        pulumi.export("names", [pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()])
        pulumi.export("root", pulumi.get_root_directory() == os.getcwd())
        pulumi.export("color", config.require("color"))
        pulumi.export("sizes", config.require_object("sizes"))
        pulumi.export("nested", config.require_object("nested")["deep"]["er"])
        pulumi.export("on", config.require_bool("on"))
        pulumi.export("count", config.get_int("count"))
        pulumi.export("default", config.require_int("limit"))
        pulumi.export("dry", pulumi.runtime.is_dry_run())
        pulumi.export("env", os.environ["FLAVOUR"])
        """,
        project="name: shop\nruntime: python\nconfig:\n  limit:\n    type: integer\n    default: 7\n",
        stack_file="""
        config:
          shop:color: red
          shop:sizes: [1, 2]
          shop:nested: {deep: {er: x}}
          on: true
          shop:count: 0
        """,
        environment={"FLAVOUR": "sweet"},
    )
    assert ran.outputs == {
        "names": ["shop", "dev", "organization"],
        "root": True,
        "color": "red",
        "sizes": [1, 2],
        "nested": "x",
        "on": True,
        "count": 0,
        "default": 7,
        "dry": False,
        "env": "sweet",
    }


def test_exports_of_every_kind(run: Any) -> None:
    ran = run(
        QUEUE
        + """
q = Queue("q", {"name": "orders"})
class Group(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("my:index:Group", "g")
        self.size = pulumi.Output.from_input(3)
        self.register_outputs({"size": self.size})
pulumi.export("resource", q)
pulumi.export("component", Group())
pulumi.export("asset", pulumi.StringAsset("hello"))
pulumi.export("secret", pulumi.Output.secret("hunter2"))
pulumi.export("partly", {"open": 1, "shut": pulumi.Output.secret(2)})
pulumi.export("json", pulumi.Output.json_dumps({"url": q.url}))
pulumi.export("none", None)
"""
    )
    outputs = ran.outputs
    assert outputs["resource"]["name"] == "orders"
    assert outputs["component"]["size"] == 3
    assert isinstance(outputs["asset"], Asset)
    assert outputs["asset"].content == "hello"
    assert outputs["secret"] == Secret("hunter2")
    assert outputs["partly"] in ({"open": 1, "shut": Secret(2)}, Secret({"open": 1, "shut": 2}))
    assert outputs["json"] == '{"url": "https://sqs.us-east-1.amazonaws.com/123456789012/orders"}'
    assert "hunter2" not in str(ran.graph.to_json())
    assert ran.named("g").outputs == {"size": 3}


def test_components_parents_dependencies_and_source_lines(run: Any) -> None:
    ran = run(
        {
            "parts/__init__.py": "",
            "parts/base.py": "import pulumi\n" + QUEUE,
            "__main__.py": """
from parts.base import Queue, Provider

class Inner(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("my:index:Inner", name, None, opts)
        self.queue = Queue(f"{name}-queue", {}, pulumi.ResourceOptions(parent=self))

class Outer(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("my:index:Outer", name, None, opts)
        self.inner = Inner(f"{name}-inner", pulumi.ResourceOptions(parent=self))

west = Provider("west", {"region": "us-west-2"})
outer = Outer("outer", pulumi.ResourceOptions(providers=[west]))
after = Queue("after", {"policy": outer.inner.queue.arn, "tags": {"a": "b"}},
    pulumi.ResourceOptions(depends_on=[outer]))
""",
        }
    )
    chain = "my:index:Outer$my:index:Inner$aws:sqs/queue:Queue"
    queue = ran.named("outer-inner-queue")
    assert queue.urn == f"urn:pulumi:dev::shop::{chain}::outer-inner-queue"
    assert queue.parent == ran.named("outer-inner").urn
    assert queue.provider == ran.named("west").urn
    assert ":us-west-2:" in queue.outputs["arn"]
    after = ran.named("after")
    assert after.property_dependencies == {"policy": (queue.urn,)}
    assert queue.urn in after.dependencies
    assert after.source == SourcePosition("__main__.py", 17)
    assert queue.source == SourcePosition("__main__.py", 8)
    assert [p.line for p in queue.stack] == [8, 13, 16]
    urns = [r.urn for r in ran.graph]
    assert urns.index(queue.urn) < urns.index(after.urn)
    assert ran.graph.by_urn()[after.provider].type == "pulumi:providers:aws"


def test_providers_and_where_they_lead(run: Any) -> None:
    ran = run(
        QUEUE
        + """
import json
Queue("plain")
role = Provider("role", {"region": "eu-west-1", "assumeRoles": json.dumps([{"roleArn":
    "arn:aws:iam::222222222222:role/deploy"}]), "defaultTags": json.dumps({"tags": {"Team": "a", "Env": "x"}})})
Queue("assumed", {"tags": {"Env": "y"}}, pulumi.ResourceOptions(provider=role))
only = Provider("only", {"allowedAccountIds": json.dumps(["333333333333"])})
Queue("allowed", {}, pulumi.ResourceOptions(provider=only))
china = Provider("china", {"region": "cn-north-1"})
Queue("far", {}, pulumi.ResourceOptions(provider=china))
Queue("own-region", {"region": "ap-south-1"})
""",
        stack_file="config:\n  aws:region: eu-central-1\n  aws:defaultTags:\n    tags:\n      From: config\n",
    )
    plain = ran.named("plain")
    assert plain.outputs["arn"].startswith("arn:aws:sqs:eu-central-1:123456789012:plain-")
    assert plain.outputs["tagsAll"] == {"From": "config"}
    assert plain.provider == "urn:pulumi:dev::shop::pulumi:providers:aws::default"
    assumed = ran.named("assumed")
    assert assumed.outputs["arn"].startswith("arn:aws:sqs:eu-west-1:222222222222:")
    assert assumed.outputs["tagsAll"] == {"Team": "a", "Env": "y"}
    assert ":333333333333:" in ran.named("allowed").outputs["arn"]
    assert ran.named("far").outputs["arn"].startswith("arn:aws-cn:sqs:cn-north-1:")
    assert ran.named("far").outputs["url"].startswith("https://sqs.cn-north-1.amazonaws.com.cn/")
    assert ":ap-south-1:" in ran.named("own-region").outputs["arn"]


def test_options_and_reads_and_secrets(run: Any) -> None:
    ran = run(
        QUEUE
        + """
keeper = Queue("keeper")
Queue("all", {"policy": pulumi.Output.secret("p"), "visibilityTimeoutSeconds": 45,
        "settings": {"a": [pulumi.Output.secret(1), 2], "b": 3}},
    pulumi.ResourceOptions(
        protect=True, retain_on_delete=True, delete_before_replace=True, ignore_changes=["policy"],
        replace_on_changes=["name"], additional_secret_outputs=["url"], deleted_with=keeper,
        replace_with=[keeper], replacement_trigger={"v": [1, "x"]},
        custom_timeouts=pulumi.CustomTimeouts(create="5m", delete="1h"),
        aliases=[pulumi.Alias(name="old"), "urn:pulumi:dev::shop::aws:sqs/queue:Queue::older"],
    ))
Queue("taken", {"name": "existing"}, pulumi.ResourceOptions(import_="https://sqs.us-east-1.amazonaws.com/1/existing"))
found = Queue("found", {}, pulumi.ResourceOptions(id="https://sqs/there"))
pulumi.export("id", found.id)
"""
    )
    resource = ran.named("all")
    options = resource.options
    assert options.protect
    assert options.retain_on_delete
    assert options.delete_before_replace
    assert (options.ignore_changes, options.replace_on_changes) == (("policy",), ("name",))
    assert options.additional_secret_outputs == ("url",)
    keeper = ran.named("keeper").urn
    assert (options.deleted_with, options.replace_with) == (keeper, (keeper,))
    assert options.replacement_trigger == {"v": [1, "x"]}
    assert options.custom_timeouts == {"create": "5m", "delete": "1h"}
    names = ("old", "older")
    assert options.aliases == tuple(f"urn:pulumi:dev::shop::aws:sqs/queue:Queue::{name}" for name in names)
    assert resource.inputs["policy"] == Secret("p")
    assert resource.outputs["policy"] == Secret("p")
    assert isinstance(resource.outputs["url"], Secret)
    assert resource.outputs["visibilityTimeoutSeconds"] == 45
    assert resource.inputs["settings"] in (
        Secret({"a": [1, 2], "b": 3}),
        {"a": [Secret(1), 2], "b": 3},
        {"a": Secret([1, 2]), "b": 3},
    )
    assert ran.named("taken").id == "https://sqs.us-east-1.amazonaws.com/1/existing"
    assert ran.named("taken").options.import_id
    found = ran.named("found")
    assert found.external
    assert found.id == "https://sqs/there"
    assert ran.outputs["id"] == "https://sqs/there"


def test_a_whole_resource_as_a_value(run: Any) -> None:
    ran = run(
        QUEUE
        + """
q = Queue("q")
Queue("user", {"tags": {"other": q}})

class Thing(pulumi.CustomResource):
    def __init__(self, name, props):
        super().__init__("tiny:index:Thing", name, props)

Thing("thing", {"whole": q})
"""
    )
    queue = ran.named("q")
    assert ran.named("user").inputs["tags"] == {"other": queue.id}  # what the provider takes for a resource
    assert ran.named("user").property_dependencies["tags"] == (queue.urn,)
    assert ran.named("thing").inputs["whole"] == ResourceReference(queue.urn)


def test_assets_and_archives(run: Any, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text("pass")
    ran = run(
        QUEUE
        + """
Queue("q", {
    "file": pulumi.FileAsset("code/app.py"),
    "text": pulumi.StringAsset("text"),
    "directory": pulumi.FileArchive("./code"),
    "nested": pulumi.AssetArchive({"a.txt": pulumi.StringAsset("a"), "in": pulumi.AssetArchive({
        "b": pulumi.FileArchive("code")})}),
})
"""
    )
    inputs = ran.named("q").inputs
    assert (inputs["file"].kind, inputs["file"].content) == ("file", "code/app.py")
    assert len(inputs["file"].sha256) == 64
    assert inputs["nested"].content["in"].content["b"].content == "code"
    assert inputs["directory"].sha256 == inputs["nested"].content["in"].content["b"].sha256


def test_prints_and_logs(run: Any) -> None:
    ran = run(
        QUEUE
        + """
import sys, atexit
print("printed")
print("to stderr", file=sys.stderr)
pulumi.log.info("an info")
pulumi.log.warn("a warning", resource=Queue("q"))
pulumi.log.error("an error that does not end the run")
pulumi.log.debug("nobody sees this")
print("no end of line", end="")
atexit.register(print, "\\nat the very end")
"""
    )
    found = {(d.severity, d.message) for d in ran.graph.diagnostics}
    assert found == {
        ("info", "printed"),
        ("warning", "to stderr"),
        ("info", "an info"),
        ("warning", "a warning"),
        ("error", "an error that does not end the run"),
        ("info", "no end of line"),
        ("info", "at the very end"),
    }
    (warning,) = [d for d in ran.graph.diagnostics if d.message == "a warning"]
    assert warning.urn == ran.named("q").urn
    assert {e.text for e in ran.events if e.kind == "line"} == {message for _, message in found}


def test_main_in_another_directory(run: Any, tmp_path: Path) -> None:
    ran = run(
        {
            "infra/helper.py": "VALUE = 5\n",
            "infra/data.txt": "content",
            "infra/__main__.py": QUEUE
            + """
import helper, pathlib, sys
Queue("q", {"policy": pathlib.Path("data.txt").read_text()})
pulumi.export("value", helper.VALUE)
pulumi.export("argv", len(sys.argv))
""",
        },
        project="name: shop\nruntime: {name: python}\nmain: infra/\n",
    )
    assert ran.outputs == {"value": 5, "argv": 1}
    assert ran.named("q").inputs["policy"] == "content"
    assert ran.named("q").source == SourcePosition("infra/__main__.py", 14)


def test_async_programs(run: Any) -> None:
    ran = run(
        QUEUE
        + """
import asyncio
async def main():
    await asyncio.sleep(0)
    return {"url": Queue("q", {"name": "n"}).url}
pulumi.run(main)
"""
    )
    assert ran.outputs["url"].endswith("/n")


def test_the_programs_standard_input_is_empty(run: Any) -> None:
    ran = run('pulumi.export("input", __import__("sys").stdin.read())')
    assert ran.outputs == {"input": ""}
