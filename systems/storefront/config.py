"""Every config key of storefront: its type, its unit, its range.

Set one with `pulumi config set storefront:<key> <value>`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from stackwright.components import (
    ConfigProblem,
    SystemConfig,
    geo_problems,
    limits,
    network_block,
    setting,
)


@dataclass(frozen=True, kw_only=True)
class StorefrontConfig(SystemConfig):
    """Read by `load_config`: Pulumi config, then the environment variable (upper case), then the default."""

    project_name: str = setting(
        "First part of every physical name",
        default="storefront",
        pattern=r"[a-z][a-z0-9]*(-[a-z0-9]+)*",
        pattern_means="lower-case letters, digits and single hyphens, a letter first",
    )
    environment_suffix: str = setting(
        "Last part of the buckets' names, which must be unique among all AWS accounts",
        default="",
        pattern=r"([a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?)?",
        pattern_means="up to 20 lower-case letters, digits and hyphens",
    )

    lambda_memory_size: int = setting("Memory of each service, MB", default=512, within=limits.LAMBDA_MEMORY)
    lambda_timeout: int = setting("Longest run of each service, seconds", default=30, within=limits.LAMBDA_TIMEOUT)
    lambda_reserved_concurrency: int | None = setting(
        "Runs at once reserved for each service; `none` for no reservation. The account must keep 100 unreserved",
        default=10,
        minimum=0,
        maximum=1000,
    )
    enable_contributor_insights: bool = setting(
        "Whether CloudWatch reports the most used keys of the tables and their indexes", default=True
    )
    workflow_timeout_seconds: int = setting(
        # Orders without a final state are started again after a quarter of an hour.
        "Longest run of the order workflow, seconds",
        default=600,
        minimum=60,
        maximum=840,
    )

    sqs_visibility_timeout: int = setting(
        "How long a failed event is hidden from others once received, seconds",
        default=30,
        within=limits.QUEUE_VISIBILITY,
    )
    sqs_message_retention: int = setting(
        "How long failed events are kept, seconds", default=14 * 24 * 3600, within=limits.QUEUE_RETENTION
    )
    s3_lifecycle_expiration_days: int = setting(
        "Days until processed and rejected import files are deleted", default=30, within=limits.LIFECYCLE_DAYS
    )
    s3_old_version_days: int = setting(
        "Days until versions of files that are no longer current are deleted", default=7, within=limits.LIFECYCLE_DAYS
    )

    network: Literal["isolated", "none"] = setting(
        "`isolated`: services run in a private network, and tables are reached from there only; `none`: no network",
        default="isolated",
    )
    vpc_cidr: str = setting("Addresses of the network, an IPv4 block", default="10.0.0.0/16")
    vpc_availability_zones: int = setting(
        "Availability zones, with a private subnet in each", default=2, minimum=1, maximum=6
    )
    vpc_excluded_zone_ids: tuple[str, ...] = setting(
        "More zones to leave out; where Lambda is known not to run functions is left out anyway",
        default=(),
        pattern=r"[a-z]{3,5}\d-az\d",
        pattern_means="ids of availability zones such as use1-az2",
    )
    break_glass_role_arn: str | None = setting(
        "Role that may read and write the tables from outside of the network",
        default=None,
        pattern=r"arn:aws[a-z-]*:iam::\d{12}:role/.+",
        pattern_means="the ARN of an IAM role",
    )

    cloudfront_price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"] = setting(
        "Which edge locations serve the page", default="PriceClass_100"
    )
    cloudfront_geo_restriction_type: Literal["none", "whitelist", "blacklist"] = setting(
        "Whether the page is served in some countries only, or not in some", default="none"
    )
    cloudfront_geo_restriction_locations: tuple[str, ...] = setting(
        "Countries of the restriction, ISO 3166-1 alpha-2", default=()
    )

    cursor_key: str | None = setting(
        "Key that signs list cursors, at least 32 characters, set with --secret; drawn at random unless set",
        default=None,
        pattern=r"\S{32,256}",
        pattern_means="32 to 256 characters without spaces",
    )
    kms_deletion_window_days: int = setting(
        "Days until a deleted key is gone", default=10, within=limits.KEY_DELETION_WINDOW
    )

    alarm_period_seconds: int = setting("Period of the alarms, seconds", default=60, choices=limits.ALARM_PERIODS)
    alarm_throttles: int = setting(
        "Throttled runs in a period above which it is an alarm", default=0, minimum=0, maximum=100_000
    )
    alarm_concurrency_percent: float = setting(
        "Share of the reserved concurrency above which runs at once are an alarm, percent",
        default=80.0,
        minimum=1,
        maximum=100,
    )

    def problems(self) -> Iterator[ConfigProblem]:
        """Rules between keys, and of keys."""
        yield from super().problems()
        try:
            network_block(self.vpc_cidr)
        except ValueError as bad:
            yield ConfigProblem("vpc_cidr", self.vpc_cidr, str(bad))
        key, locations = "cloudfront_geo_restriction_locations", self.cloudfront_geo_restriction_locations
        for allowed in geo_problems(self.cloudfront_geo_restriction_type, locations):
            yield ConfigProblem(key, ", ".join(locations), allowed)
