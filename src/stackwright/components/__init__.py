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
from .bucket_lifecycle import LifecycleRule, read_lifecycle
from .bucket_notification import BucketNotification, ObjectEvents
from .comparison import Difference, EnvironmentsDiffer, check_alike, load_environments
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
from .replication import Replication, ReplicationEnd, ReplicationPair, ReplicaWriter
from .rest_api import RestApi
from .rest_api.cors import Cors
from .rest_api.routes import Route
from .rule import Rule
from .runtimes import Runtime
from .secret import Secret
from .stack_files import StackFiles
from .system_config import FunctionsConfig, SystemConfig
from .table import AttributeType, GlobalSecondaryIndex, Table
from .table_capacity import TableCapacity
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
    "Difference",
    "DistributedMap",
    "Distribution",
    "Edge",
    "Endpoint",
    "Environment",
    "EnvironmentConfig",
    "EnvironmentsDiffer",
    "Fail",
    "Function",
    "FunctionsConfig",
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
    "ReplicaWriter",
    "Replication",
    "ReplicationEnd",
    "ReplicationPair",
    "RestApi",
    "Retry",
    "Route",
    "Rule",
    "Runtime",
    "Secret",
    "SecurityHeaders",
    "StackFiles",
    "Statement",
    "Succeed",
    "SystemConfig",
    "Table",
    "TableCapacity",
    "TablePolicy",
    "Topic",
    "Transform",
    "Workflow",
    "check_alike",
    "geo_problems",
    "load_config",
    "load_environments",
    "network_block",
    "on_all_resources",
    "read_lifecycle",
    "setting",
]
