"""Amazon API Gateway, REST APIs. https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html"""

from __future__ import annotations

from stackwright.provider.services.apigateway import access, apis, domains, methods, stages

PROVISIONERS = (
    *apis.PROVISIONERS,
    *methods.PROVISIONERS,
    *stages.PROVISIONERS,
    *access.PROVISIONERS,
    *domains.PROVISIONERS,
)
