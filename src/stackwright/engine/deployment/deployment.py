"""One run of a program: turns registrations into steps and keeps the record.

Knows nothing of gRPC. The steps are Pulumi's: same, create, update, replace (create the new one, delete the old one at
the end), delete what was not registered again.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from stackwright.defaults import ACCOUNT
from stackwright.engine import secrecy
from stackwright.engine.deployment import builtin, diffs, failures
from stackwright.engine.deployment.diagnostics import Diagnostics, Stream
from stackwright.engine.deployment.events import BusyClock, Event, Journal, Mode, Observer, Registration, Severity, Step
from stackwright.engine.deployment.hooks import Hooks
from stackwright.engine.deployment.order import canonical, dependents_first, next_seed, pending_urn, program_line
from stackwright.engine.deployment.ordering import NoRules, Ordering, Rules
from stackwright.engine.deployment.providers import ProviderSettings
from stackwright.engine.deployment.steps import Steps
from stackwright.engine.deployment.waiting import Key, Order, Waiting
from stackwright.engine.provider import Provider
from stackwright.engine.schema import coercion
from stackwright.engine.simulated import identity, registered
from stackwright.engine.urns import PROVIDER_PREFIX, STACK_TYPE, make_urn, package_of
from stackwright.errors import ProgramError, Refused, ResourceError, StackwrightError
from stackwright.graph import UNKNOWN, Graph, Invoke, Properties, Resource, Secret, Unknown, contains_unknown, reveal

__all__ = ["Deployment", "Event", "Journal", "Mode", "Observer", "Registration", "Step"]


class Deployment:
    """The record of one run.

    Args:
        previous: the graph of the last run of this stack, when its resources still exist.
        settings: stack configuration of a package, for its default provider.
        journal: told of every finished step, so that a killed run leaves a usable state; None for a deletion's result.
        observe: told of every event, from any thread.
        order, rules: see `waiting.Waiting` and `ordering.Rules`.
        stack_outputs: outputs of another stack by the name the program refers to it; `UNKNOWN` when they cannot be
            known in this run (a dry run only); raises `ResourceError` when there is no such stack.
        interpreter: the program's Python, whose SDKs have the schemas.
        account: AWS account of the stack, where a provider does not name another.

    Attributes:
        failures: what could not be done, in the order of the program.
        waiting: lets steps begin.
        ordering: knows what came right by luck.
    """

    def __init__(
        self,
        *,
        project: str,
        stack: str,
        mode: Mode,
        provider: Provider,
        previous: Graph | None = None,
        settings: Callable[[str], Properties] = lambda _: {},
        journal: Journal = lambda _urn, _resource: None,
        observe: Observer = lambda _: None,
        order: Order = "eager",
        rules: Rules | None = None,
        stack_outputs: Callable[[str], Properties | Unknown] = builtin.no_stacks,
        interpreter: str = sys.executable,
        account: str = ACCOUNT,
    ) -> None:
        self.project = project
        self.stack = stack
        self.mode: Mode = mode
        self.failures = failures.Failures()
        self._provider = provider
        self._journal = journal
        self._observe = observe
        self._stack_outputs = stack_outputs
        self._interpreter = interpreter
        self.waiting = Waiting(order)
        self.ordering = Ordering(rules or NoRules(), journal)
        self._steps = Steps(provider, observe, self.waiting, self.ordering)
        before = previous.resources if previous else ()
        self._old = {r.urn: r for r in before if not r.pending_delete}
        self._pending = {r.urn: r for r in before if r.pending_delete}
        self._providers = ProviderSettings(stack, project, settings, self._old, self.register, account)
        self._lock = threading.Lock()
        self._asked: set[str] = set()
        self._resources: dict[str, Resource] = {}
        self._claimed: dict[str, str] = {}  # URN in the previous run -> URN in this one
        self._replaced: set[str] = set()
        self._invokes: list[Invoke] = []
        self._diagnostics = Diagnostics()
        self._former_outputs: Properties = previous.outputs if previous else {}
        self._outputs = self._former_outputs

    @property
    def counts(self) -> dict[Step, int]:
        """Finished steps by kind."""
        return self._steps.counts

    @property
    def provider_seconds(self) -> BusyClock:
        """Runs while a provider is at work."""
        return self._steps.clock

    def keep_former_outputs(self) -> None:
        """The program has failed: what it could not export again stays as it was."""
        with self._lock:
            self._outputs = {**self._former_outputs, **self._outputs}

    def use_hooks(self, hooks: Hooks) -> None:
        """Run these hooks from now on."""
        self._steps.hooks = hooks

    def retire(self) -> None:
        """Delete what an earlier run has replaced and not deleted any more: this run may want its names again.

        Before the program runs, as Pulumi does it. What does not go yet, or has hooks, which the program brings, is
        left to `finish`.
        """
        going = [old for old in self._pending.values() if not old.options.hooks]
        for old in dependents_first(going):
            with suppress(StackwrightError):
                self._delete(old, along=old.options.deleted_with in self._pending)

    # ---- what the program asks -------------------------------------------------------------------------------------

    def register(self, wanted: Registration) -> Resource:
        """Bring one resource into being and return it with id and outputs.

        Raises:
            StackwrightError: it could not be done; also kept in `failures`.
        """
        return self._attempt(wanted, lambda urn: self._step(urn, wanted))

    def read(self, wanted: Registration, resource_id: str | Unknown) -> Resource:
        """Look an existing resource up (`Type.get`); it is recorded as external and never changed or deleted.

        Raises:
            StackwrightError: there is none; also kept in `failures`.
        """
        return self._attempt(wanted, lambda urn: self._look_up(urn, wanted, resource_id))

    def register_outputs(self, urn: str, outputs: Properties) -> None:
        """Outputs of a component, or of the whole program when it is the stack's.

        Raises:
            ProgramError: nothing with this URN has been registered.
        """
        resource = replace(self.find(urn), outputs=outputs)
        with self._lock:
            self._resources[urn] = resource
            if resource.type == STACK_TYPE:
                self._outputs = outputs
        self._journal(urn, resource)

    def invoke(
        self, token: str, args: Properties, provider_urn: str, version: str, dependencies: Sequence[str] = ()
    ) -> Properties:
        """Answer a function call; `dependencies` are the URNs of what the program says it depends on.

        Raises:
            Defect: also kept in `failures`.
            StackwrightError: it cannot be answered. The program may catch this, so it is no failure of the run.
        """
        urn = provider_urn or self._providers.default(package_of(token), version)
        plain = reveal(args)
        present = list(self._resources.values()) if self.mode == "simulated" else []

        def ask() -> Invoke:
            own = registered.answer(token, plain, present, self._interpreter)
            with self._steps.clock:
                return own or self._provider.invoke(token, plain, self._providers.of(urn))

        ticket = self.ordering.lookup(token, args, dependencies)
        try:
            answer = self.waiting.take(ticket, ask)
        except StackwrightError as error:
            error.what = secrecy.masking(args)(error.what)
            raise
        except Exception as error:
            raise self.failures.place((), token, failures.of_invoke(error, token, args)) from error
        self.ordering.came_right(ticket)
        if secrecy.contains_secret(args):
            answer = replace(answer, result={k: Secret(v) for k, v in answer.result.items()})
        with self._lock:
            self._invokes.append(replace(answer, args=args, provider=urn))
        return answer.result

    def is_pending(self, urn: str) -> bool:
        """Whether a resource will only exist when this run has ended, as in a preview."""
        return urn in self._resources and self._resources[urn].id is UNKNOWN

    def find(self, urn: str) -> Resource:
        """A resource of this run.

        Raises:
            ProgramError: nothing with this URN has been registered.
        """
        with self._lock:
            if urn not in self._resources:
                raise ProgramError(f"the program asks for a resource that it has not registered: {urn}")
            return self._resources[urn]

    def former_urns(self, urn: str) -> tuple[str, ...]:
        """Aliases of a resource of this run, none when it is not there."""
        resource = self._resources.get(urn)
        return resource.options.aliases if resource else ()

    def diagnose(self, severity: Severity, message: str, urn: str = "", stream: Stream = "log") -> None:
        """Keep and show a line that the program reported."""
        self._diagnostics.add(stream, severity, message, urn)
        self._observe(Event("line", severity=severity, text=message))

    # ---- the end ---------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Delete what replacements left over and what the program no longer registers, dependents first.

        Raises:
            StackwrightError: a protected resource would have to go, or the provider refused; the rest stays.
        """
        with self._lock:
            going = [*self._pending.values(), *self._left_over()]
        gone = {r.urn for r in going}
        failures.in_some_order(
            dependents_first(going), lambda old: self._delete(old, along=old.options.deleted_with in gone)
        )

    def has_delete_hooks(self) -> bool:
        """Whether something that is to be deleted has hooks, which the program must be alive to run."""
        with self._lock:
            going = [*self._pending.values(), *self._left_over()]
        return any(moment.endswith("delete") for old in going for moment in old.options.hooks)

    def graph(self) -> Graph:
        """What stands now; after a failed run including what is left of the run before."""
        with self._lock:
            return Graph(
                project=self.project,
                stack=self.stack,
                mode=self.mode,
                resources=(*canonical(self._resources.values()), *self._left_over(), *self._pending.values()),
                outputs=self._outputs,
                invokes=tuple(sorted(self._invokes, key=repr)),
                diagnostics=self._diagnostics.all(),
            )

    def _left_over(self) -> list[Resource]:
        """What the previous run made and this one has not (or not yet, or in vain) registered again."""
        return [r for urn, r in self._old.items() if self._claimed.get(urn, urn) not in self._resources]

    # ---- steps -----------------------------------------------------------------------------------------------------

    def _attempt(self, wanted: Registration, work: Callable[[str], Resource]) -> Resource:
        urn = make_urn(self.stack, self.project, wanted.type, wanted.name, wanted.parent)
        try:
            self._claim(urn, wanted)
            resource = work(urn)
        except Exception as error:
            failure = failures.located(error, urn, wanted)
            raise self._failed(program_line(wanted), urn, failure) from error
        self._record(resource)
        return resource

    def _failed(self, key: Key, urn: str, failure: StackwrightError) -> StackwrightError:
        if isinstance(failure, Refused) and failure.is_moot:
            return failure
        # Other steps wait for their provider; nothing may keep it.
        if f"::{PROVIDER_PREFIX}" not in urn:
            self.waiting.fail(key, urn, failure)
        return self.failures.place(key, urn, failure)

    def _claim(self, urn: str, wanted: Registration) -> None:
        with self._lock:
            is_second = urn in self._asked
            self._asked.add(urn)
        if is_second:
            raise ProgramError(
                f"two resources have the same type and name: {wanted.type} {wanted.name!r}",
                fix="Give one of them another name.",
            )

    def _step(self, urn: str, wanted: Registration) -> Resource:
        if wanted.type.startswith(PROVIDER_PREFIX):
            return self._register_provider(urn, wanted)
        if not wanted.custom and not wanted.remote:
            return wanted.resource(urn)
        old = self._previous(urn, wanted)
        if wanted.type == builtin.STASH:
            return builtin.stash(wanted.resource(urn), old)
        provider_urn = self._providers.urn_for(wanted)
        new = coercion.coerced(wanted.resource(urn, provider_urn), lambda of: self.find(of).id, self._interpreter)
        if self.mode == "unknown" or (self.mode == "emulator" and contains_unknown(new.inputs)):
            return replace(new, id=UNKNOWN, outputs=dict(new.inputs))
        config = self._providers.of(provider_urn)
        if wanted.options.import_id and (old is None or old.id != wanted.options.import_id):
            return self._steps.read(replace(new, id=wanted.options.import_id), config)
        if old is None:
            return self._steps.create(new, config)
        return self._change(new, old, config)

    def _change(self, new: Resource, old: Resource, config: Properties) -> Resource:
        new = replace(new, inputs=diffs.with_ignored(new.inputs, old.inputs, new.options.ignore_changes), seed=old.seed)
        changed, replacing = self._steps.differences(new, old)
        reasons = sorted(replacing) + self._other_reasons(new, old)
        if reasons:
            return self._replace(new, old, config, reasons)
        if changed:
            return self._steps.update(new, old, config)
        return self._steps.keep(new, old)

    def _other_reasons(self, new: Resource, old: Resource) -> list[str]:
        """Why a resource must be replaced whatever its inputs are."""
        reasons: list[str] = []
        if reveal(new.options.replacement_trigger) != reveal(old.options.replacement_trigger):
            reasons.append("replacement_trigger")
        if self._replaced.intersection(new.options.replace_with):
            reasons.append("replace_with")
        if self._providers.has_moved(old, new.provider):
            reasons.append("another account or region")
        return reasons

    def _replace(self, new: Resource, old: Resource, config: Properties, reasons: list[str]) -> Resource:
        if old.options.protect:
            raise ResourceError(
                f"{old.type} {old.name!r} is protected and would have to be replaced for: {', '.join(reasons)}",
                fix="Undo the change, or remove `protect=True` and run again.",
            )
        with self._lock:
            self._replaced.add(new.urn)
        new = replace(new, seed=next_seed(old.seed))
        if new.options.delete_before_replace or identity.collides(new, old, config):
            self._delete(old, waits=True)
            return self._steps.create(new, config, replaces=True)
        made = self._steps.create(new, config, replaces=True)
        pending = replace(old, urn=pending_urn(old), pending_delete=True)
        with self._lock:
            self._pending[pending.urn] = pending
        self._journal(pending.urn, pending)
        return made

    def _look_up(self, urn: str, wanted: Registration, resource_id: str | Unknown) -> Resource:
        if wanted.type == builtin.STACK_REFERENCE:
            blank = replace(wanted.resource(urn), id=resource_id, external=True)
            known = self._stack_outputs(resource_id) if isinstance(resource_id, str) else resource_id
            return builtin.stack_reference(blank, known)
        provider_urn = self._providers.urn_for(wanted)
        blank = replace(wanted.resource(urn, provider_urn), id=resource_id, external=True)
        if self.mode == "unknown" or isinstance(resource_id, Unknown):
            return replace(blank, outputs=dict(blank.inputs))
        return self._steps.read(blank, self._providers.of(provider_urn))

    def _delete(self, old: Resource, *, along: bool = False, waits: bool = False) -> None:
        """Delete what the record no longer needs; `along`: the resource it is part of takes it along."""
        is_real = old.custom and not old.external and not old.type.startswith(PROVIDER_PREFIX)
        if is_real and not builtin.is_builtin(old.type) and not old.options.retain_on_delete and not along:
            try:
                self._steps.delete(old, self._providers.of_old(old), waits=waits)
            except Exception as error:
                raise failures.located(error, old.urn, old) from error
        with self._lock:
            self._old.pop(old.urn, None)
            self._pending.pop(old.urn, None)
            stays = old.urn in self._resources
        if not stays:
            self._journal(old.urn, None)

    def _register_provider(self, urn: str, wanted: Registration) -> Resource:
        blank = wanted.resource(urn)
        self._providers.remember(urn, blank.inputs)
        if self.mode == "emulator" and self._providers.assumes_roles(urn):
            self._provider.configure(blank, self._providers.of(urn))
        provider_id = UNKNOWN if self.mode == "unknown" else f"{wanted.name}-id"
        return replace(blank, id=provider_id, outputs=dict(blank.inputs))

    # ---- records ---------------------------------------------------------------------------------------------------

    def _previous(self, urn: str, wanted: Registration) -> Resource | None:
        with self._lock:
            for candidate in (urn, *wanted.options.aliases):
                old = self._old.get(candidate)
                if old is not None and not old.external and candidate not in self._claimed:
                    self._claimed[candidate] = urn
                    return old
        return None

    def _record(self, resource: Resource) -> None:
        with self._lock:
            self._resources[resource.urn] = resource
            former = [urn for urn, now in self._claimed.items() if now == resource.urn and urn != now]
        self.ordering.add(resource)
        self._journal(resource.urn, resource)
        for urn in former:
            self._journal(urn, None)
