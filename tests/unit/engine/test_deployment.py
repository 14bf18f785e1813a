"""Steps: what a deployment asks of a provider, and what it keeps when something fails."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from stackwright.engine.deployment.deployment import Deployment, Event, Mode, Registration
from stackwright.errors import Defect, ProgramError, ResourceError
from stackwright.graph import (
    UNKNOWN,
    Graph,
    Invoke,
    Options,
    Properties,
    Resource,
    Secret,
    resource_from_json,
    resource_to_json,
)

TYPE = "mem:index:Thing"


@dataclass
class Memory:
    """Keeps things in a dict, and a list of what it was asked."""

    things: dict[str, Properties] = field(default_factory=dict[str, Properties])
    calls: list[str] = field(default_factory=list[str])
    refuse: set[str] = field(default_factory=set[str])
    replace_on: frozenset[str] = frozenset({"kind"})
    configs: list[Properties] = field(default_factory=list[Properties])
    _number: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def _called(self, operation: str, resource: Resource) -> None:
        with self._lock:
            self.calls.append(f"{operation} {resource.name}")
        if f"{operation} {resource.name}" in self.refuse:
            raise ResourceError(f"cannot {operation} {resource.name}")

    def configure(self, provider: Resource, config: Properties) -> None:
        self._called("configure", provider)

    def create(self, new: Resource, config: Properties) -> Resource:
        self._called("create", new)
        with self._lock:
            self._number += 1
            new_id = f"{new.name}-{self._number}"
            self.things[new_id] = new.inputs
            self.configs.append(config)
        return replace(new, id=new_id, outputs={**new.inputs, "computed": new_id})

    def update(self, new: Resource, old: Resource, config: Properties) -> Resource:
        self._called("update", new)
        assert isinstance(old.id, str)
        self.things[old.id] = new.inputs
        return replace(new, id=old.id, outputs={**new.inputs, "computed": old.id})

    def delete(self, old: Resource, config: Properties) -> None:
        self._called("delete", old)
        self.configs.append(config)
        assert isinstance(old.id, str)
        del self.things[old.id]

    def read(self, wanted: Resource, config: Properties) -> Resource:
        self._called("read", wanted)
        return replace(wanted, outputs={**wanted.inputs, "computed": wanted.id})

    def replacing(self, new: Resource, old: Resource, changed: frozenset[str]) -> frozenset[str]:
        return changed & self.replace_on

    def invoke(self, token: str, args: Properties, config: Properties) -> Invoke:
        return Invoke(token, args, {"echo": args})


class Stack:
    """Runs after runs on one provider."""

    def __init__(self) -> None:
        self.provider = Memory()
        self.graph: Graph | None = None
        self.journal: dict[str, Resource] = {}
        self.events: list[Event] = []

    def start(self, mode: Mode = "emulator", **settings: Any) -> Deployment:
        def journal(urn: str, resource: Resource | None) -> None:
            self.journal.pop(urn, None)
            if resource is not None:
                self.journal[urn] = resource_from_json(resource_to_json(resource, show_secrets=True))

        return Deployment(
            project="p",
            stack="s",
            mode=mode,
            provider=self.provider,
            previous=self.graph,
            settings=lambda _: settings,
            journal=journal,
            observe=self.events.append,
        )

    def run(self, *wanted: Registration, finish: bool = True, **settings: Any) -> Deployment:
        self.provider.calls.clear()
        deployment = self.start(**settings)
        try:
            deployment.retire()
            for registration in wanted:
                deployment.register(registration)
            if finish:
                deployment.finish()
        finally:
            self.graph = Graph.from_json(deployment.graph().to_json(show_secrets=True))
        return deployment

    @property
    def calls(self) -> list[str]:
        return self.provider.calls

    def named(self, name: str) -> Resource:
        assert self.graph is not None
        (found,) = [r for r in self.graph if r.name == name and not r.pending_delete]
        return found


@pytest.fixture
def stack() -> Stack:
    return Stack()


def provider(name: str, **inputs: Any) -> Registration:
    return Registration("pulumi:providers:mem", name, custom=True, inputs=inputs)


def thing(name: str, inputs: Properties | None = None, *, needs: tuple[str, ...] = (), **options: Any) -> Registration:
    return Registration(TYPE, name, custom=True, inputs=inputs or {}, dependencies=needs, options=Options(**options))


def urn(name: str) -> str:
    return f"urn:pulumi:s::p::{TYPE}::{name}"


def test_what_cannot_go_yet_is_tried_again_at_the_end(stack: Stack) -> None:
    stack.run(thing("a", {"kind": 1, "name": "one"}))
    stack.run(thing("a", {"kind": 2, "name": "two"}), finish=False)
    stack.provider.refuse = {"delete a"}

    with pytest.raises(ResourceError, match="cannot delete a"):
        stack.run(thing("a", {"kind": 2, "name": "two"}))

    assert stack.calls == ["delete a", "delete a"]
    stack.provider.refuse = set()
    stack.run(thing("a", {"kind": 2, "name": "two"}))
    assert set(stack.provider.things) == {"a-2"}


def test_create_same_update_delete(stack: Stack) -> None:
    first = stack.run(thing("a", {"x": 1}), thing("b"))
    assert stack.calls == ["create a", "create b"]
    assert first.counts["create"] == 2
    stack.run(thing("a", {"x": 1}), thing("b", {"y": None}))
    assert stack.calls == []
    second = stack.run(thing("a", {"x": 2}))
    assert stack.calls == ["update a", "delete b"]
    assert (second.counts["update"], second.counts["delete"]) == (1, 1)
    assert stack.named("a").id == "a-1"
    assert set(stack.journal) == {urn("a"), "urn:pulumi:s::p::pulumi:providers:mem::default"}


def test_replacement_creates_first_and_deletes_at_the_end(stack: Stack) -> None:
    stack.run(thing("a", {"kind": 1, "name": "one"}), thing("b", needs=(urn("a"),)))
    stack.run(thing("a", {"kind": 2, "name": "two"}), thing("b", {"of": "a-3"}, needs=(urn("a"),)))
    assert stack.calls == ["create a", "update b", "delete a"]
    assert stack.named("a").id == "a-3"
    assert stack.named("a").seed == f"{urn('a')}::replacement#1"
    assert set(stack.provider.things) == {"a-3", "b-2"}
    assert stack.graph is not None
    assert not [r for r in stack.graph if r.pending_delete]


def test_replacement_deletes_first_where_the_name_would_clash(stack: Stack) -> None:
    stack.run(thing("a", {"kind": 1, "name": "same"}))
    stack.run(thing("a", {"kind": 2, "name": "same"}))
    assert stack.calls == ["delete a", "create a"]


def test_replacement_without_a_name_stands_beside_the_old_one(stack: Stack) -> None:
    stack.run(thing("a", {"kind": 1}))
    stack.run(thing("a", {"kind": 2}))
    assert stack.calls == ["create a", "delete a"]


def test_replacement_deletes_first_when_told_to(stack: Stack) -> None:
    stack.run(thing("a", {"kind": 1, "name": "x"}))
    stack.run(thing("a", {"kind": 2, "name": "y"}, delete_before_replace=True))
    assert stack.calls == ["delete a", "create a"]


@pytest.mark.parametrize("path", ["x", "*", "x.deep[0]"])
def test_replace_on_changes(stack: Stack, path: str) -> None:
    stack.run(thing("a", {"x": {"deep": [1]}, "name": "n1"}))
    stack.run(thing("a", {"x": {"deep": [2]}, "name": "n2"}, replace_on_changes=(path,)))
    assert stack.calls == ["create a", "delete a"]


def test_replacement_trigger_and_replace_with(stack: Stack) -> None:
    stack.run(thing("a", {"name": "a"}, replacement_trigger={"v": 1}), thing("b"), thing("c"))
    stack.run(thing("a", {"name": "a"}, replacement_trigger={"v": 1}), thing("b", replace_with=(urn("a"),)), thing("c"))
    assert stack.calls == []
    stack.run(thing("a", {"name": "a"}, replacement_trigger={"v": 2}), thing("b", replace_with=(urn("a"),)), thing("c"))
    assert stack.calls == ["delete a", "create a", "create b", "delete b"]


def test_another_region_replaces(stack: Stack) -> None:
    stack.run(thing("a", {"name": "x"}), region="eu-west-1")
    stack.run(thing("a", {"name": "x"}), region="eu-west-1")
    assert stack.calls == []
    stack.run(thing("a", {"name": "x"}), region="eu-west-2")
    assert stack.calls == ["delete a", "create a"]
    assert [c["region"] for c in stack.provider.configs] == ["eu-west-1", "eu-west-1", "eu-west-2"]


def test_ignore_changes(stack: Stack) -> None:
    stack.run(thing("a", {"x": 1, "tags": {"t": 1, "u": 1}, "items": [1, 2]}))
    stack.run(
        thing("a", {"x": 2, "tags": {"t": 2, "u": 1}, "items": [1, 3]}, ignore_changes=("x", "tags.t", "items[1]"))
    )
    assert stack.calls == []
    assert stack.named("a").inputs == {"x": 1, "tags": {"t": 1, "u": 1}, "items": [1, 2]}


def test_protect(stack: Stack) -> None:
    stack.run(thing("a", {"kind": 1}, protect=True))
    with pytest.raises(ResourceError, match="'a' is protected and would have to be replaced for: kind"):
        stack.run(thing("a", {"kind": 2}, protect=True))
    with pytest.raises(ResourceError, match="is protected and the program no longer has it") as caught:
        stack.run()
    assert caught.value.where == urn("a")
    assert stack.named("a").id == "a-1"
    stack.run(thing("a", {"kind": 1}))
    stack.run()
    assert stack.calls == ["delete a"]


def test_retain_on_delete_and_deleted_with(stack: Stack) -> None:
    stack.run(thing("kept", retain_on_delete=True), thing("owner"), thing("part", deleted_with=urn("owner")))
    stack.run(thing("owner"), thing("part", deleted_with=urn("owner")))
    assert stack.calls == []
    stack.run()
    assert stack.calls == ["delete owner"]
    assert set(stack.provider.things) == {"kept-1", "part-3"}
    assert stack.graph is not None
    assert not stack.graph.of_type(TYPE)


def test_a_part_without_its_owner_going_is_deleted(stack: Stack) -> None:
    stack.run(thing("owner"), thing("part", deleted_with=urn("owner")))
    stack.run(thing("owner"))
    assert stack.calls == ["delete part"]


def test_aliases_keep_the_resource(stack: Stack) -> None:
    stack.run(thing("old", {"x": 1}))
    stack.run(thing("new", {"x": 1}, aliases=(urn("other"), urn("old"))))
    assert stack.calls == []
    assert stack.named("new").id == "old-1"
    assert stack.named("new").seed == urn("old")
    assert urn("old") not in stack.journal
    stack.run(thing("new", {"x": 1}, aliases=(urn("old"),)), thing("old"))
    assert stack.calls == ["create old"]


def test_import(stack: Stack) -> None:
    stack.run(thing("a", {"x": 1}, import_id="existing"))
    assert stack.calls == ["read a"]
    assert stack.named("a").id == "existing"
    stack.run(thing("a", {"x": 1}, import_id="existing"))
    assert stack.calls == []


def test_deletion_goes_from_dependents_to_what_they_need(stack: Stack) -> None:
    chain = [thing(f"n{i}", needs=(urn(f"n{i - 1}"),) if i else ()) for i in range(2000)]
    stack.run(*chain)
    stack.run()
    assert stack.calls == [f"delete n{i}" for i in reversed(range(2000))]


def test_what_hangs_on_a_replaced_resource_goes_before_it(stack: Stack) -> None:
    stack.run(thing("role", {"kind": 1, "name": "r1"}), thing("policy", needs=(urn("role"),)))
    stack.run(thing("role", {"kind": 2, "name": "r2"}))
    assert stack.calls == ["create role", "delete policy", "delete role"]


# ---- failures --------------------------------------------------------------------------------------------------------


def test_a_failed_update_keeps_the_old_resource(stack: Stack) -> None:
    stack.run(thing("a", {"x": 1}))
    stack.provider.refuse = {"update a"}
    with pytest.raises(ResourceError, match="cannot update a") as caught:
        stack.run(thing("a", {"x": 2}), finish=False)
    assert caught.value.where == urn("a")
    assert stack.named("a").inputs == {"x": 1}
    stack.provider.refuse = set()
    stack.run(thing("a", {"x": 2}))
    assert stack.calls == ["update a"]


def test_a_failed_replacement_keeps_the_old_resource(stack: Stack) -> None:
    stack.run(thing("a", {"kind": 1, "name": "one"}))
    stack.provider.refuse = {"create a"}
    with pytest.raises(ResourceError):
        stack.run(thing("a", {"kind": 2, "name": "two"}), finish=False)
    assert stack.named("a").id == "a-1"
    assert not stack.named("a").pending_delete
    stack.provider.refuse = set()
    stack.run(thing("a", {"kind": 2, "name": "two"}))
    assert stack.calls == ["create a", "delete a"]
    assert set(stack.provider.things) == {"a-2"}


def test_a_failed_replacement_after_the_deletion_leaves_nothing(stack: Stack) -> None:
    stack.run(thing("a", {"kind": 1, "name": "x"}))
    stack.provider.refuse = {"create a"}
    with pytest.raises(ResourceError):
        stack.run(thing("a", {"kind": 2, "name": "x"}), finish=False)
    assert stack.graph is not None
    assert not stack.graph.of_type(TYPE)
    assert urn("a") not in stack.journal


def test_an_interrupted_replacement_is_finished_by_the_next_run(stack: Stack) -> None:
    stack.run(thing("a", {"kind": 1, "name": "one"}))
    stack.run(thing("a", {"kind": 2, "name": "two"}), finish=False)
    assert stack.graph is not None
    (pending,) = [r for r in stack.graph if r.pending_delete]
    assert pending.urn == f"{urn('a')}::pending#0"
    assert stack.journal[pending.urn].id == "a-1"
    # There and back: the name of what waits for its deletion is free before it is wanted again.
    stack.run(thing("a", {"kind": 1, "name": "one"}), finish=False)
    assert stack.calls == ["delete a", "create a"]
    stack.run(thing("a", {"kind": 1, "name": "one"}))
    assert stack.calls == ["delete a"]
    assert set(stack.provider.things) == {"a-3"}
    assert set(stack.journal) == {urn("a"), "urn:pulumi:s::p::pulumi:providers:mem::default"}


def test_a_failed_deletion_stays_and_can_be_tried_again(stack: Stack) -> None:
    stack.run(thing("a"), thing("b"))
    stack.provider.refuse = {"delete a"}
    with pytest.raises(ResourceError) as caught:
        stack.run()
    assert caught.value.where == urn("a")
    assert stack.named("a").id == "a-1"
    stack.provider.refuse = set()
    stack.run()
    assert stack.calls == ["delete a"]


def test_duplicate_urn(stack: Stack) -> None:
    with pytest.raises(ProgramError, match="two resources have the same type and name"):
        stack.run(thing("a"), thing("a"))
    assert stack.named("a").id == "a-1"


def test_unexpected_errors_become_failures_with_a_place(stack: Stack) -> None:
    deployment = stack.start()
    stack.provider.create = lambda new, config: 1 / 0  # type: ignore[method-assign,assignment,return-value]
    with pytest.raises(Defect, match="unexpected ZeroDivisionError"):
        deployment.register(thing("a"))
    assert [str(f.where) for f in deployment.failures] == [urn("a")]


def test_an_unexpected_error_of_a_deletion_is_a_defect(stack: Stack) -> None:
    stack.run(thing("a"))
    deployment = stack.start()
    stack.provider.delete = lambda old, config: 1 / 0  # type: ignore[method-assign,assignment,return-value]
    with pytest.raises(Defect, match="'a': unexpected ZeroDivisionError") as raised:
        deployment.finish()
    assert raised.value.where == urn("a")


def test_resources_that_are_not_there(stack: Stack) -> None:
    deployment = stack.start()
    with pytest.raises(ProgramError, match="has not registered"):
        deployment.find("urn:x")
    with pytest.raises(ProgramError, match="has not registered"):
        deployment.register_outputs("urn:x", {})


# ---- the rest --------------------------------------------------------------------------------------------------------


def test_many_threads_share_one_default_provider(stack: Stack) -> None:
    deployment = stack.start(region="eu-west-1")
    threads = [threading.Thread(target=deployment.register, args=(thing(f"t{i}"),)) for i in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    graph = deployment.graph()
    assert len(graph.of_type("pulumi:providers:mem")) == 1
    assert len(graph.of_type(TYPE)) == 50
    assert deployment.counts["create"] == 50
    assert deployment.provider_seconds.total < 5


def test_unknown_mode_asks_no_provider(stack: Stack) -> None:
    deployment = stack.start("unknown")
    made = deployment.register(thing("a", {"x": 1}))
    assert (made.id, made.outputs) == (UNKNOWN, {"x": 1})
    assert stack.calls == []


def test_unknown_inputs_make_an_unknown_resource(stack: Stack) -> None:
    made = stack.start().register(thing("a", {"x": {"deep": [UNKNOWN]}}))
    assert made.id is UNKNOWN
    assert stack.calls == []


def test_secrets_reach_the_provider_in_the_clear_and_nobody_else(stack: Stack) -> None:
    stack.run(
        thing("a", {"x": Secret("s"), "deep": {"y": Secret("t"), "z": 1}}, additional_secret_outputs=("computed",))
    )
    assert stack.provider.things["a-1"] == {"x": "s", "deep": {"y": "t", "z": 1}}
    outputs = stack.named("a").outputs
    assert outputs == {"x": Secret("s"), "deep": {"y": Secret("t"), "z": 1}, "computed": Secret("a-1")}
    stack.run(thing("a", {"x": "s", "deep": {"y": "t", "z": 1}}))
    assert stack.calls == []


def test_events_tell_every_step(stack: Stack) -> None:
    deployment = stack.run(thing("a"))
    deployment.diagnose("warning", "careful")
    steps = [(e.step, e.resource.name) for e in stack.events if e.kind == "step" and e.resource]
    lines = [(e.severity, e.text) for e in stack.events if e.kind == "line"]
    assert (steps, lines) == ([("create", "a")], [("warning", "careful")])


def test_invokes_are_recorded_and_stay_secret(stack: Stack) -> None:
    deployment = stack.start()
    assert deployment.invoke("mem:index:get", {"a": Secret(1)}, "", "") == {"echo": Secret({"a": 1})}
    assert deployment.invoke("mem:index:get", {"a": 1}, "", "1.2.3") == {"echo": {"a": 1}}
    assert [i.provider[-13:] for i in deployment.graph().invokes] == ["default_1_2_3", ":mem::default"]


ROLE = json.dumps([{"roleArn": "arn:aws:iam::111111111111:role/deploy"}])


def test_a_provider_in_the_wrong_account_is_refused_before_anything_is_made(stack: Stack) -> None:
    wrong = provider("wrong", assumeRoles=ROLE, allowedAccountIds='["222222222222"]')
    with pytest.raises(ResourceError, match=r"to account 111111111111 by .* allows only 222222222222"):
        stack.run(wrong, thing("a"))
    assert stack.calls == []


def test_a_provider_that_assumes_a_role_is_made_ready_first(stack: Stack) -> None:
    stack.run(provider("right", assumeRoles=ROLE), provider("plain"), mode="emulator")
    assert stack.calls == ["configure right"]
