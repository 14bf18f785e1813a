"""The same program in its modes, and run after run."""

from __future__ import annotations

import json
from typing import Any

from stackwright.graph import UNKNOWN, Graph, reveal

QUEUE = """
class Queue(pulumi.CustomResource):
    arn: pulumi.Output[str]
    def __init__(self, name, props=None, opts=None):
        super().__init__("aws:sqs/queue:Queue", name, {"arn": None, **(props or {})}, opts)
"""


def test_unknown_mode_is_a_first_preview(run: Any) -> None:
    ran = run(
        QUEUE
        + """
import pulumi_aws as aws
q = Queue("q", {"name": "given"})
q.arn.apply(lambda arn: Queue("inside-apply"))
west = aws.Provider("west", region="us-west-2")
Queue("after", {"policy": q.arn, "tags": {"of": q.arn, "own": "1"}}, pulumi.ResourceOptions(provider=west))
Queue("found", {}, pulumi.ResourceOptions(id="known-id"))
pulumi.export("dry", pulumi.runtime.is_dry_run())
pulumi.export("arn", q.arn)
pulumi.export("id", q.id)
pulumi.export("account", aws.get_caller_identity().account_id)
pulumi.export("of_unknown", aws.get_arn_output(arn=q.arn).account)
""",
        mode="unknown",
    )
    assert {r.name for r in ran.graph.of_type("aws:sqs/queue:Queue")} == {"q", "after", "found"}
    assert ran.named("q").id is UNKNOWN
    assert ran.named("q").outputs == {"name": "given"}
    assert ran.named("after").inputs == {"policy": UNKNOWN, "tags": {"of": UNKNOWN, "own": "1"}}
    assert ran.named("after").property_dependencies["policy"] == (ran.named("q").urn,)
    assert ran.named("found").id == "known-id"
    assert ran.outputs["dry"] is True
    assert (ran.outputs["arn"], ran.outputs["id"], ran.outputs["of_unknown"]) == (UNKNOWN, UNKNOWN, UNKNOWN)
    assert ran.outputs["account"] == "123456789012"


def test_a_crash_on_an_unknown_has_its_line(run: Any) -> None:
    ran = run(QUEUE + 'if Queue("q").arn == "x" and not f"{Queue(\'r\').arn}".isdigit():\n    pass\n', mode="unknown")
    assert ran.error is None
    ran = run(QUEUE + 'q = Queue("q")\nfor letter in q.arn:\n    pass\n', mode="unknown", fails=True)
    assert ran.error.where.endswith("__main__.py:8")
    assert "TypeError" in ran.error.what


BUSY = (
    QUEUE
    + """
import pulumi_aws as aws
import pulumi_random as random

class Group(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("my:index:Group", name)
        self.queues = [Queue(f"{name}-{i}", {}, pulumi.ResourceOptions(parent=self)) for i in range(5)]
        self.register_outputs({"arns": [q.arn for q in self.queues]})

groups = [Group(f"group-{i}") for i in range(3)]
role = aws.iam.Role("role", assume_role_policy="{}")
for group in groups:
    for queue in group.queues:
        queue.arn.apply(lambda arn: aws.get_arn(arn=arn))
        Queue(f"copy-{queue._name}", {"policy": queue.arn, "tags": {"z": "1", "a": "2"}})
arns = pulumi.Output.all(*[q.arn for g in groups for q in g.queues])
arns.apply(lambda arns: Queue("late", {"tags": {"n": str(len(arns))}}))
print("one")
print("two")
pulumi.export("pet", random.RandomPet("pet").id)
pulumi.export("arns", [q.arn for g in groups for q in g.queues])
"""
)


def test_a_simulation_gives_the_same_bytes_every_time(run: Any) -> None:
    texts = {json.dumps(run(BUSY, parallel=parallel).graph.to_json()) for parallel in (1, 8, 32)}
    assert len(texts) == 1
    (text,) = texts
    # What the program prints may name files of the machine; what it registers may not.
    assert "/tmp" not in json.dumps({**json.loads(text), "diagnostics": []})
    assert Graph.from_json(json.loads(text)).to_json() == json.loads(text)


def test_second_run_changes_what_the_program_changed(run: Any) -> None:
    first = run(QUEUE + 'Queue("a")\nQueue("b", {"delaySeconds": 1})\nQueue("c")\n')
    assert first.deployment.counts["create"] == 3
    second = run(
        QUEUE
        + """
Queue("a")
Queue("b", {"delaySeconds": 2})
Queue("d", {}, pulumi.ResourceOptions(aliases=[pulumi.Alias(name="c")]))
Queue("e")
""",
        previous=first.graph,
        finish=True,
    )
    counts = second.deployment.counts
    assert (counts["same"], counts["update"], counts["create"], counts["delete"]) == (2, 1, 1, 0)
    assert second.named("d").id == first.named("c").id
    assert second.named("b").id == first.named("b").id
    third = run(QUEUE + 'Queue("a")\n', previous=second.graph, finish=True)
    assert third.deployment.counts["delete"] == 3
    assert [r.name for r in third.graph.of_type("aws:sqs/queue:Queue")] == ["a"]


