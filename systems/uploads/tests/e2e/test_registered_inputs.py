"""The program that runs here is the program that `pulumi up` would deploy: nothing in it knows the emulator."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from uploads_stack import CONFIG, PAGE, PROJECT, Stack

from stackwright.graph import Archive, Asset, Graph, Resource, reveal
from stackwright.testing.running import CommandLine
from stackwright.workspace import load, locate

pytestmark = pytest.mark.e2e

EMULATOR = re.compile(
    r"127\.0\.0\.1|localhost|https?://[^\s/\"]*:\d+|/_aws/|_user_request_|ministack|stackwright", re.I
)
OWN_PATH = re.compile(r"(^|[\s\"'=:,])/(root|home|tmp|work|usr|var|opt|Users|private)/")
URL = re.compile(r"https?://")


def texts(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a value with its place; code is looked at as paths inside the package, not as a path on disk."""
    if isinstance(value, Archive):
        if not isinstance(value.content, str):
            yield from ((where, name) for name in value.content)
    elif isinstance(value, Asset):
        yield from [] if value.kind == "file" else [(where, value.content)]
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield where, str(name)
            yield from texts(item, f"{where}.{name}")
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item, f"{where}[]")
    elif isinstance(value, str):
        yield where, value


def traces(graph: Graph) -> list[str]:
    """Inputs that show where the program ran, apart from what it was told by resources it depends on."""
    by_urn = graph.by_urn()
    found: list[str] = []
    for resource in graph:
        given = addresses(resource, by_urn)
        for where, text in texts(reveal(resource.inputs)):
            for address in given:
                text = text.replace(address, "")
            if EMULATOR.search(text) or OWN_PATH.search(text):
                found.append(f"{resource.name}{where}: {text}")
    return found


def addresses(resource: Resource, by_urn: Mapping[str, Resource]) -> list[str]:
    """URLs among the outputs of what a resource depends on, such as a queue's, which is an address here and on AWS."""
    outputs = [reveal(by_urn[urn].outputs) for urn in resource.dependencies]
    urls = {text for output in outputs for _, text in texts(output) if URL.match(text)}
    return sorted(urls, key=len, reverse=True)


@pytest.fixture(scope="module")
def simulated() -> Graph:
    return load(locate(str(PROJECT)), "dev", overrides=CONFIG)


def emulated(stack: Stack, stackwright: CommandLine) -> Graph:
    """What the run against the emulator has registered."""
    assert stack.emulator.alive()
    (saved,) = stackwright.home.rglob("dev.json")
    return Graph.from_json(json.loads(saved.read_text(encoding="utf-8")))


def test_no_input_of_the_emulated_run_knows_the_emulator(stack: Stack, stackwright: CommandLine) -> None:
    graph = emulated(stack, stackwright)

    assert len(list(graph)) > 140
    assert traces(graph) == []
    # The addresses that were left out are the emulator's: the search looks at real values.
    allowed = {url for resource in graph for url in addresses(resource, graph.by_urn())}
    assert any(url.startswith(stack.endpoint.url) for url in allowed)


def test_no_input_of_the_simulated_run_knows_the_emulator(simulated: Graph) -> None:
    assert traces(simulated) == []
    urls = [text for resource in simulated for _, text in texts(reveal(resource.inputs)) if URL.match(text)]
    assert all(".amazonaws.com/" in url or url == PAGE for url in urls)


def test_both_runs_register_the_same_resources(stack: Stack, stackwright: CommandLine, simulated: Graph) -> None:
    registered = {resource.urn: set(resource.inputs) for resource in emulated(stack, stackwright)}
    assert registered == {resource.urn: set(resource.inputs) for resource in simulated}


@pytest.mark.parametrize(
    "value",
    [
        "http://127.0.0.1:4566",
        {"variables": {"AWS_ENDPOINT_URL": "http://localhost:4566"}},
        ["https://sqs.example.com:8443/queue"],
        '{"uri": "/_aws/execute-api/abc"}',
        "/home/somebody/handler.py",
    ],
    ids=str,
)
def test_a_trace_of_the_emulator_would_be_found(simulated: Graph, value: Any) -> None:
    first = next(resource for resource in simulated if resource.custom)
    marked = replace(first, inputs={**first.inputs, "description": value})

    assert len(traces(Graph(simulated.project, simulated.stack, simulated.mode, (marked,)))) == 1


def test_the_function_is_told_nothing_about_where_it_runs(stack: Stack) -> None:
    configuration = stack.client("lambda").get_function_configuration(
        FunctionName=stack.outputs["file_processor_function_name"]
    )

    variables = configuration["Environment"]["Variables"]
    assert not [name for name in variables if "ENDPOINT" in name or name.startswith("AWS_")]
    assert not [value for value in variables.values() if EMULATOR.search(value)]
