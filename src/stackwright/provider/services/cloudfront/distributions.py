"""Distributions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import changed_tags, pascal, present, tag_list
from stackwright.provider.services.cloudfront.common import counted, reference, unless_gone

# The hosted zone of all distributions, for alias records in Route 53.
_HOSTED_ZONE: Final = "Z2FDTNDATAQYW2"


class Distribution(Provisioner):
    type = "cloudfront/distribution:Distribution"
    replace_on = frozenset({"staging"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        config = {"CallerReference": reference(), **_config(new)}
        tags = {"Tags": {"Items": tag_list(aws.tags(new.get("tags")))}}
        answer = aws.client("cloudfront").create_distribution_with_tags(
            DistributionConfigWithTags={"DistributionConfig": config, **tags}
        )
        return Created(answer["Distribution"]["Id"], _outputs(answer))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        cloudfront, distribution = aws.client("cloudfront"), id_of(old)
        current = cloudfront.get_distribution(Id=distribution)
        config = {"CallerReference": old.outputs["callerReference"], **_config(new)}
        answer = cloudfront.update_distribution(Id=distribution, IfMatch=current["ETag"], DistributionConfig=config)
        wanted, gone = changed_tags(aws, new, old)
        if gone:
            cloudfront.untag_resource(Resource=old.outputs["arn"], TagKeys={"Items": gone})
        if wanted:
            cloudfront.tag_resource(Resource=old.outputs["arn"], Tags={"Items": tag_list(wanted)})
        return _outputs(answer)

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: _delete(aws, old))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        answer = aws.client("cloudfront").get_distribution(Id=id_of(wanted))
        config = answer["Distribution"]["DistributionConfig"]
        return Created(outputs={**_outputs(answer), "enabled": config["Enabled"]})


def _delete(aws: Aws, old: Resource) -> None:
    """CloudFront deletes disabled distributions only."""
    cloudfront, distribution = aws.client("cloudfront"), id_of(old)
    current = cloudfront.get_distribution_config(Id=distribution)
    config, etag = current["DistributionConfig"], current["ETag"]
    if config["Enabled"]:
        disabled = {**config, "Enabled": False}
        etag = cloudfront.update_distribution(Id=distribution, IfMatch=etag, DistributionConfig=disabled)["ETag"]
    if not old.inputs.get("retainOnDelete"):
        cloudfront.delete_distribution(Id=distribution, IfMatch=etag)


def _outputs(answer: Mapping[str, Any]) -> dict[str, Any]:
    made = answer["Distribution"]
    return {
        "arn": made["ARN"],
        "domainName": made["DomainName"],
        "hostedZoneId": _HOSTED_ZONE,
        "status": made["Status"],
        "etag": answer["ETag"],
        "callerReference": made["DistributionConfig"]["CallerReference"],
        "lastModifiedTime": str(made["LastModifiedTime"]),
    }


def _config(new: Inputs) -> dict[str, Any]:
    errors = [_error_response(one) for one in new.get("customErrorResponses", [])]
    return {
        "Aliases": counted(new.get("aliases")),
        "DefaultRootObject": new.get("defaultRootObject", ""),
        "Origins": counted(_origin(one) for one in new["origins"]),
        "OriginGroups": counted(_origin_group(one) for one in new.get("originGroups", [])),
        "DefaultCacheBehavior": _behavior(new["defaultCacheBehavior"]),
        "CacheBehaviors": counted(
            {"PathPattern": one["pathPattern"], **_behavior(one)} for one in new.get("orderedCacheBehaviors", [])
        ),
        "CustomErrorResponses": counted(errors),
        "Comment": new.get("comment", ""),
        "Logging": _logging(new.get("loggingConfig")),
        "PriceClass": new.get("priceClass", "PriceClass_All"),
        "Enabled": bool(new["enabled"]),
        "ViewerCertificate": pascal(new["viewerCertificate"], _CERTIFICATE),
        "Restrictions": {"GeoRestriction": _geo_restriction(new["restrictions"]["geoRestriction"])},
        "WebACLId": new.get("webAclId", ""),
        "HttpVersion": new.get("httpVersion", "http2"),
        "IsIPV6Enabled": bool(new.get("isIpv6Enabled")),
        "Staging": bool(new.get("staging")),
    }


_CERTIFICATE: Final = {
    "acmCertificateArn": "ACMCertificateArn",
    "cloudfrontDefaultCertificate": "CloudFrontDefaultCertificate",
    "iamCertificateId": "IAMCertificateId",
    "sslSupportMethod": "SSLSupportMethod",
}


def _geo_restriction(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"RestrictionType": given["restrictionType"], **counted(given.get("locations"))}


def _logging(given: Mapping[str, Any] | None) -> dict[str, Any]:
    settings = given or {}
    return {
        "Enabled": bool(settings.get("bucket")),
        "IncludeCookies": bool(settings.get("includeCookies")),
        "Bucket": settings.get("bucket") or "",
        "Prefix": settings.get("prefix") or "",
    }


def _error_response(given: Mapping[str, Any]) -> dict[str, Any]:
    code = given.get("responseCode")
    return present(
        ErrorCode=int(given["errorCode"]),
        ErrorCachingMinTTL=given.get("errorCachingMinTtl"),
        ResponseCode=str(int(code)) if code else None,
        ResponsePagePath=given.get("responsePagePath"),
    )


def _origin(given: Mapping[str, Any]) -> dict[str, Any]:
    headers = [{"HeaderName": one["name"], "HeaderValue": one["value"]} for one in given.get("customHeaders") or []]
    custom, vpc = given.get("customOriginConfig"), given.get("vpcOriginConfig")
    origin = {
        "Id": given["originId"],
        "DomainName": given["domainName"],
        "OriginPath": given.get("originPath") or "",
        "CustomHeaders": counted(headers),
        **present(
            ConnectionAttempts=given.get("connectionAttempts"),
            ConnectionTimeout=given.get("connectionTimeout"),
            OriginAccessControlId=given.get("originAccessControlId"),
            OriginShield=pascal(given.get("originShield")),
        ),
    }
    if vpc:
        return {**origin, "VpcOriginConfig": pascal(vpc)}
    if custom:
        return {**origin, "CustomOriginConfig": _custom_origin(custom)}
    identity = (given.get("s3OriginConfig") or {}).get("originAccessIdentity") or ""
    return {**origin, "S3OriginConfig": {"OriginAccessIdentity": identity}}


def _custom_origin(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "HTTPPort": int(given["httpPort"]),
        "HTTPSPort": int(given["httpsPort"]),
        "OriginProtocolPolicy": given["originProtocolPolicy"],
        "OriginSslProtocols": counted(given["originSslProtocols"]),
        "OriginReadTimeout": int(given.get("originReadTimeout") or 30),
        "OriginKeepaliveTimeout": int(given.get("originKeepaliveTimeout") or 5),
    }


def _origin_group(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Id": given["originId"],
        "FailoverCriteria": {"StatusCodes": counted(int(c) for c in given["failoverCriteria"]["statusCodes"])},
        "Members": counted({"OriginId": one["originId"]} for one in given["members"]),
    }


def _behavior(given: Mapping[str, Any]) -> dict[str, Any]:
    functions = [
        {"FunctionARN": one["functionArn"], "EventType": one["eventType"]}
        for one in given.get("functionAssociations") or []
    ]
    at_edge = [
        {
            "LambdaFunctionARN": one["lambdaArn"],
            "EventType": one["eventType"],
            "IncludeBody": bool(one.get("includeBody")),
        }
        for one in given.get("lambdaFunctionAssociations") or []
    ]
    return {
        "TargetOriginId": given["targetOriginId"],
        "ViewerProtocolPolicy": given["viewerProtocolPolicy"],
        "AllowedMethods": {
            **counted(given["allowedMethods"]),
            "CachedMethods": counted(given["cachedMethods"]),
        },
        "Compress": bool(given.get("compress")),
        "SmoothStreaming": bool(given.get("smoothStreaming")),
        "FieldLevelEncryptionId": given.get("fieldLevelEncryptionId") or "",
        "TrustedSigners": _trusted(given.get("trustedSigners")),
        "TrustedKeyGroups": _trusted(given.get("trustedKeyGroups")),
        "FunctionAssociations": counted(functions),
        "LambdaFunctionAssociations": counted(at_edge),
        **present(
            CachePolicyId=given.get("cachePolicyId"),
            OriginRequestPolicyId=given.get("originRequestPolicyId"),
            ResponseHeadersPolicyId=given.get("responseHeadersPolicyId"),
            RealtimeLogConfigArn=given.get("realtimeLogConfigArn"),
            GrpcConfig=pascal(given.get("grpcConfig")),
        ),
        **_legacy_cache(given),
    }


def _legacy_cache(given: Mapping[str, Any]) -> dict[str, Any]:
    """How a behavior without a cache policy caches."""
    values = given.get("forwardedValues")
    if not values:
        return {}
    cookies = values["cookies"]
    names = cookies.get("whitelistedNames")
    return {
        "ForwardedValues": {
            "QueryString": bool(values["queryString"]),
            "Cookies": {"Forward": cookies["forward"], **present(WhitelistedNames=counted(names) if names else None)},
            "Headers": counted(values.get("headers")),
            "QueryStringCacheKeys": counted(values.get("queryStringCacheKeys")),
        },
        "MinTTL": int(given.get("minTtl") or 0),
        **present(DefaultTTL=given.get("defaultTtl"), MaxTTL=given.get("maxTtl")),
    }


def _trusted(names: list[str] | None) -> dict[str, Any]:
    return {"Enabled": bool(names), **counted(names)}


class MonitoringSubscription(Provisioner):
    """Its id is that of the distribution."""

    type = "cloudfront/monitoringSubscription:MonitoringSubscription"
    replace_on = frozenset({"distributionId"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        aws.client("cloudfront").create_monitoring_subscription(
            DistributionId=new["distributionId"], MonitoringSubscription=pascal(new["monitoringSubscription"])
        )
        return Created(new["distributionId"])

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("cloudfront").delete_monitoring_subscription(DistributionId=id_of(old)))


PROVISIONERS = (Distribution, MonitoringSubscription)
