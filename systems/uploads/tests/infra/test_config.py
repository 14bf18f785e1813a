from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from stackwright.components import ConfigError, load_config

PROJECT = Path(__file__).resolve().parents[2]


def load(config, values=None, environ=None):
    return load_config(
        config.UploadsConfig, namespace="uploads", stack="prod", values=values or {}, environ=environ or {}
    )


def test_defaults_are_those_of_the_specification(config):
    found = load(config)

    assert (found.primary_region, found.environment) == ("us-east-1", "prod")
    assert (found.lambda_memory_mb, found.lambda_timeout_seconds) == (512, 30)
    assert (found.lambda_retry_attempts, found.lambda_event_age_seconds) == (2, 3600)
    assert (found.log_retention_days, found.enable_xray_tracing) == (7, True)
    assert (found.s3_lifecycle_transition_days, found.s3_lifecycle_expiration_days) == (30, 90)
    assert (found.workflow_retry_interval_seconds, found.workflow_retry_attempts) == (2, 3)
    assert found.workflow_retry_backoff == 2.0
    assert (found.api_throttle_rate, found.api_throttle_burst) == (1000, 200)
    assert (found.kms_deletion_window_days, found.dead_letter_retention_days) == (30, 14)
    assert (found.force_destroy, found.deletion_protection) == (False, True)
    assert found.lambda_reserved_concurrency is None


def test_environment_variables_of_the_specification_count(config):
    environ = {
        "LOG_RETENTION_DAYS": "30",
        "ENABLE_XRAY_TRACING": "false",
        "S3_LIFECYCLE_TRANSITION_DAYS": "40",
        "S3_LIFECYCLE_EXPIRATION_DAYS": "100",
        "AWS_REGION": "eu-west-1",
    }

    found = load(config, environ=environ)

    assert (found.log_retention_days, found.enable_xray_tracing) == (30, False)
    assert (found.s3_lifecycle_transition_days, found.s3_lifecycle_expiration_days) == (40, 100)
    assert found.primary_region == "us-east-1"


def test_every_bad_key_is_named_at_once(config):
    values = {
        "lambda_timeout_seconds": "901",
        "log_retention_days": "8",
        "lambda_retry_attempts": "3",
        "kms_deletion_window_days": "31",
        "s3_lifecycle_transition_days": "29",
        "dead_letter_retention_days": "15",
        "s3_bucket_suffix": "No_Good",
        "s3_cors_origins": "https://www.example.com/, www.example.com",
        "alarm_email": "ops",
        "lambda_architecture": "sparc",
    }

    with pytest.raises(ConfigError) as caught:
        load(config, values)

    assert {p.key for p in caught.value.problems} == values.keys()


def test_files_expire_after_they_moved(config):
    with pytest.raises(ConfigError, match="more than s3_lifecycle_transition_days, which is 60"):
        load(config, {"s3_lifecycle_transition_days": "60", "s3_lifecycle_expiration_days": "60"})


def test_a_file_that_no_run_could_check_is_not_taken(config):
    # 512 MB of memory are a share of 0.29 of the 1769 MB that bring a whole CPU.
    with pytest.raises(ConfigError, match=r"max_upload_bytes.*at most 615,036,743, .*lambda_timeout_seconds \(30\)"):
        load(config, {"max_upload_bytes": "1073741824"})
    with pytest.raises(ConfigError, match=r"max_upload_bytes.*lambda_memory_mb \(128\)"):
        load(config, {"lambda_memory_mb": "128"})
    with pytest.raises(ConfigError, match=r"max_inline_bytes.*lambda_timeout_seconds \(5\)"):
        load(config, {"lambda_timeout_seconds": "5", "max_upload_bytes": "1"})

    load(config, {"max_upload_bytes": "1073741824", "lambda_timeout_seconds": "60"})
    load(config, {"max_upload_bytes": "1073741824", "lambda_memory_mb": "1769"})
    # The largest that the keys allow.
    load(config, {"max_upload_bytes": "5368709120", "lambda_timeout_seconds": "900"})


@pytest.mark.parametrize("file", ["Pulumi.dev.yaml", "Pulumi.prod.yaml.example"])
def test_the_stack_files_can_be_used(config, file):
    settings = yaml.safe_load((PROJECT / file).read_text(encoding="utf-8"))["config"]
    values = {key.removeprefix("uploads:"): _text(value) for key, value in settings.items()}

    load(config, values)


def _text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)
