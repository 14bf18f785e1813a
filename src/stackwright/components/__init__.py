"""Pulumi components for serverless AWS that cannot be wired wrong.

    environment = Environment.from_config(load_config(Config))
    files = Bucket("files", key=key, opts=environment.opts)
    worker = Function("worker", package=package, handler="worker.handler", opts=environment.opts)
    files.grant(worker, "s3:GetObject")

Each grant states one edge: the role's statement, the access to the key, the resource's policy and the order of creation
follow from it. `environment.edges` lists them.
"""

from __future__ import annotations

from .alarms import Alarms, AlarmThresholds
from .bucket import Bucket
from .bucket_cors import BucketCors
from .bucket_files import BucketFiles
from .bucket_lifecycle import LifecycleRule
from .bucket_notification import BucketNotification, ObjectEvents
from .component import Component, Transform
from .config import EnvironmentConfig, load_config, setting
from .dashboard import Dashboard
from .distribution import Caching, Distribution, SecurityHeaders, geo_problems
from .environment import Edge, Environment
from .errors import ComponentError, ConfigError, ConfigProblem
from .function import Function
from .identity import Grantee, Identity
from .key import Key
from .limits import LOG_RETENTION_DAYS
from .network import Endpoint, Network, network_block
from .package import Package
from .policy import WILDCARD_ACTIONS, PolicyDocument, Statement, on_all_resources
from .queue import Queue
from .rest_api import RestApi
from .rest_api.cors import Cors
from .rest_api.routes import Route
from .rule import Rule
from .runtimes import Runtime
from .secret import Secret
from .system_config import SystemConfig
from .table import AttributeType, GlobalSecondaryIndex, Table
from .table_policy import TablePolicy
from .topic import Topic
from .workflow import (
    WHEN_THROTTLED,
    Branch,
    Catch,
    Choose,
    Definition,
    DistributedMap,
    Fail,
    Invoke,
    Parallel,
    Retry,
    Succeed,
    Workflow,
)

__all__ = [
    "LOG_RETENTION_DAYS",
    "WHEN_THROTTLED",
    "WILDCARD_ACTIONS",
    "AlarmThresholds",
    "Alarms",
    "AttributeType",
    "Branch",
    "Bucket",
    "BucketCors",
    "BucketFiles",
    "BucketNotification",
    "Caching",
    "Catch",
    "Choose",
    "Component",
    "ComponentError",
    "ConfigError",
    "ConfigProblem",
    "Cors",
    "Dashboard",
    "Definition",
    "DistributedMap",
    "Distribution",
    "Edge",
    "Endpoint",
    "Environment",
    "EnvironmentConfig",
    "Fail",
    "Function",
    "GlobalSecondaryIndex",
    "Grantee",
    "Identity",
    "Invoke",
    "Key",
    "LifecycleRule",
    "Network",
    "ObjectEvents",
    "Package",
    "Parallel",
    "PolicyDocument",
    "Queue",
    "RestApi",
    "Retry",
    "Route",
    "Rule",
    "Runtime",
    "Secret",
    "SecurityHeaders",
    "Statement",
    "Succeed",
    "SystemConfig",
    "Table",
    "TablePolicy",
    "Topic",
    "Transform",
    "Workflow",
    "geo_problems",
    "load_config",
    "network_block",
    "on_all_resources",
    "setting",
]
