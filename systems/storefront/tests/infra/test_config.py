from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import yaml

from stackwright.components import ConfigError, load_config

PROJECT = Path(__file__).resolve().parents[2]


def load(config, values=None, environ=None):
    return load_config(
        config.StorefrontConfig, namespace="storefront", stack="prod", values=values or {}, environ=environ or {}
    )


def refused(config, **values):
    with pytest.raises(ConfigError) as caught:
        load(config, values)
    return {problem.key for problem in caught.value.problems}


def test_defaults_are_those_of_the_specification(config):
    found = load(config)

    assert (found.primary_region, found.environment, found.project_name) == ("us-east-1", "prod", "storefront")
    assert (found.lambda_timeout, found.lambda_memory_size, found.lambda_reserved_concurrency) == (30, 512, 10)
    assert (found.log_retention_days, found.sqs_message_retention) == (7, 1_209_600)
    assert (found.s3_lifecycle_expiration_days, found.s3_old_version_days) == (30, 7)
    assert (found.enable_xray_tracing, found.enable_contributor_insights) == (True, True)
    assert (found.api_throttle_rate, found.api_throttle_burst) == (1000, 200)
    assert (found.vpc_cidr, found.network) == ("10.0.0.0/16", "isolated")
    assert (found.cloudfront_price_class, found.cloudfront_geo_restriction_type) == ("PriceClass_100", "none")
    assert found.cloudfront_geo_restriction_locations == ()
    assert (found.alarm_period_seconds, found.alarm_error_rate_percent, found.alarm_throttles) == (60, 1.0, 0)
    assert (found.force_destroy, found.deletion_protection) == (False, True)


# One value that is taken and differs from the default, and values that are not, for each key.
KEYS = {
    "environment": ("stage2", ["P", "with-hyphen", "toolongforaname"]),
    "primary_region": ("eu-west-1", ["Frankfurt", "eu-west"]),
    "expected_account_id": ("123456789012", ["12345"]),
    "deploy_role_arn": ("arn:aws:iam::123456789012:role/deploy", ["deploy"]),
    "application": ("shop", []),
    "team": ("shop", []),
    "cost_center": ("4711", []),
    "project_name": ("shop-two", ["Shop", "shop_two", "-shop"]),
    "environment_suffix": ("example", ["No_Good", "-x"]),
    "lambda_runtime": ("python3.13", ["nodejs22.x", "python3"]),
    "lambda_architecture": ("x86_64", ["sparc"]),
    "lambda_memory_size": ("128", ["127", "10241", "lots", ""]),
    "lambda_timeout": ("900", ["0", "901"]),
    "lambda_reserved_concurrency": ("0", ["-1", "1001", "few"]),
    "lambda_retry_attempts": ("0", ["3", "-1"]),
    "lambda_event_age_seconds": ("60", ["59", "21601"]),
    "log_level": ("DEBUG", ["LOUD", "debug"]),
    "log_retention_days": ("30", ["8", "0"]),
    "enable_xray_tracing": ("false", ["maybe", ""]),
    "enable_contributor_insights": ("false", ["2"]),
    "workflow_timeout_seconds": ("60", ["59", "841"]),
    "sqs_visibility_timeout": ("0", ["-1", "43201"]),
    "sqs_message_retention": ("60", ["59", "1209601"]),
    "s3_lifecycle_expiration_days": ("1", ["0", "36501"]),
    "s3_old_version_days": ("1", ["0", "36501"]),
    "network": ("none", ["public", ""]),
    "vpc_cidr": ("172.16.0.0/20", ["10.0.0.1/16", "10.0.0.0/8", "10.0.0.0/28", "8.8.0.0/16", "nonsense"]),
    "vpc_availability_zones": ("6", ["0", "7"]),
    "vpc_excluded_zone_ids": ("use1-az3, use1-az2", ["us-east-1e"]),
    "break_glass_role_arn": ("arn:aws:iam::123456789012:role/x", ["arn:aws:iam::123456789012:user/x"]),
    "cloudfront_price_class": ("PriceClass_All", ["PriceClass_50", "100"]),
    "cloudfront_geo_restriction_type": ("none", ["allow"]),
    "cloudfront_geo_restriction_locations": ("", ["DE"]),
    "api_throttle_rate": ("0.5e1", ["0", "10001", "nan", "inf"]),
    "api_throttle_burst": ("1", ["0", "5001", "1.5"]),
    "api_key_required": ("true", ["sometimes"]),
    "manage_api_account_role": ("false", ["x"]),
    "cursor_key": ("k" * 32, ["short", "with blanks " * 4]),
    "kms_deletion_window_days": ("7", ["6", "31"]),
    "secret_recovery_window_days": ("0", ["-1", "1", "6", "31"]),
    "force_destroy": ("true", ["yes please"]),
    "deletion_protection": ("0", ["-"]),
    "alarm_email": ("ops@example.com", ["ops", "ops@example", "a@example.com, b@example.com"]),
    "alarm_period_seconds": ("300", ["59", "61"]),
    "alarm_error_rate_percent": ("0", ["-0.1", "100.1"]),
    "alarm_throttles": ("5", ["-1"]),
    "alarm_duration_percent": ("50", ["0", "101"]),
    "alarm_concurrency_percent": ("50", ["0", "101"]),
}


