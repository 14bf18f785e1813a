from __future__ import annotations

import dataclasses

import pytest
import yaml
from marketdata_program import PROJECT

from stackwright.components import ConfigError, load_config


def load(config, values=None, environ=None):
    return load_config(
        config.MarketdataConfig, namespace="marketdata", stack="prod", values=values or {}, environ=environ or {}
    )


def refused(config, **values):
    with pytest.raises(ConfigError) as caught:
        load(config, values)
    return {problem.key for problem in caught.value.problems}


def test_defaults_are_those_of_the_specification(config):
    found = load(config)

    assert (found.primary_region, found.environment) == ("us-east-1", "prod")
    assert (found.lambda_memory_mb, found.lambda_timeout_seconds, found.api_timeout_seconds) == (3008, 300, 29)
    assert (found.lambda_retry_attempts, found.lambda_reserved_concurrency) == (2, 100)
    assert (found.log_retention_days, found.enable_xray_tracing) == (7, True)
    assert (found.api_throttle_rate, found.api_throttle_burst) == (1000, 2000)
    assert found.max_direct_bytes == 64 * 1024 * 1024
    assert (found.s3_processed_days, found.s3_failed_days, found.dead_letter_retention_days) == (30, 30, 14)
    assert (found.alarm_period_seconds, found.alarm_error_rate_percent) == (300, 1.0)
    assert found.enable_contributor_insights is True
    assert (found.force_destroy, found.deletion_protection) == (False, True)


# One value that is taken and differs from the default, and values that are not, for each key of this system's own.
KEYS = {
    "lambda_memory_mb": ("128", ["127", "10241", "lots", ""]),
    "lambda_timeout_seconds": ("900", ["14", "901"]),
    "lambda_reserved_concurrency": ("0", ["-1", "1001", "few"]),
    "api_throttle_burst": ("1", ["0", "5001", "1.5"]),
    "max_direct_bytes": ("104857600", ["0", "104857601"]),
    "map_concurrency": ("100", ["0", "1001"]),
    "map_batch_rows": ("1", ["0", "2001"]),
    "workflow_timeout_seconds": ("31536000", ["599", "31536001"]),
    "job_days": ("3650", ["0", "3651"]),
    "s3_processed_days": ("1", ["0", "36501"]),
    "s3_failed_days": ("1", ["0", "36501"]),
    "s3_bucket_suffix": ("example", ["No_Good", "-x"]),
    "dead_letter_retention_days": ("1", ["0", "15"]),
    "enable_contributor_insights": ("false", ["2"]),
    "kms_deletion_window_days": ("7", ["6", "31"]),
    "alarm_period_seconds": ("60", ["59", "61"]),
    "alarm_throttles": ("0", ["-1"]),
    "alarm_concurrency_percent": ("50", ["0", "101"]),
}


def test_every_key_of_its_own_is_tested(config):
    assert KEYS.keys() == set(config.MarketdataConfig.__annotations__)
    assert KEYS.keys() < {field.name for field in dataclasses.fields(config.MarketdataConfig)}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, (value, _) in KEYS.items()])
@pytest.mark.parametrize("source", ["values", "environ"])
def test_a_key_is_taken_from_the_stack_and_from_the_environment(config, key, value, source):
    found = load(config, **{source: {key if source == "values" else key.upper(): value}})

    assert getattr(found, key) != getattr(load(config), key)


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, (_, bad) in KEYS.items() for value in bad])
def test_a_value_out_of_range_is_refused_and_its_key_is_named(config, key, value):
    assert key in refused(config, **{key: value})


def test_batches_at_once_are_no_more_than_there_is_room_for(config):
    with pytest.raises(ConfigError, match="at most lambda_reserved_concurrency, which is 20"):
        load(config, {"lambda_reserved_concurrency": "20"})

    load(config, {"lambda_reserved_concurrency": "20", "map_concurrency": "20"})
    load(config, {"lambda_reserved_concurrency": "none", "map_concurrency": "1000"})
    load(config, {"lambda_reserved_concurrency": "0"})


def test_functions_behind_the_api_run_no_longer_than_it_waits(config):
    assert load(config, {"lambda_timeout_seconds": "20"}).api_timeout_seconds == 20
    assert load(config, {"lambda_timeout_seconds": "900"}).api_timeout_seconds == 29


def test_every_bad_key_is_named_at_once(config):
    bad = {"lambda_timeout_seconds": "901", "job_days": "0", "s3_failed_days": "0", "map_batch_row": "3"}

    assert refused(config, **bad) == bad.keys()


@pytest.mark.parametrize("name", ["Pulumi.dev.yaml", "Pulumi.prod.yaml.example"])
def test_the_stacks_load(config, name):
    values = yaml.safe_load((PROJECT / name).read_text(encoding="utf-8"))["config"]

    load(config, {key.removeprefix("marketdata:"): str(value) for key, value in values.items()})
