"""CloudWatch, CloudWatch Logs and EventBridge, which the SDK keeps in one module."""

from __future__ import annotations

from stackwright.provider.services.cloudwatch.alarms import CompositeAlarm, Dashboard, MetricAlarm
from stackwright.provider.services.cloudwatch.destinations import EventApiDestination, EventConnection
from stackwright.provider.services.cloudwatch.events import (
    EventArchive,
    EventBus,
    EventBusPolicy,
    EventPermission,
    EventRule,
)
from stackwright.provider.services.cloudwatch.logs import (
    LogDestination,
    LogDestinationPolicy,
    LogGroup,
    LogMetricFilter,
    LogResourcePolicy,
    LogStream,
    LogSubscriptionFilter,
)
from stackwright.provider.services.cloudwatch.lookups import FUNCTIONS as FUNCTIONS
from stackwright.provider.services.cloudwatch.targets import EventTarget

PROVISIONERS = (
    CompositeAlarm,
    Dashboard,
    EventApiDestination,
    EventArchive,
    EventBus,
    EventBusPolicy,
    EventConnection,
    EventPermission,
    EventRule,
    EventTarget,
    LogDestination,
    LogDestinationPolicy,
    LogGroup,
    LogMetricFilter,
    LogResourcePolicy,
    LogStream,
    LogSubscriptionFilter,
    MetricAlarm,
)
