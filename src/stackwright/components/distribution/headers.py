"""Security headers of what a distribution serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pulumi
from pulumi_aws import cloudfront

from ..component import Component

_YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class SecurityHeaders:
    """What a distribution tells browsers to allow a page.

    Args:
        content_security_policy: where scripts, styles and data may come from; the page's own origin only by default.
    """

    content_security_policy: pulumi.Input[str] = "default-src 'self'; frame-ancestors 'none'"


def response_headers_policy(
    owner: Component, physical: str, headers: SecurityHeaders
) -> cloudfront.ResponseHeadersPolicy:
    """Declare the inner resource `<owner>-headers`: HTTPS for two years, no guessing of types, no frames, no referrer.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
    """
    # Here and not above: to name a class of CloudFront imports all of it, and few programs have a distribution.
    args = cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgs
    return cloudfront.ResponseHeadersPolicy(
        f"{owner.label}-headers",
        name=physical,
        security_headers_config=args(
            content_security_policy=cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicyArgs(
                content_security_policy=headers.content_security_policy, override=True
            ),
            content_type_options=cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentTypeOptionsArgs(
                override=True
            ),
            frame_options=cloudfront.ResponseHeadersPolicySecurityHeadersConfigFrameOptionsArgs(
                frame_option="DENY", override=True
            ),
            referrer_policy=cloudfront.ResponseHeadersPolicySecurityHeadersConfigReferrerPolicyArgs(
                referrer_policy="no-referrer", override=True
            ),
            strict_transport_security=cloudfront.ResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurityArgs(
                access_control_max_age_sec=2 * _YEAR, include_subdomains=True, override=True
            ),
        ),
        opts=owner.inside(),
    )
