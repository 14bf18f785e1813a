"""Amazon CloudFront. https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Operations.html

A distribution is served by the endpoint itself: send the request there with the distribution's domain name as Host.
"""

from __future__ import annotations

from stackwright.provider.services.cloudfront import distributions, functions, lookups, origins, policies

PROVISIONERS = (
    *distributions.PROVISIONERS,
    *origins.PROVISIONERS,
    *policies.PROVISIONERS,
    *functions.PROVISIONERS,
)

FUNCTIONS = lookups.FUNCTIONS
