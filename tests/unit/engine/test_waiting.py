"""Order: whatever comes first, a run does the same and says the same.

A program, a service and a schedule: the service refuses what lacks something, the schedule says which of the steps that
could go on does. All schedules of a program are walked, and each must end alike.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from stackwright.engine.deployment.deployment import Deployment, Registration
from stackwright.engine.deployment.ordering import Deciding
from stackwright.errors import Refused, ResourceError, StackwrightError
from stackwright.graph import Invoke, Properties, Resource, SourcePosition

FUNCTION, POLICY, THING = "mem:index:Function", "mem:index:Policy", "mem:index:Thing"
DEADLINE = 20.0


@dataclass(frozen=True)
class Step:
    """One registration, in the line of its place in the program.

    Attributes:
        after: what it depends on.
        needs: what must be there: names, or tuples of names of which one is enough.
        of: for a policy, what it belongs to.
        fails: it is refused for good.
        is_lookup: a function call, of whose failure the program takes no notice.
    """

    name: str
    kind: str = THING
    after: tuple[str, ...] = ()
    needs: tuple[str | tuple[str, ...], ...] = ()
    of: str = ""
    fails: bool = False
    is_lookup: bool = False


class Rules:
    def deciding(self, new: Resource) -> Deciding:
        return {POLICY: ("of", frozenset())} if new.type == FUNCTION else {}

    def decides(self, type_token: str) -> bool:
        return type_token == POLICY

    def references(self, type_token: str) -> Mapping[str, frozenset[str]]:
        return {}


class Service:
    """Knows by name what is there; a step waits at the gate before it is looked at."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = {step.name: step for step in steps}
        self.there: set[str] = set()
        self.gates: dict[str, threading.Event] = {}
        self.lock = threading.Lock()
        self.own = threading.local()

    def configure(self, provider: Resource, config: Properties) -> None:
        raise AssertionError

    def create(self, new: Resource, config: Properties) -> Resource:
        self._look(new.name)
        with self.lock:
            self.there.add(new.name)
        return replace(new, id=new.name, outputs={"arn": f"arn:{new.name}"})

    def update(self, new: Resource, old: Resource, config: Properties) -> Resource:
        raise AssertionError

    def delete(self, old: Resource, config: Properties) -> None:
        with self.lock:
            self.there.remove(old.name)

    def read(self, wanted: Resource, config: Properties) -> Resource:
        raise AssertionError

    def replacing(self, new: Resource, old: Resource, changed: frozenset[str]) -> frozenset[str]:
        return frozenset()

    def invoke(self, token: str, args: Properties, config: Properties) -> Invoke:
        self._look(str(args["name"]))
        return Invoke(token, args, {})

    def _look(self, name: str) -> None:
        # What is only taken back and made again, in the thread of another step, does not stop.
        if name == self.own.name:
            gate = threading.Event()
            with self.lock:
                self.gates[name] = gate
            assert gate.wait(DEADLINE)
        step = self.steps[name]
        if step.fails:
            raise ResourceError(f"{name} is wrong")
        with self.lock:
            options = [need if isinstance(need, tuple) else (need,) for need in step.needs]
            lacking = ["|".join(option) for option in options if not self.there.intersection(option)]
        if lacking:
            raise Refused(f"{name} lacks {', '.join(lacking)}")


@dataclass
class Outcome:
    there: frozenset[str]
    failures: tuple[str, ...]
    luck: tuple[tuple[str, str], ...]


