"""Transforms, transformations and hooks: functions of the program that the engine calls back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stackwright.engine.simulated.provider import Simulated
from stackwright.errors import ResourceError
from stackwright.graph import Properties, Resource

QUEUE = """
class Queue(pulumi.CustomResource):
    arn: pulumi.Output[str]
    def __init__(self, name, props=None, opts=None):
        super().__init__("aws:sqs/queue:Queue", name, {"arn": None, **(props or {})}, opts)

class Group(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("my:index:Group", name, None, opts)
        self.queue = Queue(f"{name}-queue", {"tags": {"own": "1"}}, pulumi.ResourceOptions(parent=self))
"""


def test_transforms_of_resource_parents_and_stack(run: Any) -> None:
    ran = run(
        QUEUE
        + """
order = []
def tagged(word):
    def transform(args: pulumi.ResourceTransformArgs):
        if args.type_ != "aws:sqs/queue:Queue":
            return None
        seen = args.props.get("tags", {}).get("seen", "")
        args.props["tags"] = {**args.props.get("tags", {}), "seen": f"{seen}{word} "}
        return pulumi.ResourceTransformResult(args.props, args.opts)
    return transform

async def protecting(args):
    opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(
        protect=True, ignore_changes=["tags"], custom_timeouts=pulumi.CustomTimeouts(create="9m")))
    return pulumi.ResourceTransformResult(args.props, opts)

pulumi.runtime.register_stack_transform(tagged("stack"))
group = Group("g", pulumi.ResourceOptions(transforms=[tagged("group")]))
Queue("q", {}, pulumi.ResourceOptions(transforms=[tagged("own"), protecting], depends_on=[group.queue],
    replace_on_changes=["name"]))
"""
    )
    assert ran.named("g-queue").inputs["tags"] == {"own": "1", "seen": "group stack "}
    q = ran.named("q")
    assert q.inputs["tags"] == {"seen": "own stack "}
    assert q.options.protect
    assert q.options.ignore_changes == ("tags",)
    assert q.options.replace_on_changes == ("name",)
    assert q.options.custom_timeouts == {"create": "9m"}
    assert ran.named("g-queue").urn in q.dependencies


def test_transformations_of_the_older_kind(run: Any) -> None:
    ran = run(
        QUEUE
        + """
def older(args):
    if args.type_ == "aws:sqs/queue:Queue":
        return pulumi.ResourceTransformationResult({**args.props, "name": f"old-{args.name}"}, args.opts)
pulumi.runtime.register_stack_transformation(older)
Queue("q")
Group("g")
"""
    )
    assert ran.named("q").inputs["name"] == "old-q"
    assert ran.named("g-queue").inputs["name"] == "old-g-queue"


def test_transforms_of_function_calls(run: Any) -> None:
    ran = run(
        """
import pulumi_aws as aws
def transform(args: pulumi.InvokeTransformArgs):
    if args.token == "aws:index/getRegion:getRegion":
        return pulumi.InvokeTransformResult({**args.args, "name": "eu-west-3"}, args.opts)
pulumi.runtime.register_invoke_transform(transform)
pulumi.export("region", aws.get_region_output().name)
"""
    )
    assert ran.outputs == {"region": "eu-west-3"}


def test_a_transform_that_fails(run: Any) -> None:
    ran = run(
        QUEUE
        + """
def broken(args):
    raise ValueError("cannot transform")
Queue("q", {}, pulumi.ResourceOptions(transforms=[broken]))
""",
        fails=True,
    )
    assert ran.error.what.startswith("a transform of the program failed: cannot transform")
    assert "__main__.py" in ran.error.what


HOOKS = (
    QUEUE
    + """
def note(word):
    async def hook(args: pulumi.ResourceHookArgs):
        new = args.new_outputs or args.new_inputs or {}
        delays = [(args.old_inputs or {}).get("delaySeconds"), new.get("delaySeconds")]
        print(word, args.name, *[delay and int(delay) for delay in delays])
    return pulumi.ResourceHook(word, hook)
def refuse(args):
    raise ValueError("not today")
config = pulumi.Config()
binding = pulumi.ResourceHookBinding(
    before_create=[note("before-create")], after_create=[note("after-create")],
    before_update=[note("before-update")], after_update=[note("after-update")],
    before_delete=[note("before-delete")], after_delete=[note("after-delete")],
)
refusing = pulumi.ResourceHookBinding(before_create=[pulumi.ResourceHook("refuse", refuse)])
"""
)


def test_hooks_around_create_update_and_delete(run: Any) -> None:
    create = HOOKS + 'Queue("q", {"delaySeconds": 1}, pulumi.ResourceOptions(hooks=binding))\n'
    first = run(create)
    assert first.lines == ["before-create q None 1", "after-create q None 1"]
    second = run(create.replace('"delaySeconds": 1', '"delaySeconds": 2'), previous=first.graph)
    assert second.lines == ["before-update q 1 2", "after-update q 1 2"]
    third = run(HOOKS, previous=second.graph, finish=True)
    assert third.lines == ["before-delete q 2 None", "after-delete q 2 None"]
    assert third.deployment.counts["delete"] == 1
    assert not third.graph.of_type("aws:sqs/queue:Queue")


def test_hooks_that_the_program_no_longer_has_are_reported(run: Any) -> None:
    first = run(HOOKS + 'Queue("q", {}, pulumi.ResourceOptions(hooks=binding))\n')
    second = run("", previous=first.graph, finish=True)
    assert "the hook 'before-delete' does not run: the program no longer has it" in second.lines
    assert second.deployment.counts["delete"] == 1


def test_a_hook_can_refuse(run: Any) -> None:
    ran = run(HOOKS + 'Queue("q", {}, pulumi.ResourceOptions(hooks=refusing))\n', fails=True)
    assert ran.error.what == "the hook 'refuse' refused it: not today"
    assert "__main__.py" in ran.error.where
    assert not ran.graph.of_type("aws:sqs/queue:Queue")


def test_hooks_stay_silent_in_a_preview(run: Any) -> None:
    ran = run(HOOKS + 'Queue("q", {}, pulumi.ResourceOptions(hooks=binding))\n', mode="unknown")
    assert ran.lines == []


def test_a_hook_that_fails_afterwards_is_a_warning(run: Any) -> None:
    ran = run(
        HOOKS
        + """
late = pulumi.ResourceHookBinding(after_create=[pulumi.ResourceHook("late", refuse)])
Queue("q", {}, pulumi.ResourceOptions(hooks=late))
"""
    )
    (diagnostic,) = ran.graph.diagnostics
    assert (diagnostic.severity, diagnostic.message) == ("warning", "the hook 'late' failed: not today")


class Flaky(Simulated):
    """Succeeds at the third try."""

    def __init__(self) -> None:
        super().__init__()
        self.tries = 0

    def create(self, new: Resource, config: Properties) -> Resource:
        self.tries += 1
        if self.tries < 3:
            raise ResourceError(f"try {self.tries}")
        return replace(super().create(new, config), simulated={})


def test_error_hooks_decide_on_another_try(run: Any) -> None:
    program = (
        QUEUE
        + """
def on_error(args):
    print(args.failed_operation, args.errors)
    return len(args.errors) < LIMIT
hooks = pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook("again", on_error)])
Queue("q", {}, pulumi.ResourceOptions(hooks=hooks))
"""
    )
    ran = run(program.replace("LIMIT", "5"), provider=Flaky())
    assert ran.lines == ["create ['try 1']", "create ['try 2', 'try 1']"]
    ran = run(program.replace("LIMIT", "2"), provider=Flaky(), fails=True)
    assert ran.error.what == "try 2"
