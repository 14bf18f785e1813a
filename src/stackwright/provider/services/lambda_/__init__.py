"""AWS Lambda. https://docs.aws.amazon.com/lambda/latest/api/"""

from __future__ import annotations

from stackwright.provider.services.lambda_.access import (
    Alias,
    FunctionEventInvokeConfig,
    FunctionRecursionConfig,
    FunctionUrl,
    Permission,
    ProvisionedConcurrencyConfig,
)
from stackwright.provider.services.lambda_.event_sources import EventSourceMapping
from stackwright.provider.services.lambda_.functions import Function
from stackwright.provider.services.lambda_.invocations import Invocation
from stackwright.provider.services.lambda_.layers import LayerVersion, LayerVersionPermission
from stackwright.provider.services.lambda_.lookups import FUNCTIONS as FUNCTIONS

PROVISIONERS = (
    Alias,
    EventSourceMapping,
    Function,
    FunctionEventInvokeConfig,
    FunctionRecursionConfig,
    FunctionUrl,
    Invocation,
    LayerVersion,
    LayerVersionPermission,
    Permission,
    ProvisionedConcurrencyConfig,
)