@dataclass
class Run:
    """One run by one schedule: numbers of the choices, of so many at each point."""

    steps: Sequence[Step]
    schedule: Sequence[int]
    order: str = "eager"
    choices: list[int] = field(default_factory=list[int])
    has_ended: bool = False

    def __post_init__(self) -> None:
        self.service = Service(self.steps)
        self.deployment = Deployment(
            project="p",
            stack="s",
            mode="emulator",
            provider=self.service,
            rules=Rules(),
            order=self.order,  # type: ignore[arg-type]
        )
        self.deployment.waiting.program = self
        self.asked: list[str] = []
        self.answered: dict[str, bool] = {}
        self.threads: list[threading.Thread] = []

    # ---- the program -------------------------------------------------------------------------------------------------

    def is_quiet(self, kept: int) -> bool:
        return not self._ready() and len(self.asked) - len(self.answered) == kept

    def _ready(self) -> list[Step]:
        if any(not ok and not self._step(name).is_lookup for name, ok in self.answered.items()):
            return []  # the program has been told of a failure
        return [
            step
            for step in self.steps
            if step.name not in self.asked and all(self.answered.get(name) for name in step.after)
        ]

    def _step(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)

    def _ask(self, step: Step) -> None:
        self.asked.append(step.name)
        thread = threading.Thread(target=self._answer, args=(step,), daemon=True)
        self.threads.append(thread)
        thread.start()

    def _answer(self, step: Step) -> None:
        self.service.own.name = step.name
        try:
            if step.is_lookup:
                self.deployment.invoke("mem:index:find", {"name": step.name}, "", "")
            else:
                self.deployment.register(self._registration(step))
            self.answered[step.name] = True
        except StackwrightError:
            self.answered[step.name] = False

    def _registration(self, step: Step) -> Registration:
        urns = tuple(self._urn(name) for name in (*step.after, *filter(None, [step.of])))
        line = SourcePosition("__main__.py", 1 + list(self.steps).index(step))
        return Registration(
            step.kind,
            step.name,
            custom=True,
            inputs={},
            dependencies=urns,
            property_dependencies={"of": (self._urn(step.of),)} if step.of else {},
            source=line,
            stack=(line,),
        )

    def _urn(self, name: str) -> str:
        return f"urn:pulumi:s::p::{self._step(name).kind}::{name}"

    # ---- the schedule ------------------------------------------------------------------------------------------------

    def play(self) -> Outcome:
        while True:
            self._until_at_rest()
            events: list[Callable[[], None]] = [lambda s=step: self._ask(s) for step in self._ready()]
            events += [lambda n=name: self.service.gates.pop(n).set() for name in sorted(self.service.gates)]
            if not events:
                if not any(thread.is_alive() for thread in self.threads):
                    break
                self.deployment.waiting.look()
                continue
            depth = len(self.choices)
            chosen = self.schedule[depth] if depth < len(self.schedule) else 0
            self.choices.append(len(events))
            events[chosen]()
        for thread in self.threads:
            thread.join(DEADLINE)
        missing = self.deployment.ordering.missing()
        return Outcome(
            frozenset(self.service.there),
            tuple(failure.what for failure in self.deployment.failures),
            tuple((pair.urn.rpartition("::")[2], pair.needs.rpartition("::")[2]) for pair in missing),
        )

    def _until_at_rest(self) -> None:
        """Every thread waits, at a gate or for the engine, or has ended."""
        end = time.monotonic() + DEADLINE
        while True:
            waiting = self.deployment.waiting
            with waiting._changed, self.service.lock:
                still = len(self.service.gates) + waiting._kept() + len(waiting._entering)
                alive = sum(thread.is_alive() for thread in self.threads)
                if still == alive and not any(may() for may in waiting._entering):
                    return
            assert time.monotonic() < end, (self.asked, self.answered)
            time.sleep(0)


def outcomes(*steps: Step, order: str = "eager") -> Iterator[Outcome]:
    """What every schedule comes to."""
    schedules: list[list[int]] = [[]]
    while schedules:
        schedule = schedules.pop()
        run = Run(steps, schedule, order)
        yield run.play()
        for depth in range(len(schedule), len(run.choices)):
            prefix = [*schedule, *[0] * (depth - len(schedule))]
            schedules += [[*prefix, other] for other in range(1, run.choices[depth])]


ROLE = Step("role")
POLICY_OF_ROLE = Step("policy", POLICY, after=("role",), of="role")
OTHER = Step("other", POLICY, after=("role",), of="role")

