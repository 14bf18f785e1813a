"""One style of arguments everywhere, and what a wrong one gives."""

from __future__ import annotations

import dataclasses
import inspect
import re

import pulumi
import pytest

import stackwright.components
from stackwright.components import (
    Bucket,
    BucketNotification,
    Component,
    ComponentError,
    Environment,
    ObjectEvents,
    Package,
    Queue,
    RestApi,
    Table,
)

EXPORTED = {name: getattr(stackwright.components, name) for name in stackwright.components.__all__}
COMPONENTS = {
    name: value
    for name, value in EXPORTED.items()
    if inspect.isclass(value) and issubclass(value, pulumi.ComponentResource) and value is not Component
}
NESTED = (
    "AlarmThresholds",
    "BucketCors",
    "Caching",
    "Cors",
    "GlobalSecondaryIndex",
    "LifecycleRule",
    "ObjectEvents",
    "ReplicationEnd",
    "ReplicationPair",
    "Route",
    "SecurityHeaders",
    "TableCapacity",
)


def described(value: type) -> list[str]:
    """Names in the section `Args` of a class."""
    section = re.search(r"^Args:\n((?: {4}.*\n?)+)", inspect.getdoc(value) or "", re.MULTILINE)
    return re.findall(r"^ {4}(\w+): ", section[1], re.MULTILINE) if section else []


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_has_a_name_and_keywords_which_are_all_described(name):
    first, *keywords = list(inspect.signature(COMPONENTS[name]).parameters.values())

    assert (first.name, first.kind, first.default) == ("name", first.POSITIONAL_OR_KEYWORD, first.empty)
    assert {parameter.kind for parameter in keywords} == {inspect.Parameter.KEYWORD_ONLY}
    assert all(parameter.annotation is not parameter.empty for parameter in keywords)
    assert (keywords[-1].name, keywords[-1].default) == ("opts", None)
    assert described(COMPONENTS[name]) == [parameter.name for parameter in keywords[:-1]]


@pytest.mark.parametrize("name", NESTED)
def test_a_nested_argument_is_frozen_and_has_keywords_which_are_all_described(name):
    fields = dataclasses.fields(EXPORTED[name])

    assert EXPORTED[name].__dataclass_params__.frozen
    assert all(field.kw_only for field in fields)
    assert described(EXPORTED[name]) == [field.name for field in fields]


def test_an_argument_that_does_not_exist_is_refused_by_name(run, environment):
    with pytest.raises(TypeError, match="unexpected keyword argument 'retention'"):
        run(lambda: Queue("jobs", retention=60, opts=environment().opts))


@pytest.mark.parametrize(
    ("value", "kind"), [("60", "str"), (pulumi.Output.from_input(60), "Output"), (True, "bool"), ([60], "list")]
)
def test_a_number_that_is_none_is_refused_with_its_range(run, environment, value, kind):
    with pytest.raises(ComponentError, match=f"jobs: retention_seconds is of type {kind}\n.*within 60..1,209,600"):
        run(lambda: Queue("jobs", retention_seconds=value, opts=environment().opts))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda opts, worker: Bucket("files", lifecycle={"old": {"prefix": ""}}, opts=opts),
            r"files: lifecycle rule old is a dict\n.*LifecycleRule\(…\)",
        ),
        (
            lambda opts, worker: Table(
                "rows", attributes={"id": "S"}, hash_key="id", indexes={"by": {"hash_key": "id"}}, opts=opts
            ),
            r"rows: index by is a dict\n.*GlobalSecondaryIndex\(…\)",
        ),
        (
            lambda opts, worker: RestApi("api", routes={"GET /a": {"function": worker}}, opts=opts),
            r"api: GET /a is a dict\n.*Route\(…\)",
        ),
        (
            lambda opts, worker: BucketNotification(
                "import", bucket=Bucket("files", opts=opts), functions={"a": worker}, opts=opts
            ),
            rf"import: a is a Function\n.*{ObjectEvents.__name__}\(…\)",
        ),
    ],
)
def test_a_nested_argument_of_another_class_is_refused_at_once(run, environment, worker, make, message):
    def program():
        env: Environment = environment()
        make(env.opts, worker(env))

    with pytest.raises(ComponentError, match=message):
        run(program)


@pytest.mark.parametrize("runtime", ["nodejs22.x", "python3", "3.14", "provided.al2023"])
def test_functions_run_python(run, environment, worker, package, tmp_path, runtime):
    with pytest.raises(ComponentError, match=f"worker: runtime is '{runtime}'"):
        run(lambda: worker(environment(), runtime=runtime))
    with pytest.raises(ComponentError, match=f"runtime is '{runtime}'"):
        Package(tmp_path, entry="worker.py", runtime=runtime)
