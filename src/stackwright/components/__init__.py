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
from .bucket_lifecycle import LifecycleRuleArgs
from .component import Component, ComponentArgs, Transform
from .config import EnvironmentConfig, load_config, setting
from .dashboard import Dashboard, DashboardArgs
from .environment import Edge, Environment, EnvironmentArgs
from .errors import ComponentError, ConfigError, ConfigProblem
from .function import Function, FunctionArgs
from .identity import Grantee, Identity
from .key import Key, KeyArgs
from .package import Package
from .policy import WILDCARD_ACTIONS, PolicyDocument, Statement, on_all_resources
from .queue import Queue, QueueArgs
from .rest_api import RestApi, RestApiArgs
from .rest_api.cors import Cors
from .rest_api.routes import RouteArgs
from .rule import Rule, RuleArgs
from .table import IndexArgs, Table, TableArgs
from .topic import Topic, TopicArgs
from .workflow import Catch, Choose, Definition, Fail, Invoke, Retry, Succeed, Workflow, WorkflowArgs

__all__ = [
    "WILDCARD_ACTIONS",
    "Alarms",
    "AlarmsArgs",
    "Bucket",
    "BucketArgs",
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
    "Edge",
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
    "Package",
    "PolicyDocument",
    "Queue",
    "QueueArgs",
    "RestApi",
    "RestApiArgs",
    "Retry",
    "RouteArgs",
    "Rule",
    "RuleArgs",
    "Statement",
    "Succeed",
    "Table",
    "TableArgs",
    "Topic",
    "TopicArgs",
    "Transform",
    "Workflow",
    "WorkflowArgs",
    "load_config",
    "on_all_resources",
    "setting",
]
