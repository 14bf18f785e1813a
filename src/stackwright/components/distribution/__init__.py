"""A CloudFront distribution of a private, encrypted bucket that nobody else can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import pulumi
from pulumi_aws import cloudfront

from .. import names
from ..bucket import Bucket
from ..component import Component, Transform
from ..errors import ComponentError
from ..policy import Condition, Statement
from .countries import COUNTRIES, GeoRestriction, geo_problems
from .headers import SecurityHeaders, response_headers_policy

__all__ = [
    "COUNTRIES",
    "Caching",
    "Distribution",
    "GeoRestriction",
    "PriceClass",
    "SecurityHeaders",
    "geo_problems",
]

PriceClass: TypeAlias = Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"]

_ORIGIN: Final = "bucket"
_CLOUDFRONT: Final = "cloudfront.amazonaws.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class Caching:
    """How long an object is kept at the edge, in seconds.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html

    Args:
        minimum: when its own Cache-Control says less.
        default: when it has none.
        maximum: when it says more.
    """

    minimum: int = 0
    default: int = 3600
    maximum: int = 86_400


class Distribution(Component):
    """Serves a bucket over HTTPS, from caches near the reader.

    CloudFront signs its requests to S3 (origin access control); the policies of bucket and key let this distribution in
    and no other. An origin access identity could not read objects that are encrypted with a customer-managed key.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html

    Args:
        bucket: where the content is.
        default_object: what `/` answers.
        caching: bounds of the time in the cache.
        headers: what browsers are told about the content.
        price_class: which edge locations are used; those of `PriceClass_100` are in North America, Europe and Israel.
        geo_restriction: `whitelist` to serve some countries only, `blacklist` to leave some out.
        geo_locations: country codes of ISO 3166-1 alpha-2 for the restriction.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: a country code is not known, codes and restriction do not fit each other, or the bucket is
            encrypted with `aws/s3`.
    """

    arn: pulumi.Output[str]
    distribution_id: pulumi.Output[str]
    domain_name: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        bucket: Bucket,
        default_object: str = "index.html",
        caching: Caching = Caching(),
        headers: SecurityHeaders = SecurityHeaders(),
        price_class: PriceClass = "PriceClass_100",
        geo_restriction: GeoRestriction = "none",
        geo_locations: Sequence[str] = (),
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        locations = list(geo_locations)
        problems = list(geo_problems(geo_restriction, locations))
        if problems:
            raise ComponentError(f"{name}: geo_locations is {locations}", fix=f"use {'; '.join(problems)}")
        if bucket.key is None and bucket.encryption == "aws:kms":
            raise ComponentError(
                f"{name}: CloudFront cannot read {bucket.label}, for nobody can let it use the AWS-managed key aws/s3",
                fix='give the bucket a key of its own, or encryption="AES256"',
            )
        super().__init__("Distribution", name, transform=transform, opts=opts)

        # Policies and access controls of CloudFront belong to the account, not to a region.
        self._physical = self.environment.physical_name(name, names.CLOUDFRONT, globally_unique=True)
        access = self._access_control()
        cache = self._cache_policy(caching)
        told = response_headers_policy(self, self._physical, headers)
        self.distribution = cloudfront.Distribution(
            f"{name}-distribution",
            enabled=True,
            comment=self._physical,
            default_root_object=default_object,
            is_ipv6_enabled=True,
            http_version="http2and3",
            price_class=price_class,
            origins=[
                cloudfront.DistributionOriginArgs(
                    origin_id=_ORIGIN,
                    domain_name=bucket.bucket.bucket_regional_domain_name,
                    origin_access_control_id=access.id,
                )
            ],
            default_cache_behavior=_behaviour(cache, told),
            restrictions=cloudfront.DistributionRestrictionsArgs(
                geo_restriction=cloudfront.DistributionRestrictionsGeoRestrictionArgs(
                    restriction_type=geo_restriction, locations=locations
                )
            ),
            viewer_certificate=cloudfront.DistributionViewerCertificateArgs(cloudfront_default_certificate=True),
            opts=self.inside(),
        )
        self.arn = self.distribution.arn
        self.distribution_id = self.distribution.id
        self.domain_name = self.distribution.domain_name
        self._read(bucket)
        self.finish(arn=self.arn, distribution_id=self.distribution_id, domain_name=self.domain_name)

    def _access_control(self) -> cloudfront.OriginAccessControl:
        return cloudfront.OriginAccessControl(
            f"{self.label}-access",
            name=self._physical,
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=self.inside(),
        )

    def _cache_policy(self, caching: Caching) -> cloudfront.CachePolicy:
        # Files do not differ by cookie, header or query, so nothing of these reaches the cache key or the bucket.
        key = cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginArgs(
            cookies_config=cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfigArgs(
                cookie_behavior="none"
            ),
            headers_config=cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigArgs(
                header_behavior="none"
            ),
            query_strings_config=cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfigArgs(
                query_string_behavior="none"
            ),
            enable_accept_encoding_brotli=True,
            enable_accept_encoding_gzip=True,
        )
        return cloudfront.CachePolicy(
            f"{self.label}-cache",
            name=self._physical,
            min_ttl=caching.minimum,
            default_ttl=caching.default,
            max_ttl=caching.maximum,
            parameters_in_cache_key_and_forwarded_to_origin=key,
            opts=self.inside(),
        )

    def _read(self, bucket: Bucket) -> None:
        this_distribution: Condition = {"StringEquals": {"AWS:SourceArn": self.arn}}
        bucket.document.add(
            Statement(
                ["s3:GetObject"],
                [pulumi.Output.concat(bucket.arn, "/*")],
                principal={"Service": _CLOUDFRONT},
                condition=this_distribution,
                sid="ReadByDistribution",
            )
        )
        self.environment.connect(self.label, bucket.label, "s3:GetObject")
        if bucket.key is not None:
            # The distribution waits for the bucket, the bucket for the key; the key's policy waits for all of them.
            bucket.key.grant_service(_CLOUDFRONT, "kms:Decrypt", condition=this_distribution)


def _behaviour(
    cache: cloudfront.CachePolicy, headers: cloudfront.ResponseHeadersPolicy
) -> cloudfront.DistributionDefaultCacheBehaviorArgs:
    return cloudfront.DistributionDefaultCacheBehaviorArgs(
        target_origin_id=_ORIGIN,
        viewer_protocol_policy="redirect-to-https",
        allowed_methods=["GET", "HEAD", "OPTIONS"],
        cached_methods=["GET", "HEAD"],
        compress=True,
        cache_policy_id=cache.id,
        response_headers_policy_id=headers.id,
    )
