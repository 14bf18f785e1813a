"""One run of a program: turns registrations into steps, asks the provider, and keeps the record.

Knows nothing of gRPC. The steps are Pulumi's: same, create, update, replace (create the new one, delete the old one at the
end), delete what was not registered again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from stackwright.engine import diffs
from stackwright.engine.provider import Provider
from stackwright.engine.urns import PROVIDER_PREFIX, STACK_TYPE, make_urn, package_of
from stackwright.errors import ProgramError, ResourceError, StackwrightError
from stackwright.graph import (
    UNKNOWN,
    Diagnostic,
    Graph,
    Invoke,
    Options,
    Properties,
    Resource,
    Secret,
    SourcePosition,
    Value,
    contains_unknown,
    reveal,
)

Mode = Literal["simulated", "emulator", "unknown"]
Step = Literal["same", "create", "update", "replace", "delete", "read", "forget"]

FALLBACK_REGION: Final = "us-east-1"


@dataclass(frozen=True)
class Registration:
    """What the program asks for, before any decision."""

    type: str
    name: str
    custom: bool
    inputs: Properties
    parent: str = ""
    provider: str = ""
    version: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    options: Options = Options()
    source: SourcePosition | None = None
    stack: tuple[SourcePosition, ...] = ()


@dataclass(frozen=True)
class Event:
    """Something worth showing: a finished step, or a line of output."""

    kind: Literal["step", "line"]
    step: Step | None = None
    resource: Resource | None = None
    seconds: float = 0.0
    severity: str = "info"
    text: str = ""


Observer = Callable[[Event], None]


class Deployment:
    """The record of one run.

    Args:
        previous: the graph of the last run of this stack, when its resources still exist.
        settings: stack configuration of a package, for its default provider.
        journal: told of every finished step, so that a killed run leaves a usable state; None for a deletion's result.
        observe: told of every event, from any thread.
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
        journal: Callable[[str, Resource | None], None] = lambda _urn, _resource: None,
        observe: Observer = lambda _: None,
    ) -> None:
        self.project = project
        self.stack = stack
        self.mode: Mode = mode
        self.failures: list[StackwrightError] = []
        self.counts: dict[Step, int] = dict.fromkeys(("same", "create", "update", "replace", "delete", "read"), 0)
        self.provider_seconds = _BusyClock()
        self._provider = provider
        self._settings = settings
        self._journal = journal
        self._observe = observe
        self._old = {r.urn: r for r in previous.resources} if previous else {}
        self._lock = threading.Lock()
        self._order: list[str] = []
        self._resources: dict[str, Resource] = {}
        self._claimed: dict[str, str] = {}  # URN in the previous run -> URN in this one
        self._pending_deletes: list[Resource] = []
        self._configs: dict[str, Properties] = {}
        self._default_providers: dict[str, threading.Event] = {}
        self._invokes: list[Invoke] = []
        self._diagnostics: list[Diagnostic] = []
        self._outputs: Properties = {}

    # ---- what the program asks -------------------------------------------------------------------------------------

    def register(self, wanted: Registration) -> Resource:
        """Bring one resource into being and return it with id and outputs.

        Raises:
            StackwrightError: it could not be done; also kept in `failures`.
        """
        urn = make_urn(self.stack, self.project, wanted.type, wanted.name, wanted.parent)
        self._claim(urn, wanted)
        try:
            resource = self._step(urn, wanted)
        except StackwrightError as error:
            located = _located(error, urn, wanted)
            with self._lock:
                self.failures.append(located)
            raise located from error
        self._record(resource)
        return resource

    def register_outputs(self, urn: str, outputs: Properties) -> None:
        """Outputs of a component, or of the whole program when it is the stack's."""
        with self._lock:
            resource = self._resources[urn]
            self._resources[urn] = replace(resource, outputs=outputs)
            if resource.type == STACK_TYPE:
                self._outputs = outputs

    def read(self, wanted: Registration, resource_id: str | Value) -> Resource:
        """Look an existing resource up (`Type.get`); it is recorded as external and never changed or deleted."""
        urn = make_urn(self.stack, self.project, wanted.type, wanted.name, wanted.parent)
        self._claim(urn, wanted)
        provider_urn = self._provider_for(wanted)
        blank = replace(self._blank(urn, wanted, provider_urn), id=resource_id, external=True)
        if self.mode == "unknown" or not isinstance(resource_id, str):
            found = replace(blank, outputs=dict(blank.inputs))
        else:
            try:
                found = self._ask("read", blank, lambda new: self._provider.read(new, self._configs[provider_urn]))
            except StackwrightError as error:
                located = _located(error, urn, wanted)
                with self._lock:
                    self.failures.append(located)
                raise located from error
        self._record(found)
        return found

    def invoke(
        self, token: str, args: Properties, provider_urn: str, version: str, source: SourcePosition | None
    ) -> Properties:
        """Answer a function call."""
        urn = provider_urn or self._default_provider(package_of(token), version)
        plain = reveal(args)
        with self.provider_seconds:
            result = self._provider.invoke(token, plain, self._configs[urn])
        if plain != args:
            result = {k: Secret(v) for k, v in result.items()}
        with self._lock:
            self._invokes.append(Invoke(token, args, result, urn, source))
        return result

    def find(self, urn: str) -> Resource:
        """A resource of this run.

        Raises:
            ProgramError: nothing with this URN has been registered.
        """
        with self._lock:
            if urn not in self._resources:
                raise ProgramError(f"the program asks for a resource that it has not registered: {urn}")
            return self._resources[urn]

    def diagnose(self, severity: Literal["debug", "info", "warning", "error"], message: str, urn: str = "") -> None:
        """Keep and show a line that the program reported."""
        with self._lock:
            self._diagnostics.append(Diagnostic(severity, message, urn))
        self._observe(Event("line", severity=severity, text=message))

    # ---- the end ---------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Delete what a replacement left over and what the program no longer registers, dependents first.

        Raises:
            ResourceError: a protected resource would have to go, or the provider refused.
        """
        self.clean_up()
        for old in _dependents_first(self._left_over()):
            self._delete(old)

    def clean_up(self) -> None:
        """Delete what finished replacements left over; right after a failed run, too."""
        with self._lock:
            pending, self._pending_deletes = self._pending_deletes, []
        for old in pending:
            if self._claimed.get(old.urn) in self._resources:
                self._delete(old)

    def graph(self) -> Graph:
        """What stands now; after a failed run including what is left of the run before."""
        with self._lock:
            resources = [self._resources[urn] for urn in self._order if urn in self._resources]
            left = self._left_over()
            return Graph(
                project=self.project,
                stack=self.stack,
                mode=self.mode,
                resources=tuple(resources + left),
                outputs=self._outputs,
                invokes=tuple(self._invokes),
                diagnostics=tuple(self._diagnostics),
            )

    def _left_over(self) -> list[Resource]:
        """What the previous run made and this one has not (or not yet, or in vain) registered again."""
        return [r for urn, r in self._old.items() if self._claimed.get(urn, urn) not in self._resources]

    # ---- steps -----------------------------------------------------------------------------------------------------

    def _claim(self, urn: str, wanted: Registration) -> None:
        with self._lock:
            if urn in self._order:
                error = ProgramError(
                    f"two resources have the same type and name: {wanted.type} {wanted.name!r}",
                    where=str(wanted.source or urn),
                    fix="Give one of them another name.",
                )
                self.failures.append(error)
                raise error
            self._order.append(urn)

    def _step(self, urn: str, wanted: Registration) -> Resource:
        if not wanted.custom:
            return self._blank(urn, wanted, "")
        if wanted.type.startswith(PROVIDER_PREFIX):
            return self._register_provider(urn, wanted)
        provider_urn = self._provider_for(wanted)
        new = self._blank(urn, wanted, provider_urn)
        if self.mode == "unknown" or contains_unknown(new.inputs):
            return replace(new, id=UNKNOWN, outputs=dict(new.inputs))
        config = self._configs[provider_urn]
        old = self._previous(urn, wanted)
        if wanted.options.import_id and (old is None or old.id != wanted.options.import_id):
            return self._ask(
                "read", replace(new, id=wanted.options.import_id), lambda n: self._provider.read(n, config)
            )
        if old is None:
            return self._ask("create", new, lambda n: self._provider.create(n, config))
        return self._change(new, old, config)

    def _change(self, new: Resource, old: Resource, config: Properties) -> Resource:
        new = replace(new, inputs=diffs.with_ignored(new.inputs, old.inputs, new.options.ignore_changes), seed=old.seed)
        plain_new = replace(new, inputs=reveal(new.inputs))
        plain_old = replace(old, inputs=reveal(old.inputs), outputs=reveal(old.outputs))
        changed = diffs.changed(plain_new.inputs, plain_old.inputs)
        if not changed:
            self._count("same", new)
            return replace(new, id=old.id, outputs=old.outputs, simulated=old.simulated)
        replacing = self._provider.replacing(plain_new, plain_old, changed)
        replacing |= diffs.touched(changed, new.options.replace_on_changes)
        if not replacing:
            return self._ask("update", new, lambda n: self._provider.update(n, plain_old, config))
        if old.options.protect:
            raise ResourceError(
                f"{old.type} {old.name!r} is protected and would have to be replaced for: {', '.join(sorted(replacing))}",
                fix="Undo the change, or remove `protect=True` and run again.",
            )
        seed = _next_seed(old.seed)
        if new.options.delete_before_replace or diffs.keeps_name(plain_new.inputs, plain_old):
            self._delete(old)
        else:
            with self._lock:
                self._pending_deletes.append(old)
        return self._ask("replace", replace(new, seed=seed), lambda n: self._provider.create(n, config))

    def _ask(self, step: Step, new: Resource, call: Callable[[Resource], Resource]) -> Resource:
        started = time.monotonic()
        with self.provider_seconds:
            answer = call(replace(new, inputs=reveal(new.inputs)))
        secret_names = {k for k, v in new.inputs.items() if isinstance(v, Secret)} | set(
            new.options.additional_secret_outputs
        )
        outputs = {k: Secret(v) if k in secret_names else v for k, v in answer.outputs.items()}
        result = replace(answer, inputs=new.inputs, outputs=outputs)
        self._count(step, result, time.monotonic() - started)
        return result

    def _delete(self, old: Resource) -> None:
        is_real = old.custom and not old.external and not old.type.startswith(PROVIDER_PREFIX)
        if is_real and not old.options.retain_on_delete:
            if old.options.protect:
                raise ResourceError(
                    f"{old.type} {old.name!r} is protected and the program no longer has it",
                    where=old.urn,
                    fix="Put it back, or run once with `protect=False` before removing it.",
                )
            started = time.monotonic()
            plain = replace(old, inputs=reveal(old.inputs), outputs=reveal(old.outputs))
            with self.provider_seconds:
                self._provider.delete(plain, self._config_of(old))
            self._count("delete", old, time.monotonic() - started)
        with self._lock:
            self._old.pop(old.urn, None)
            replaced = old.urn in self._resources
        if not replaced:
            self._journal(old.urn, None)

    # ---- providers -------------------------------------------------------------------------------------------------

    def _register_provider(self, urn: str, wanted: Registration) -> Resource:
        blank = self._blank(urn, wanted, "")
        if self.mode == "unknown":
            # Its settings are inputs; only what depends on other resources is not known.
            resource = replace(blank, id=UNKNOWN, outputs=dict(blank.inputs))
        else:
            resource = replace(blank, id=f"{wanted.name}-id", outputs=dict(blank.inputs))
        self._configs[urn] = diffs.provider_settings(reveal(wanted.inputs))
        return resource

    def _provider_for(self, wanted: Registration) -> str:
        if wanted.provider:
            return wanted.provider
        return self._default_provider(package_of(wanted.type), wanted.version)

    def _default_provider(self, package: str, version: str) -> str:
        """URN of the package's default provider, registered when it is first needed."""
        name = f"default_{version.replace('.', '_')}" if version else "default"
        type_token = f"{PROVIDER_PREFIX}{package}"
        urn = make_urn(self.stack, self.project, type_token, name)
        with self._lock:
            is_first = urn not in self._default_providers
            ready = self._default_providers.setdefault(urn, threading.Event())
        if not is_first:
            ready.wait()
            return urn
        try:
            self.register(Registration(type_token, name, custom=True, inputs=self._settings(package)))
        finally:
            ready.set()
        return urn

    def _config_of(self, old: Resource) -> Properties:
        known = self._configs.get(old.provider)
        if known is not None:
            return known
        provider = self._old.get(old.provider)
        if provider is not None:
            return diffs.provider_settings(reveal(provider.inputs))
        return self._settings(package_of(old.type))

    # ---- records ---------------------------------------------------------------------------------------------------

    def _blank(self, urn: str, wanted: Registration, provider_urn: str) -> Resource:
        return Resource(
            urn=urn,
            type=wanted.type,
            name=wanted.name,
            custom=wanted.custom,
            inputs=wanted.inputs,
            parent=wanted.parent,
            provider=provider_urn,
            dependencies=wanted.dependencies,
            property_dependencies=wanted.property_dependencies,
            options=wanted.options,
            source=wanted.source,
            stack=wanted.stack,
            seed=urn,
        )

    def _previous(self, urn: str, wanted: Registration) -> Resource | None:
        with self._lock:
            for candidate in (urn, *wanted.options.aliases):
                old = self._old.get(candidate)
                if old is not None and not old.external:
                    self._claimed[candidate] = urn
                    return old
        return None

    def _record(self, resource: Resource) -> None:
        with self._lock:
            self._resources[resource.urn] = resource
        self._journal(resource.urn, resource)

    def _count(self, step: Step, resource: Resource, seconds: float = 0.0) -> None:
        with self._lock:
            self.counts[step] += 1
        self._observe(Event("step", step=step, resource=resource, seconds=seconds))


