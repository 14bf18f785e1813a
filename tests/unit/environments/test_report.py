"""The verdict on a difference: declared, explained by a setting, weakening what protects, or just shown."""

from __future__ import annotations

from typing import Any

import pytest

from stackwright.engine.schema.sdk import resource_type
from stackwright.environments.declaration import Declaration, declaration
from stackwright.environments.report import artifacts_of, findings_of, guards, settings_of
from stackwright.errors import ProjectError
from stackwright.graph import Archive, Graph, Resource

QUEUE, FUNCTION = "aws:sqs/queue:Queue", "aws:lambda/function:Function"
GIVEN = Declaration(is_given=True)


def graphs(type_token: str = QUEUE, **inputs: tuple[Any, Any]) -> dict[str, Graph]:
    """Two stacks with one resource each."""

    def of(position: int, stack: str) -> Graph:
        own = {key: values[position] for key, values in inputs.items()}
        urn = f"urn:pulumi:{stack}::shop::{type_token}::jobs"
        return Graph("shop", stack, "simulated", (Resource(urn, type_token, "jobs", inputs=own),))

    return {"dev": of(0, "dev"), "prod": of(1, "prod")}


def declared(**may_differ: Any) -> Declaration:
    return declaration({"environments": {"mayDiffer": may_differ}}, "shop", "Pulumi.yaml")


def verdicts(found: dict[str, Graph], equalized: dict[str, Graph] | None, declared: Declaration) -> dict[str, str]:
    return {f.difference.path: f.verdict for f in findings_of(found, equalized, declared)}


def test_without_a_declaration_differences_are_shown_but_for_those_that_protect() -> None:
    found = graphs(delaySeconds=(0, 5), kmsMasterKeyId=("alias/aws/sqs", None))
    assert verdicts(found, None, Declaration()) == {"delaySeconds": "shown", "kmsMasterKeyId": "forbidden"}


def test_what_follows_from_a_setting_that_may_differ_may_differ() -> None:
    found = graphs(delaySeconds=(0, 5), visibilityTimeoutSeconds=(30, 60))
    equalized = graphs(delaySeconds=(0, 0), visibilityTimeoutSeconds=(30, 60))
    expected = {"delaySeconds": "allowed", "visibilityTimeoutSeconds": "forbidden"}
    assert verdicts(found, equalized, GIVEN) == expected
    assert verdicts(found, None, GIVEN) == dict.fromkeys(expected, "shown")


def test_what_follows_from_a_setting_may_still_not_weaken_what_protects() -> None:
    found = graphs(kmsMasterKeyId=("alias/aws/sqs", None))
    same = graphs(kmsMasterKeyId=(None, None))
    assert verdicts(found, same, GIVEN) == {"kmsMasterKeyId": "forbidden"}
    assert verdicts(found, same, declared(resources=["sqs/queue:Queue.kmsMasterKeyId"])) == {
        "kmsMasterKeyId": "allowed"
    }


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        ("sqs/queue:Queue", True),
        ("aws:sqs/queue:Queue", True),
        ("sqs/*", True),
        ("sqs/queue:Queue#jobs", True),
        ("sqs/queue:Queue#jobs.tags", True),
        ("sqs/queue:Queue.tags", True),
        ("sqs/queue:Queue.tags.Team", True),
        ("sqs/queue:Queue.tag", False),
        ("sqs/queue:Queue#others", False),
        ("sns/topic:Topic", False),
    ],
)
def test_a_declared_part_of_a_resource(pattern: str, allowed: bool) -> None:
    found = graphs(tags=({"Team": "a"}, {"Team": "b"}))
    assert verdicts(found, found, declared(resources=[pattern])) == {"tags.Team": "allowed" if allowed else "forbidden"}


def test_settings() -> None:
    configs = {
        "dev": {"shop:memory": "512", "shop:mode": "a", "shop:key": "one", "aws:region": "x", "shop:same": "1"},
        "prod": {"shop:memory": "1024", "shop:key": "two", "aws:region": "y", "shop:same": "1"},
    }
    secrets = dict.fromkeys(configs, frozenset({"shop:key"}))
    found = settings_of(configs, secrets, declared(settings=["mem*", "aws:*"]))
    assert {s.key: s.verdict for s in found} == {
        "shop:memory": "allowed",
        "shop:mode": "forbidden",
        "shop:key": "same",
        "aws:region": "allowed",
        "shop:same": "same",
    }
    assert {s.verdict for s in settings_of(configs, secrets, Declaration())} == {"same", "shown"}
    assert "one" not in str(found)
    assert "two" not in str(found)


def test_one_package_for_all() -> None:
    one, other = Archive("file", "x", "ab"), Archive("file", "x", "cd")
    (artifact,) = artifacts_of(graphs(FUNCTION, code=(one, one)))
    assert artifact.is_one
    (artifact,) = artifacts_of(graphs(FUNCTION, code=(one, other)))
    assert not artifact.is_one
    assert dict(artifact.digests) == {"dev": "ab", "prod": "cd"}
    assert verdicts(graphs(FUNCTION, code=(one, other)), None, Declaration()) == {"code": "forbidden"}


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"environments": {"may": {}}}, "`stackwright.environments` has 'may', which means nothing"),
        ({"environments": []}, "`stackwright.environments` must be a mapping"),
        ({"environments": {"mayDiffer": {"setting": []}}}, "'setting', which means nothing"),
        ({"environments": {"mayDiffer": {"settings": "memory"}}}, "settings` must be a list of texts"),
    ],
)
def test_a_declaration_that_is_wrong(document: dict[str, Any], says: str) -> None:
    with pytest.raises(ProjectError) as refused:
        declaration(document, "shop", "Pulumi.yaml")
    assert says in str(refused.value)


def test_guards_name_inputs_that_there_are() -> None:
    for token, paths in guards().items():
        declared = resource_type(token)
        assert set(paths) <= set(declared.properties) - set(declared.computed), token