def test_every_key_is_tested(config):
    assert KEYS.keys() | {"deploy_external_id", "deploy_session_name"} == {
        f.name for f in dataclasses.fields(config.StorefrontConfig)
    }


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, (value, _) in KEYS.items()])
@pytest.mark.parametrize("source", ["values", "environ"])
def test_a_key_is_taken_from_the_stack_and_from_the_environment(config, key, value, source):
    spelled = key if source == "values" else key.upper()
    found = getattr(load(config, **{source: {spelled: value}}), key)

    if (key, source) == ("environment", "environ"):
        # It is part of every name: a shell's ENVIRONMENT must not replace a stack's resources.
        assert found == "prod"
    elif key not in ("cloudfront_geo_restriction_type", "cloudfront_geo_restriction_locations"):
        assert found != getattr(load(config), key)


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, (_, bad) in KEYS.items() for value in bad])
def test_a_value_out_of_range_is_refused_and_only_its_key_is_named(config, key, value):
    assert refused(config, **{key: value}) == {key}


def test_false_and_zero_are_values(config):
    found = load(
        config,
        {
            "enable_xray_tracing": "false",
            "enable_contributor_insights": "false",
            "lambda_reserved_concurrency": "0",
            "lambda_retry_attempts": "0",
            "deletion_protection": "false",
        },
    )

    assert (found.enable_xray_tracing, found.enable_contributor_insights) == (False, False)
    assert (found.lambda_reserved_concurrency, found.lambda_retry_attempts) == (0, 0)
    assert found.deletion_protection is False


def test_reserved_concurrency_can_be_unset(config):
    assert load(config, {"lambda_reserved_concurrency": "none"}).lambda_reserved_concurrency is None


@pytest.mark.parametrize(
    ("kind", "locations", "taken"),
    [
        ("none", "", True),
        ("whitelist", "DE,FR", True),
        ("blacklist", '["US"]', True),
        ("none", "DE", False),
        ("whitelist", "", False),
        ("blacklist", "", False),
        ("whitelist", "de", False),
        ("whitelist", "UK", False),
        ("whitelist", "DE,GERMANY", False),
    ],
)
def test_geo_restrictions_that_cloudfront_would_refuse_or_ignore(config, kind, locations, taken):
    values = {"cloudfront_geo_restriction_type": kind, "cloudfront_geo_restriction_locations": locations}

    if taken:
        load(config, values)
    else:
        assert refused(config, **values) == {"cloudfront_geo_restriction_locations"}


def test_every_bad_key_is_named_at_once(config):
    bad = {
        "lambda_timeout": "901",
        "vpc_cidr": "10.0.0.0/8",
        "vpc_availability_zones": "0",
        "cloudfront_price_class": "PriceClass_1",
        "secret_recovery_window_days": "3",
        "lambda_timeuot": "3",
    }

    assert refused(config, **bad) == bad.keys()


@pytest.mark.parametrize("name", ["Pulumi.dev.yaml", "Pulumi.prod.yaml.example"])
def test_the_stacks_load(config, name):
    values = yaml.safe_load((PROJECT / name).read_text(encoding="utf-8"))["config"]

    load(config, {key.removeprefix("storefront:"): str(value) for key, value in values.items()})