CASES: Mapping[str, tuple[tuple[Step, ...], Outcome]] = {
    "a policy that is not named": (
        (ROLE, POLICY_OF_ROLE, Step("function", FUNCTION, after=("role",), needs=("policy",))),
        Outcome(frozenset({"role", "policy", "function"}), (), (("function", "policy"),)),
    ),
    "a policy that is named": (
        (ROLE, POLICY_OF_ROLE, Step("function", FUNCTION, after=("role", "policy"), needs=("policy",))),
        Outcome(frozenset({"role", "policy", "function"}), (), ()),
    ),
    "a policy that nobody needs": (
        (ROLE, POLICY_OF_ROLE, Step("function", FUNCTION, after=("role",))),
        Outcome(frozenset({"role", "policy", "function"}), (), ()),
    ),
    "one named, the other needed": (
        (ROLE, OTHER, POLICY_OF_ROLE, Step("function", FUNCTION, after=("role", "other"), needs=("policy",))),
        Outcome(frozenset({"role", "other", "policy", "function"}), (), (("function", "policy"),)),
    ),
    "both needed": (
        (ROLE, OTHER, POLICY_OF_ROLE, Step("function", FUNCTION, after=("role",), needs=("other", "policy"))),
        Outcome(
            frozenset({"role", "other", "policy", "function"}), (), (("function", "other"), ("function", "policy"))
        ),
    ),
    "either is enough": (
        (ROLE, OTHER, POLICY_OF_ROLE, Step("function", FUNCTION, after=("role",), needs=(("other", "policy"),))),
        Outcome(frozenset({"role", "other", "policy", "function"}), (), (("function", "other"),)),
    ),
    "something comes after it": (
        (
            ROLE,
            POLICY_OF_ROLE,
            Step("function", FUNCTION, after=("role",), needs=("policy",)),
            Step("url", after=("function",)),
        ),
        Outcome(frozenset({"role", "policy", "function", "url"}), (), (("function", "policy"),)),
    ),
    "what comes after it is what another one needs": (
        (
            Step("a", after=("b",)),
            Step("b", needs=("c",)),
            Step("c", needs=("d",)),
            Step("d"),
        ),
        Outcome(frozenset("abcd"), (), ()),
    ),
    "two that need each other": (
        (Step("a", needs=("b",)), Step("b", needs=("a",)), Step("c")),
        Outcome(frozenset("c"), ("a lacks b", "b lacks a"), ()),
    ),
    "one that waits in vain": (
        (ROLE, Step("function", FUNCTION, after=("role",), needs=("nothing",)), Step("a"), Step("b", after=("a",))),
        Outcome(frozenset({"role", "a", "b"}), ("function lacks nothing",), ()),
    ),
    "two that are wrong": (
        (Step("a", fails=True), Step("b"), Step("c", after=("b",), fails=True), Step("d", after=("c",))),
        Outcome(frozenset("b"), ("a is wrong", "c is wrong"), ()),
    ),
    "a lookup of what is made beside it": (
        (Step("find", is_lookup=True, needs=("a",)), Step("a"), Step("b", after=("find",))),
        Outcome(frozenset("ab"), (), ()),
    ),
    "a lookup in vain": (
        (Step("find", is_lookup=True, needs=("nothing",)), Step("a", needs=("b",)), Step("b")),
        Outcome(frozenset("ab"), (), ()),
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("order", ["eager", "worst"])
def test_every_schedule_ends_alike(case: str, order: str) -> None:
    steps, expected = CASES[case]
    ended = list(outcomes(*steps, order=order))
    for outcome in ended:
        # What no rule speaks of is reported as it was seen, and only where it was.
        if not any(step.kind == FUNCTION for step in steps):
            outcome.luck = ()
        assert outcome == expected


def test_the_worst_order_takes_policies_last() -> None:
    steps = (ROLE, OTHER, Step("function", FUNCTION, after=("role",)), Step("last"))
    run = Run(steps, [], "worst")
    made: list[str] = []
    run.deployment._observe = run.deployment._steps._observe = lambda event: made.append(event.resource.name)  # type: ignore[union-attr]
    run.play()
    assert made == ["last", "role", "function", "other"]
