from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pulumi
import pytest

from stackwright.components import ConfigError, ConfigProblem, EnvironmentConfig, load_config, setting


@dataclass(frozen=True, kw_only=True)
class Config(EnvironmentConfig):
    memory_mb: int = setting("Memory, MB", default=512, minimum=128, maximum=10_240)
    ratio: float = setting("Ratio", default=0.5, minimum=0, maximum=1)
    tracing: bool = setting("Whether traces are written", default=True)
    concurrency: int | None = setting("Concurrent runs", default=10, minimum=0)
    level: Literal["INFO", "DEBUG"] = setting("Log level", default="INFO")
    countries: tuple[str, ...] = setting("Countries", default=("DE",), pattern="[A-Z]{2}", pattern_means="ISO alpha-2")
    retention: int = setting("Days", default=7, choices=(7, 14))

    def problems(self):
        yield from super().problems()
        if self.memory_mb > 1000 and not self.tracing:
            yield ConfigProblem("tracing", self.tracing, "true with more than 1000 MB")


def load(values=None, environ=None, cls=Config):
    return load_config(cls, namespace="shop", stack="dev", values=values or {}, environ=environ or {})


def problems(values=None, environ=None, cls=Config):
    with pytest.raises(ConfigError) as caught:
        load(values, environ, cls)
    return {p.key: p for p in caught.value.problems}


def test_defaults_and_the_stacks_name():
    config = load()

    assert (config.environment, config.memory_mb, config.tracing) == ("dev", 512, True)
    assert config.primary_region == "us-east-1"


def test_pulumi_config_comes_before_the_environment_before_the_default():
    environ = {"MEMORY_MB": "256", "RATIO": "0.25"}

    config = load({"memory_mb": "1024"}, environ)

    assert (config.memory_mb, config.ratio) == (1024, 0.25)


def test_the_environments_name_is_never_taken_from_a_shell():
    assert load(environ={"ENVIRONMENT": "production"}).environment == "dev"
    assert load({"environment": "stage"}, {"ENVIRONMENT": "production"}).environment == "stage"


@pytest.mark.parametrize("where", ["values", "environ"])
def test_what_is_set_counts_also_when_it_is_false_zero_or_empty(where):
    settings = {"tracing": "false", "concurrency": "0", "ratio": "0", "countries": ""}

    config = load(settings) if where == "values" else load(environ={k.upper(): v for k, v in settings.items()})

    assert (config.tracing, config.concurrency, config.ratio, config.countries) == (False, 0, 0.0, ())


def test_none_is_a_value_where_the_type_allows_it():
    assert load({"concurrency": "none"}).concurrency is None


def test_lists_are_comma_separated_or_json():
    assert load({"countries": "AT, CH"}).countries == ("AT", "CH")
    assert load({"countries": '["AT"]'}).countries == ("AT",)


def test_one_error_lists_every_bad_key_with_value_and_range():
    found = problems(
        {
            "memory_mb": "64",
            "ratio": "nan",
            "tracing": "maybe",
            "concurrency": "-1",
            "level": "LOUD",
            "countries": "de",
            "retention": "8",
            "primary_region": "Frankfurt",
            "expected_account_id": "12",
            "deploy_external_id": "x",
        },
        {"DEPLOY_ROLE_ARN": "role"},
    )

    assert found.keys() == {
        "memory_mb",
        "ratio",
        "tracing",
        "concurrency",
        "level",
        "countries",
        "retention",
        "primary_region",
        "expected_account_id",
        "deploy_role_arn",
        "deploy_external_id",
    }
    assert str(found["memory_mb"]) == "memory_mb: found '64', allowed: 128..10,240 (Memory, MB)"
    assert found["level"].allowed == "one of INFO, DEBUG (Log level)"
    assert "ISO alpha-2" in found["countries"].allowed


def test_rules_between_keys_are_listed_along_with_the_rest():
    assert problems({"memory_mb": "2048", "tracing": "false", "level": "LOUD"}).keys() == {"tracing", "level"}


def test_a_key_without_default_is_required():
    @dataclass(frozen=True, kw_only=True)
    class Needy(EnvironmentConfig):
        bucket: str = setting("Name of the bucket")

    assert problems(cls=Needy)["bucket"].allowed == "a value is required: Name of the bucket"


def test_a_key_that_does_not_exist_is_not_ignored():
    found = problems({"memory": "512", "colour": "red"})

    assert found["memory"].allowed == "there is no such key; did you mean memory_mb?"
    assert found["colour"].allowed == "there is no such key"


def test_keys_of_the_running_program_are_read_and_secrets_are_not_shown():
    config = {"shop:memory_mb": "64", "shop:token": "s3cret", "shop:ratio": "s3cret", "other:colour": "red"}
    pulumi.runtime.set_all_config(config, ["shop:token", "shop:ratio"])
    try:
        with pytest.raises(ConfigError) as caught:
            load_config(Config, namespace="shop", stack="dev", environ={})
    finally:
        pulumi.runtime.set_all_config({}, [])

    assert {p.key: p.found for p in caught.value.problems} == {
        "memory_mb": "64",
        "token": "[secret]",
        "ratio": "[secret]",
    }
    assert "s3cret" not in str(caught.value)


def test_several_stacks_can_be_compared_without_deploying():
    files = {"dev": {"memory_mb": "512"}, "prod": {"memory_mb": "3008"}}

    configs = {s: load_config(Config, namespace="shop", stack=s, values=v, environ={}) for s, v in files.items()}

    assert {s: c.memory_mb for s, c in configs.items()} == {"dev": 512, "prod": 3008}
    assert configs["prod"].environment == "prod"
