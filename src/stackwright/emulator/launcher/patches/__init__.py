"""One file per patch. Each ``apply`` registers with the patcher what it replaces, and in which module."""

from __future__ import annotations

from stackwright.emulator.launcher.patches import (
    alarms,
    announcements,
    authorization,
    decision_log,
    distributed_map,
    distributions,
    dynamodb_numbers,
    emf,
    engine_versions,
    event_connections,
    event_targets,
    function_urls,
    gateway_responses,
    guarded,
    http_api,
    kms_use,
    lambda_async,
    lambda_python,
    lambda_roles,
    log_keys,
    principal_arn,
    put_events,
    rest_api,
    rest_paths,
    rest_updates,
    s3_absent_keys,
    s3_conditions,
    s3_event_versions,
    s3_notifications,
    s3_other_accounts,
    saving,
    service_models,
    sns_delivery,
    step_functions,
    stream_authorization,
    stream_batches,
    xml_answers,
)
from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

# Of two that replace the same function, the later one is the outer one.
ALL = (
    saving,
    service_models,
    guarded,
    distributions,
    decision_log,
    authorization,
    principal_arn,
    lambda_python,
    lambda_async,
    put_events,
    event_connections,
    event_targets,
    sns_delivery,
    announcements,
    kms_use,
    log_keys,
    alarms,
    emf,
    engine_versions,
    rest_api,
    gateway_responses,
    rest_paths,
    rest_updates,
    http_api,
    function_urls,
    lambda_roles,
    stream_authorization,
    stream_batches,
    step_functions,
    distributed_map,
    dynamodb_numbers,
    s3_notifications,
    s3_conditions,
    s3_event_versions,
    s3_other_accounts,
    s3_absent_keys,
    xml_answers,
)


def apply_all(patcher: Patcher, shared: SharedState) -> None:
    """Apply every patch."""
    for patch in ALL:
        with patcher.applying(patch.__name__.rpartition(".")[2]):
            patch.apply(patcher, shared)
