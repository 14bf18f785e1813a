"""One environment of ingest, whichever it is."""

from __future__ import annotations

from typing import Any

import pulumi
from config import IngestConfig
from package import function_package

from stackwright.components import (
    Alarms,
    AlarmThresholds,
    Bucket,
    Environment,
    Function,
    Key,
    Replication,
    ReplicationPair,
    ReplicaWriter,
    Rule,
    Table,
    TableCapacity,
    Topic,
)


class IngestEnvironment(pulumi.ComponentResource):
    """Bucket, table, the function between them, and its side of the replication if it has one.

    All resources are on the provider of the environment. A program may build several, each `apart`.

    Args:
        config: the environment's parameters.
        pair: both ends of the replication, if the environment is one of them.
        apart: whether the program builds other environments, too.
    """

    def __init__(self, config: IngestConfig, pair: ReplicationPair | None, *, apart: bool = False) -> None:
        self.config = config
        self.environment = Environment.from_config(config, apart=apart, tags=dict(config.tags))
        super().__init__("ingest:index:IngestEnvironment", f"ingest-{config.environment}", None, self.environment.opts)
        self._opts = pulumi.ResourceOptions(parent=self)
        self._kept_seconds = config.dead_letter_retention_days * 24 * 3600
        self.outputs: dict[str, pulumi.Input[Any]] = {
            "environment": config.environment,
            "region": config.primary_region,
            "account_id": self.environment.account_id,
        }

        is_source = pair is not None and pair.source.environment == config.environment
        self.bucket = self._bucket()
        self.items = self._table(stream=is_source)
        self.process_data = self._process_data()
        self.rule = self._rule()
        self.replication = self._replication(pair) if pair is not None and is_source else None
        if pair is not None and not is_source:
            writer = ReplicaWriter(pair.writer, pair=pair, table=self.items, opts=self._opts)
            self.outputs["replica_writer_role_arn"] = writer.role_arn
        self._watch()
        self.register_outputs(self.outputs)

    def _bucket(self) -> Bucket:
        config = self.config
        # stackwright: ignore[ENC122] the algorithm is a setting of the environment, AES256 where nobody pays for KMS
        bucket = Bucket(
            "data",
            encryption=config.s3_encryption_algorithm,
            versioned=config.s3_versioning,
            lifecycle=dict(config.s3_lifecycle_rules),
            send_events=True,
            name_suffix=config.s3_bucket_suffix,
            force_destroy=config.force_destroy,
            opts=self._opts,
        )
        self.outputs |= {"bucket_name": bucket.bucket_name, "bucket_arn": bucket.arn}
        return bucket

    def _table(self, *, stream: bool) -> Table:
        config = self.config
        hash_key, range_key = config.dynamodb_hash_key, config.dynamodb_range_key
        table = Table(
            "items",
            attributes={hash_key: "S", range_key: "S"},
            hash_key=hash_key,
            range_key=range_key,
            capacity=_capacity(config),
            stream=stream,
            deletion_protection=config.deletion_protection,
            opts=self._opts,
        )
        self.outputs |= {"dynamodb_table_name": table.table_name, "dynamodb_table_arn": table.arn}
        return table

    def _function(self, name: str, package: str, handler: str, concurrency: int | None, **variables: Any) -> Function:
        config = self.config
        return Function(
            name,
            package=function_package(package),
            handler=handler,
            runtime=config.lambda_runtime,
            architecture=config.lambda_architecture,
            memory_mb=config.lambda_memory_mb,
            timeout_seconds=config.lambda_timeout_seconds,
            reserved_concurrency=concurrency,
            tracing=config.enable_xray_tracing,
            log_level=config.log_level,
            log_retention_days=config.log_retention_days,
            retry_attempts=config.lambda_retry_attempts,
            event_age_seconds=config.lambda_event_age_seconds,
            dead_letter_retention_seconds=self._kept_seconds,
            variables=variables,
            opts=self._opts,
        )

    def _process_data(self) -> Function:
        config = self.config
        function = self._function(
            "process-data",
            "process",
            config.lambda_handler,
            config.lambda_reserved_concurrency,
            BUCKET_NAME=self.bucket.bucket_name,
            TABLE_HASH_KEY=config.dynamodb_hash_key,
            TABLE_RANGE_KEY=config.dynamodb_range_key,
        )
        self.items.link(function, "DYNAMODB_TABLE_NAME", "dynamodb:PutItem")
        self.outputs |= {
            "lambda_function_name": function.function_name,
            "lambda_function_arn": function.arn,
            "lambda_package_sha256": function_package("process").sha256,
            "log_group_name": function.logs.name,
            "dlq_url": function.dead_letters.url,
            "dlq_arn": function.dead_letters.arn,
            "dead_letter_retention_seconds": self._kept_seconds,
        }
        return function

    def _rule(self) -> Rule:
        config = self.config
        rule = Rule(
            "s3-object-created",
            description="Every new object in the bucket",
            pattern=self.bucket.object_created(prefix=config.event_key_prefix),
            target=self.process_data,
            retry_attempts=config.event_retry_attempts,
            event_age_seconds=config.event_age_seconds,
            dead_letter_retention_seconds=self._kept_seconds,
            opts=self._opts,
        )
        self.outputs |= {
            "eventbridge_rule_arn": rule.arn,
            "eventbridge_rule_name": rule.rule_name,
            "eventbridge_dlq_url": rule.dead_letters.url,
            "eventbridge_dlq_arn": rule.dead_letters.arn,
        }
        return rule

    def _replication(self, pair: ReplicationPair) -> Replication:
        config = self.config
        replication = Replication(
            "items-replication",
            pair=pair,
            source=self.items,
            function=self._function("replicate", "replicate", "replicate_handler.lambda_handler", None),
            batch_size=config.replication_batch_size,
            parallelization=config.replication_parallelization,
            retry_attempts=config.replication_retry_attempts,
            record_age_seconds=config.replication_record_age_seconds,
            failures_retention_seconds=self._kept_seconds,
            opts=self._opts,
        )
        self.outputs |= {
            "replicate_function_name": replication.function.function_name,
            "replicate_function_arn": replication.function.arn,
            "replication_failures_queue_url": replication.failures.url,
            "replication_copy_environment": pair.copy.environment,
        }
        return replication

    def _watch(self) -> None:
        config = self.config
        key = Key(
            "sns",
            description="Alarms of ingest",
            deletion_window_days=config.kms_deletion_window_days,
            opts=self._opts,
        )
        topic = Topic("alarm-notifications", key=key, opts=self._opts)
        if config.alarm_email is not None:
            topic.subscribe_email(config.alarm_email)
        replications = [self.replication] if self.replication is not None else []
        Alarms(
            "alarms",
            topic=topic,
            functions=[self.process_data, *(each.function for each in replications)],
            tables=[self.items],
            rules=[self.rule],
            replications=replications,
            period_seconds=config.alarm_period_seconds,
            thresholds=AlarmThresholds(
                error_rate_percent=config.alarm_error_rate_percent,
                throttles=config.alarm_throttles,
                duration_percent=config.alarm_duration_percent,
                replication_lag_seconds=config.alarm_replication_lag_seconds,
            ),
            opts=self._opts,
        )
        self.outputs["alarm_topic_arn"] = topic.arn


def _capacity(config: IngestConfig) -> TableCapacity | None:
    read, write, factor = config.dynamodb_read_capacity, config.dynamodb_write_capacity, config.dynamodb_capacity_factor
    if read is None or write is None:
        return None
    return TableCapacity(
        read_units=read,
        write_units=write,
        most_read_units=read * factor,
        most_write_units=write * factor,
        target_percent=config.dynamodb_target_percent,
    )