class _BusyClock:
    """Wall time during which at least one thread is inside."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._since = 0.0
        self._total = 0.0

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._since = time.monotonic()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._total += time.monotonic() - self._since

    @property
    def total(self) -> float:
        """Seconds so far."""
        return self._total


def _located(error: StackwrightError, urn: str, wanted: Registration) -> StackwrightError:
    if error.where:
        return error
    where = f"{wanted.source}, {urn}" if wanted.source else urn
    return type(error)(error.what, where=where, fix=error.fix)


def _next_seed(seed: str) -> str:
    base, _, number = seed.partition("#")
    return f"{base}#{int(number or 0) + 1}"


def _dependents_first(resources: list[Resource]) -> list[Resource]:
    """Reverse order of dependency; registration order breaks ties."""
    by_urn: dict[str, Resource] = {r.urn: r for r in resources}
    ordered: dict[str, Resource] = {}

    def visit(resource: Resource) -> None:
        if resource.urn in ordered:
            return
        needed: list[Any] = [*resource.dependencies, resource.parent, resource.provider]
        for urn in needed:
            if urn in by_urn and urn != resource.urn:
                visit(by_urn[urn])
        ordered[resource.urn] = resource

    for resource in resources:
        visit(resource)
    return list(reversed(ordered.values()))
