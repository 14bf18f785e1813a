from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from stackwright.components import (
    ComponentError,
    ConfigError,
    EnvironmentConfig,
    EnvironmentsDiffer,
    StackFiles,
    check_alike,
    load_environments,
    setting,
)


def rules(text: str) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((rule["id"], rule["days"]) for rule in json.loads(text)))


@dataclass(frozen=True, kw_only=True)
class Config(EnvironmentConfig):
    memory: int = setting("Memory, MB", default=512, minimum=128, maximum=1024)
    runtime: str = setting("Runtime", default="python3.14")
    rules: tuple[tuple[str, int], ...] = setting("Rules", default=(), convert=rules)
    tags: tuple[str, ...] = setting("Tags", default=(), alike=len)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    for stack in ("dev", "prod", "staging"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text("config:\n")
    return tmp_path


def write(project: Path, stack: str, text: str) -> None:
    (project / f"Pulumi.{stack}.yaml").write_text(f"config:\n{text}")


def load(project: Path, **environ: str) -> dict[str, Config]:
    return load_environments(Config, project, environ=environ, current="")


def test_all_stacks_are_read_from_their_files(project):
    write(project, "dev", "  shop:memory: 256\n  memory: 300\n")
    write(project, "prod", "  shop:environment: live\n  aws:region: eu-west-1\n  shop:tags: [a, b]\n")
    found = load(project)

    assert {name: config.memory for name, config in found.items()} == {"dev": 300, "live": 512, "staging": 512}
    assert found["live"].tags == ("a", "b")


def test_values_of_the_project_come_before_those_of_the_stacks(project):
    declared = "config:\n  shop:memory: {type: integer, default: 600}\n  runtime: {value: python3.13}\n  tags: x\n"
    (project / "Pulumi.yaml").write_text(f"name: shop\nruntime: python\nstackConfigDir: stacks\n{declared}")
    (project / "stacks").mkdir()
    (project / "stacks" / "Pulumi.dev.yaml").write_text("config:\n  shop:memory: 700\n")
    (config,) = load(project).values()

    assert (config.memory, config.runtime, config.tags) == (700, "python3.13", ("x",))


def test_a_secret_of_another_stack_is_left_out(project):
    write(project, "dev", "  shop:deploy_external_id: {secure: AAAB}\n")

    assert load(project)["dev"].deploy_external_id is None


def test_a_variable_may_be_for_one_environment(project):
    found = load(project, TEAM_PROD="north", TEAM="south")

    assert {name: config.team for name, config in found.items()} == {
        "dev": "platform",
        "prod": "north",
        "staging": "platform",
    }


def test_bad_values_of_all_stacks_are_in_one_error(project):
    write(project, "dev", "  shop:memory: 64\n  shop:memori: 1\n")
    write(project, "prod", "  shop:rules: 'no'\n  shop:memory: much\n")
    with pytest.raises(ConfigError) as error:
        load(project)

    assert {problem.key for problem in error.value.problems} == {
        "dev: memory",
        "dev: memori",
        "prod: rules",
        "prod: memory",
    }


@pytest.mark.parametrize("text", ["[", "- config", "a: b: c"])
def test_a_file_that_is_none_is_named(project, text):
    (project / "Pulumi.dev.yaml").write_text(text)

    with pytest.raises(ComponentError, match=r"Pulumi\.dev\.yaml"):
        load(project)


def test_equal_environments_are_alike(project):
    check_alike(load(project), [])


def test_the_order_of_rules_and_keys_is_no_difference(project):
    write(project, "dev", "  shop:rules: [{id: a, days: 1}, {id: b, days: 2}]\n")
    for stack in ("staging", "prod"):
        write(project, stack, "  shop:rules: [{days: 2, id: b}, {days: 1, id: a}]\n")

    check_alike(load(project), [])


def test_every_difference_is_listed_with_environment_field_and_both_values(project):
    write(project, "staging", "  shop:runtime: python3.13\n  shop:memory: 1024\n")
    write(project, "prod", "  shop:rules: [{id: a, days: 9}]\n  shop:team: north\n  shop:memory: 256\n")
    with pytest.raises(EnvironmentsDiffer) as error:
        check_alike(load(project), ["memory"])

    assert [str(difference) for difference in error.value.differences] == [
        "prod: team is 'north', but 'platform' in dev",
        "staging: runtime is 'python3.13', but 'python3.14' in dev",
        "prod: rules is (('a', 9),), but () in dev",
    ]
    assert all(str(difference) in str(error.value) for difference in error.value.differences)


def test_what_most_environments_have_is_the_norm(project):
    write(project, "dev", "  shop:runtime: python3.13\n")
    with pytest.raises(EnvironmentsDiffer) as error:
        check_alike(load(project), [])

    assert [each.environment for each in error.value.differences] == ["dev"]


def test_a_part_of_a_value_may_be_what_must_be_equal(project):
    for stack, tags in {"dev": "[a]", "staging": "[b]", "prod": "[c]"}.items():
        write(project, stack, f"  shop:tags: {tags}\n")
    found = load(project)
    check_alike(found, [])

    with pytest.raises(EnvironmentsDiffer, match="dev: tags is 0, but 1 in prod"):
        check_alike({**found, "dev": replace(found["dev"], tags=())}, [])


def test_one_environment_is_alike():
    check_alike({}, [])
    check_alike({"dev": Config(environment="dev")}, [])


def test_what_may_differ_is_declared_in_the_project(project):
    assert StackFiles(project).may_differ == ()
    text = "stackwright:\n  environments:\n    mayDiffer:\n      settings: [memory, team]\n"
    (project / "Pulumi.yaml").write_text(f"name: shop\nruntime: python\n{text}")

    assert StackFiles(project).may_differ == ("memory", "team")


def test_an_asterisk_stands_for_what_keys_end_with(project):
    write(project, "dev", "  shop:deploy_role_arn: arn:aws:iam::111111111111:role/deploy\n")
    check_alike(load(project), ["deploy_*"])

    with pytest.raises(EnvironmentsDiffer, match="dev: deploy_role_arn"):
        check_alike(load(project), ["deploy_external*"])


def test_a_key_that_does_not_exist_may_not_differ(project):
    with pytest.raises(ConfigError, match="memmory"):
        check_alike(load(project), ["memmory"])
