"""Amazon API Gateway, HTTP and WebSocket APIs. https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/"""

from __future__ import annotations

from stackwright.provider.services.apigatewayv2 import apis, domains, routes

PROVISIONERS = (*apis.PROVISIONERS, *routes.PROVISIONERS, *domains.PROVISIONERS)
