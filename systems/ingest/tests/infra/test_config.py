"""Parameters of all environments, compared before anything is registered."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from stackwright.components import ConfigError, EnvironmentsDiffer, StackFiles, check_alike, load_environments
from stackwright.errors import StackwrightError
from stackwright.testing.program import Program, module

PROJECT = Path(__file__).resolve().parents[2]
CONFIG = module(PROJECT, "config").IngestConfig
# A value that each key that must be equal may have, and has in no file.
OTHERS: dict[str, Any] = {
    "application": "intake",
    "team": "files",
    "lambda_runtime": "python3.13",
    "lambda_architecture": "x86_64",
    "lambda_retry_attempts": 1,
    "lambda_event_age_seconds": 60,
    "lambda_timeout_seconds": 30,
    "lambda_handler": "process_handler.handler",
    "log_level": "DEBUG",
    "log_retention_days": 30,
    "enable_xray_tracing": False,
    "alarm_error_rate_percent": 2,
    "alarm_duration_percent": 50,
    "alarm_period_seconds": 60,
    "alarm_throttles": 1,
    "alarm_replication_lag_seconds": 60,
    "dynamodb_hash_key": "pk",
    "dynamodb_range_key": "sk",
    "dynamodb_capacity_factor": 2,
    "dynamodb_target_percent": 50,
    "s3_versioning": False,
    "s3_encryption_algorithm": "aws:kms",
    "s3_lifecycle_rules": [{"id": "expire-old-versions", "prefix": "", "noncurrent_version_expiration_days": 30}],
    "event_key_prefix": "in/",
    "event_retry_attempts": 3,
    "event_age_seconds": 60,
    "enable_replication": False,
    "replication_source": "live",
    "replication_copy": "dev",
    "replication_external_id": "another",
    "replication_batch_size": 1,
    "replication_parallelization": 1,
    "replication_retry_attempts": 0,
    "replication_record_age_seconds": 60,
    "tags": {"Data": "open"},
}
FREE: dict[str, Any] = {
    "primary_region": "eu-west-1",
    "deploy_external_id": "x1",
    "deploy_session_name": "nightly",
    "s3_bucket_suffix": "example",
    "lambda_memory_mb": 2048,
    "lambda_reserved_concurrency": 5,
    "dynamodb_read_capacity": 30,
    "dynamodb_write_capacity": 40,
    "dead_letter_retention_days": 2,
    "force_destroy": True,
    "deletion_protection": False,
    "kms_deletion_window_days": 9,
    "alarm_email": "ops@example.com",
    "cost_center": "4711",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for file in PROJECT.glob("Pulumi*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


def change(project: Path, stack: str, **values: Any) -> None:
    file = project / f"Pulumi.{stack}.yaml"
    document = yaml.safe_load(file.read_text())
    document["config"] |= {f"ingest:{key}": value for key, value in values.items()}
    file.write_text(yaml.safe_dump(document))


def compare(project: Path) -> None:
    check_alike(load_environments(CONFIG, project, environ={}, current=""), StackFiles(project).may_differ)


def test_the_environments_of_the_project_are_alike(project):
    compare(project)


def test_every_key_is_in_one_of_the_two_tables():
    own = {"environment", "expected_account_id", "deploy_role_arn"}
    assert OTHERS.keys() | FREE.keys() | own == {field.name for field in dataclasses.fields(CONFIG)}


@pytest.mark.parametrize("key", OTHERS)
@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_what_must_be_equal_stops_the_program_when_it_is_not(project, stack, key):
    change(project, stack, **{key: OTHERS[key]})
    with pytest.raises(EnvironmentsDiffer) as error:
        compare(project)

    (difference,) = error.value.differences
    assert (difference.environment, difference.field) == (stack, key)
    assert difference.value != difference.others
    assert f"{stack}: {key} is {difference.value!r}, but {difference.others!r} in" in str(error.value)


@pytest.mark.parametrize("key", FREE)
def test_what_may_differ_differs_freely(project, key):
    change(project, "staging", **{key: FREE[key]})
    compare(project)


def test_all_differences_are_in_one_error(project):
    wrong = {key: value for key, value in OTHERS.items() if key not in ("replication_source", "replication_copy")}
    change(project, "prod", **wrong)
    with pytest.raises(EnvironmentsDiffer) as error:
        compare(project)

    assert {difference.field for difference in error.value.differences} == wrong.keys()


def test_the_order_of_rules_and_of_keys_is_no_difference(project):
    rules = [
        {"id": "expire-old-versions", "prefix": "", "noncurrent_version_expiration_days": 90},
        {"id": "archive", "prefix": "a/", "infrequent_access_days": 30},
    ]
    for stack in ("dev", "staging"):
        change(project, stack, s3_lifecycle_rules=rules, tags={"B": "1", "A": "1"})
    turned = [dict(reversed(rule.items())) for rule in reversed(rules)]
    change(project, "prod", s3_lifecycle_rules=turned, tags={"A": "2", "B": "2"})

    compare(project)


REFUSED = {
    "30 days in a queue": ({"dead_letter_retention_days": 30}, "1..14"),
    "memory": ({"lambda_memory_mb": 20_000}, "128..10,240"),
    "timeout": ({"lambda_timeout_seconds": 901}, "30..900"),
    "retries of a function": ({"lambda_retry_attempts": 3}, "0..2"),
    "age of an event": ({"event_age_seconds": 86_401}, "60..86,400"),
    "deliveries": ({"event_retry_attempts": 186}, "0..185"),
    "capacity": ({"dynamodb_read_capacity": 0, "dynamodb_write_capacity": 1}, "1..4,000"),
    "one capacity": ({"dynamodb_write_capacity": None, "dynamodb_read_capacity": 5}, "together with"),
    "scaling": ({"dynamodb_target_percent": 95}, "20..90"),
    "window": ({"kms_deletion_window_days": 31}, "7..30"),
    "one attribute twice": ({"dynamodb_hash_key": "timestamp"}, "another name than dynamodb_hash_key"),
    "an attribute of items": ({"dynamodb_range_key": "size"}, "none of bucket, key, size"),
    "a tag with a key of its own": ({"tags": {"Team": "x"}}, "which have keys of their own"),
    "no tags": ({"tags": "Data"}, "name=value"),
    "a rule that does nothing": ({"s3_lifecycle_rules": [{"id": "a", "prefix": ""}]}, "a JSON list"),
    "a rule without a prefix": ({"s3_lifecycle_rules": [{"id": "a", "expiration_days": 3}]}, "a JSON list"),
    "an id twice": (
        {"s3_lifecycle_rules": [{"id": "a", "prefix": "", "expiration_days": n} for n in (1, 2)]},
        "each id once",
    ),
    "its own copy": ({"replication_copy": "prod"}, "another environment"),
    "algorithm": ({"s3_encryption_algorithm": "DES"}, "one of AES256, aws:kms"),
}


@pytest.mark.parametrize(("values", "says"), REFUSED.values(), ids=REFUSED)
def test_what_aws_would_refuse_is_refused_with_its_stack_and_key(project, values, says):
    change(project, "staging", **values)
    with pytest.raises(ConfigError, match=rf"staging: \w+: .*{says}"):
        compare(project)


def test_a_difference_stops_the_program_before_its_first_resource(tmp_path, monkeypatch):
    monkeypatch.setenv("LAMBDA_RUNTIME", "python3.13")
    with pytest.raises(StackwrightError, match=r"dev: lambda_runtime is 'python3\.13', but 'python3\.14' in") as error:
        Program.of(PROJECT)
    assert "EnvironmentsDiffer" in str(error.value) or "setting differs" in str(error.value)


def test_a_variable_is_for_its_environment(monkeypatch):
    monkeypatch.setenv("DEPLOY_ROLE_ARN_DEV", "arn:aws:iam::111111111111:role/by-variable")
    monkeypatch.setenv("COST_CENTER_DEV", "77")
    (provider,) = Program.of(PROJECT).graph.of_type("pulumi:providers:aws")

    # The file comes first, as for every key.
    assert "role/pulumi-deployment" in provider.inputs["assumeRoles"]
    assert '"CostCenter": "77"' in provider.inputs["defaultTags"]


def test_the_other_end_must_be_known(project):
    environments = module(PROJECT, "environments")
    loaded = load_environments(CONFIG, project, environ={}, current="")

    assert environments.pair_for(loaded["dev"], loaded, "ingest") is None
    with pytest.raises(ConfigError, match=r"replication_copy: found 'staging', .*Pulumi\.staging\.yaml"):
        environments.pair_for(loaded["prod"], {"prod": loaded["prod"]}, "ingest")
    nameless = {**loaded, "prod": dataclasses.replace(loaded["prod"], expected_account_id=None)}
    with pytest.raises(ConfigError, match="expected_account_id, unlike prod"):
        environments.pair_for(loaded["staging"], nameless, "ingest")
