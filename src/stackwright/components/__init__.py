"""Pulumi components for serverless AWS that cannot be wired wrong.

    environment = Environment.from_config(load_config(Config))
    files = Bucket("files", {"key": key}, opts=environment.opts)
    worker = Function("worker", {"package": package, "handler": "worker.handler"}, opts=environment.opts)
    files.grant(worker, "s3:GetObject")

Each grant states one edge: the role's statement, the access to the key, the resource's policy and the order of creation
follow from it. `environment.edges` lists them.
"""

from __future__ import annotations

from .alarms import Alarms, AlarmsArgs
from .bucket import Bucket, BucketArgs
from .bucket_cors import BucketCors
from .bucket_files import BucketFiles, BucketFilesArgs
from .bucket_lifecycle import LifecycleRuleArgs
from .bucket_notification import BucketNotification, BucketNotificationArgs, ObjectEventsArgs
from .component import Component, ComponentArgs, Transform
from .config import EnvironmentConfig, load_config, setting
from .dashboard import Dashboard, DashboardArgs
from .distribution import Caching, Distribution, DistributionArgs, SecurityHeaders, geo_problems
from .environment import Edge, Environment, EnvironmentArgs
from .errors import ComponentError, ConfigError, ConfigProblem
from .function import Function, FunctionArgs
from .identity import Grantee, Identity
from .key import Key, KeyArgs
from .limits import LOG_RETENTION_DAYS
from .network import Endpoint, Network, NetworkArgs, network_block
from .package import Package
from .policy import WILDCARD_ACTIONS, PolicyDocument, Statement, on_all_resources
from .queue import Queue, QueueArgs
from .rest_api import RestApi, RestApiArgs
from .rest_api.cors import Cors
from .rest_api.routes import RouteArgs
from .rule import Rule, RuleArgs
from .secret import Secret, SecretArgs
from .table import IndexArgs, Table, TableArgs
from .table_policy import TablePolicy, TablePolicyArgs
from .topic import Topic, TopicArgs
from .workflow import (
    WHEN_THROTTLED,
    Branch,
    Catch,
    Choose,
    Definition,
    Fail,
    Invoke,
    Parallel,
    Retry,
    Succeed,
    Workflow,
    WorkflowArgs,
)

__all__ = [
    "LOG_RETENTION_DAYS",
    "WHEN_THROTTLED",
    "WILDCARD_ACTIONS",
    "Alarms",
    "AlarmsArgs",
    "Branch",
    "Bucket",
    "BucketArgs",
    "BucketCors",
    "BucketFiles",
    "BucketFilesArgs",
    "BucketNotification",
    "BucketNotificationArgs",
    "Caching",
    "Catch",
    "Choose",
    "Component",
    "ComponentArgs",
    "ComponentError",
    "ConfigError",
    "ConfigProblem",
    "Cors",
    "Dashboard",
    "DashboardArgs",
    "Definition",
    "Distribution",
    "DistributionArgs",
    "Edge",
    "Endpoint",
    "Environment",
    "EnvironmentArgs",
    "EnvironmentConfig",
    "Fail",
    "Function",
    "FunctionArgs",
    "Grantee",
    "Identity",
    "IndexArgs",
    "Invoke",
    "Key",
    "KeyArgs",
    "LifecycleRuleArgs",
    "Network",
    "NetworkArgs",
    "ObjectEventsArgs",
    "Package",
    "Parallel",
    "PolicyDocument",
    "Queue",
    "QueueArgs",
    "RestApi",
    "RestApiArgs",
    "Retry",
    "RouteArgs",
    "Rule",
    "RuleArgs",
    "Secret",
    "SecretArgs",
    "SecurityHeaders",
    "Statement",
    "Succeed",
    "Table",
    "TableArgs",
    "TablePolicy",
    "TablePolicyArgs",
    "Topic",
    "TopicArgs",
    "Transform",
    "Workflow",
    "WorkflowArgs",
    "geo_problems",
    "load_config",
    "network_block",
    "on_all_resources",
    "setting",
]