def test_children_follow_a_renamed_or_moved_parent(run: Any) -> None:
    program = (
        QUEUE
        + """
class Group(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("my:index:Group", name, None, opts)
        Queue(f"{name}-queue", {}, pulumi.ResourceOptions(parent=self))
        Queue("fixed", {}, pulumi.ResourceOptions(parent=self))
"""
    )
    first = run(program + 'Group("old")\n')
    renamed = run(
        program + 'Group("new", pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")]))\n',
        previous=first.graph,
        finish=True,
    )
    assert renamed.deployment.counts["same"] == 2
    assert renamed.named("new-queue").id == first.named("old-queue").id
    retyped = run(
        program.replace("my:index:Group", "my:index:Team")
        + 'Group("new", pulumi.ResourceOptions(aliases=[pulumi.Alias(type_="my:index:Group")]))\n',
        previous=renamed.graph,
        finish=True,
    )
    assert retyped.deployment.counts["same"] == 2
    assert not retyped.graph.of_type("my:index:Group")


def test_a_failed_run_keeps_what_was_there(run: Any) -> None:
    first = run(QUEUE + 'Queue("a")\nQueue("b")\npulumi.export("x", 1)\n')
    failed = run(QUEUE + 'Queue("a")\nraise ValueError("stop")\n', previous=first.graph, fails=True)
    names = {r.name for r in failed.graph.of_type("aws:sqs/queue:Queue")}
    assert names == {"a", "b"}
    assert failed.outputs == {"x": 1}


PENDING = """
import pulumi_aws as aws
q = aws.sqs.Queue("q", name="given")
waits = pulumi.InvokeOutputOptions(depends_on=[q])
pulumi.export("region", aws.get_region_output().region)
pulumi.export("of_pending", aws.get_region_output(opts=waits).region)
pulumi.export("found", aws.sqs.get_queue_output(name=q.name).arn)
"""


def test_a_function_that_depends_on_what_is_pending_is_unknown(run: Any) -> None:
    first = run(PENDING, mode="unknown")
    assert first.outputs == {"region": "us-east-1", "of_pending": UNKNOWN, "found": UNKNOWN}
    # Not even asked.
    assert [i.token for i in first.graph.invokes] == ["aws:index/getRegion:getRegion"]
    known = run(PENDING)
    assert known.outputs["of_pending"] == "us-east-1"
    assert known.outputs["found"] == known.named("q").outputs["arn"]


def test_a_simulation_finds_what_the_program_itself_has_registered(run: Any) -> None:
    ran = run(
        """
import pulumi_aws as aws
secret = aws.secretsmanager.Secret("secret")
version = aws.secretsmanager.SecretVersion("version", secret_id=secret.id, secret_string="hidden")
role = aws.iam.Role("role", assume_role_policy="{}")
again = aws.secretsmanager.get_secret_version_output(secret_id=version.secret_id)
pulumi.export("text", again.secret_string)
pulumi.export("secret", aws.secretsmanager.get_secret_output(arn=secret.arn).name)
pulumi.export("role", aws.iam.get_role_output(name=role.name).arn)
pulumi.export("other", aws.iam.get_role_output(name="somebody-elses").arn)
"""
    )
    assert reveal(ran.outputs["text"]) == "hidden"
    assert ran.outputs["secret"] == ran.named("secret").outputs["name"]
    assert ran.outputs["role"] == ran.named("role").outputs["arn"]
    assert ran.outputs["other"].startswith("arn:aws:iam:")
    assert ran.outputs["other"] != ran.outputs["role"]


def test_an_asynchronous_program(run: Any) -> None:
    program = """
import pulumi_aws as aws
TEAM = "a"

async def main():
    queue = aws.sqs.Queue("q", tags={"Team": TEAM})
    return {"url": queue.url, "policy": aws.iam.Policy("p", policy={"Statement": []}).policy}

pulumi.run(main)
"""
    assert run(program).outputs["url"].startswith("https://sqs.")
    assert run(program).outputs["policy"] == '{"Statement":[]}'
    assert run(program, mode="unknown").outputs == {"url": UNKNOWN, "policy": '{"Statement":[]}'}
