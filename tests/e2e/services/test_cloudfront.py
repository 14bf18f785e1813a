"""Distributions, called over HTTP, and what belongs to them, seen through boto3."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

from stackwright.provider.services import cloudfront

pytestmark = pytest.mark.e2e

MANAGED_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


@pytest.fixture
def bucket(aws: Any, unique: str) -> str:
    """A private bucket with a page."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=unique)
    s3.put_object(Bucket=unique, Key="index.html", Body=b"<p>hello</p>", ContentType="text/html")
    return unique


@pytest.fixture
def control(aws: Any) -> Any:
    return aws.create(
        "cloudfront/originAccessControl:OriginAccessControl",
        "control",
        originAccessControlOriginType="s3",
        signingBehavior="always",
        signingProtocol="sigv4",
    )


def site(bucket: str, control: str = "", **more: Any) -> dict[str, Any]:
    """Inputs of a distribution in front of a bucket."""
    behavior = {
        "targetOriginId": "site",
        "viewerProtocolPolicy": "allow-all",
        "allowedMethods": ["GET", "HEAD"],
        "cachedMethods": ["GET", "HEAD"],
        "cachePolicyId": MANAGED_CACHING_DISABLED,
        **more.pop("behavior", {}),
    }
    origin: dict[str, Any] = {"originId": "site", "domainName": f"{bucket}.s3.us-east-1.amazonaws.com"}
    if control:
        origin["originAccessControlId"] = control
    return {
        "enabled": True,
        "origins": [{**origin, **more.pop("origin", {})}],
        "defaultCacheBehavior": behavior,
        "defaultRootObject": "index.html",
        "restrictions": {"geoRestriction": {"restrictionType": "none"}},
        "viewerCertificate": {"cloudfrontDefaultCertificate": True},
        **more,
    }


def let_in(aws: Any, bucket: str, distribution: Any) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": distribution.outputs["arn"]}},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def test_a_private_bucket_is_served_to_its_distribution_only(aws: Any, http: Any, bucket: str, control: Any) -> None:
    made = aws.create("cloudfront/distribution:Distribution", "site", **site(bucket, control.id, tags={"a": "1"}))
    host = made.outputs["domainName"]
    assert http(f"{aws.endpoint.url}/", Host=host)[0] == 403
    let_in(aws, bucket, made)
    status, headers, body = http(f"{aws.endpoint.url}/", Host=host)
    assert (status, headers["Content-Type"], body) == (200, "text/html", "<p>hello</p>")
    tags = aws.client("cloudfront").list_tags_for_resource(Resource=made.outputs["arn"])["Tags"]["Items"]
    assert tags == [{"Key": "a", "Value": "1"}]
    assert made.simulated == {}
    assert made.outputs["hostedZoneId"] == "Z2FDTNDATAQYW2"
    assert aws.read("cloudfront/distribution:Distribution", made.id).outputs["domainName"] == host


def test_encrypted_content_is_served_if_the_policy_of_its_key_lets_the_distribution(
    aws: Any, http: Any, bucket: str, control: Any
) -> None:
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    made = aws.create("cloudfront/distribution:Distribution", "site", **site(bucket, control.id))
    let_in(aws, bucket, made)
    aws.client("s3").put_object(
        Bucket=bucket, Key="index.html", Body=b"secret", ServerSideEncryption="aws:kms", SSEKMSKeyId=key
    )
    host = made.outputs["domainName"]
    assert http(f"{aws.endpoint.url}/", Host=host)[0] == 403

    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    decrypt = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Condition": {"StringEquals": {"AWS:SourceArn": made.outputs["arn"]}},
    }
    policy["Statement"].append(decrypt)
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))

    status, _, body = http(f"{aws.endpoint.url}/", Host=host)
    assert (status, body) == (200, "secret")


def test_distribution_changes_in_place_and_is_disabled_before_it_goes(
    aws: Any, http: Any, bucket: str, control: Any
) -> None:
    inputs = site(bucket, control.id)
    made = aws.create("cloudfront/distribution:Distribution", "site", **inputs, tags={"a": "1", "b": "2"})
    let_in(aws, bucket, made)
    errors = [{"errorCode": 403, "responseCode": 200, "responsePagePath": "/index.html"}]
    changed = aws.update(made, **inputs, customErrorResponses=errors, tags={"a": "3"})
    assert changed.outputs["domainName"] == made.outputs["domainName"]
    assert http(f"{aws.endpoint.url}/nowhere", Host=made.outputs["domainName"])[0] == 200
    client = aws.client("cloudfront")
    tags = client.list_tags_for_resource(Resource=made.outputs["arn"])["Tags"]["Items"]
    assert tags == [{"Key": "a", "Value": "3"}]
    aws.delete(changed)
    aws.delete(changed)
    listed = client.list_distributions()["DistributionList"].get("Items") or []
    assert made.id not in [d["Id"] for d in listed]


def test_a_retained_distribution_is_only_switched_off(aws: Any, bucket: str) -> None:
    made = aws.create("cloudfront/distribution:Distribution", "site", **site(bucket), retainOnDelete=True)
    aws.delete(made)
    found = aws.client("cloudfront").get_distribution(Id=made.id)["Distribution"]
    assert found["DistributionConfig"]["Enabled"] is False


def test_every_part_of_a_distribution_is_kept(aws: Any, bucket: str) -> None:
    custom = {
        "originId": "api",
        "domainName": "api.example.org",
        "originPath": "/live",
        "customHeaders": [{"name": "X-From", "value": "cdn"}],
        "customOriginConfig": {
            "httpPort": 80,
            "httpsPort": 443,
            "originProtocolPolicy": "https-only",
            "originSslProtocols": ["TLSv1.2"],
        },
    }
    inputs = site(bucket)
    api = {
        "pathPattern": "/api/*",
        "targetOriginId": "api",
        "viewerProtocolPolicy": "https-only",
        "allowedMethods": ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
        "cachedMethods": ["GET", "HEAD"],
        "forwardedValues": {"queryString": True, "cookies": {"forward": "all"}, "headers": ["Authorization"]},
        "minTtl": 0,
        "defaultTtl": 0,
        "maxTtl": 0,
        "compress": True,
    }
    group = {
        "originId": "both",
        "failoverCriteria": {"statusCodes": [500, 502]},
        "members": [{"originId": "site"}, {"originId": "api"}],
    }
    made = aws.create(
        "cloudfront/distribution:Distribution",
        "all",
        **{
            **inputs,
            "origins": [*inputs["origins"], custom],
            "originGroups": [group],
            "orderedCacheBehaviors": [api],
            "aliases": ["www.example.org"],
            "comment": "all of it",
            "priceClass": "PriceClass_100",
            "httpVersion": "http2and3",
            "isIpv6Enabled": True,
            "loggingConfig": {"bucket": "logs.s3.amazonaws.com", "prefix": "cdn/"},
            "restrictions": {"geoRestriction": {"restrictionType": "whitelist", "locations": ["CH", "DE"]}},
            "webAclId": "arn:aws:wafv2:us-east-1:1:global/webacl/a/b",
        },
    )
    config = aws.client("cloudfront").get_distribution(Id=made.id)["Distribution"]["DistributionConfig"]
    assert config["Aliases"]["Items"] == ["www.example.org"]
    assert [o["Id"] for o in config["Origins"]["Items"]] == ["site", "api"]
    assert config["Origins"]["Items"][1]["CustomHeaders"]["Items"] == [{"HeaderName": "X-From", "HeaderValue": "cdn"}]
    assert config["OriginGroups"]["Items"][0]["FailoverCriteria"]["StatusCodes"]["Items"] == [500, 502]
    behavior = config["CacheBehaviors"]["Items"][0]
    assert (behavior["PathPattern"], behavior["ForwardedValues"]["Headers"]["Items"]) == ("/api/*", ["Authorization"])
    assert config["Restrictions"]["GeoRestriction"]["Items"] == ["CH", "DE"]
    assert (config["PriceClass"], config["IsIPV6Enabled"], config["Comment"]) == ("PriceClass_100", True, "all of it")
    assert config["Logging"] == {
        "Enabled": True,
        "IncludeCookies": False,
        "Bucket": "logs.s3.amazonaws.com",
        "Prefix": "cdn/",
    }
    assert config["WebACLId"].endswith("/a/b")
    assert made.simulated == {}


def test_an_origin_access_identity_is_made_up_and_still_opens_the_bucket(aws: Any, http: Any, bucket: str) -> None:
    identity = aws.create("cloudfront/originAccessIdentity:OriginAccessIdentity", "who", comment="site")
    assert "" in identity.simulated
    path = identity.outputs["cloudfrontAccessIdentityPath"]
    made = aws.create(
        "cloudfront/distribution:Distribution",
        "site",
        **site(bucket, origin={"s3OriginConfig": {"originAccessIdentity": path}}),
    )
    assert http(f"{aws.endpoint.url}/", Host=made.outputs["domainName"])[0] == 403
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": identity.outputs["iamArn"]},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    assert http(f"{aws.endpoint.url}/", Host=made.outputs["domainName"])[0] == 200


def test_response_headers_policy_sets_headers_and_changes(aws: Any, http: Any, bucket: str, control: Any) -> None:
    security = {
        "frameOptions": {"frameOption": "DENY", "override": True},
        "xssProtection": {"protection": True, "modeBlock": True, "override": True},
        "strictTransportSecurity": {"accessControlMaxAgeSec": 60, "includeSubdomains": True, "override": True},
    }
    custom = {"items": [{"header": "X-Site", "value": "one", "override": True}]}
    policy = aws.create(
        "cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
        "headers",
        securityHeadersConfig=security,
        customHeadersConfig=custom,
        corsConfig={
            "accessControlAllowCredentials": False,
            "accessControlAllowHeaders": {"items": ["*"]},
            "accessControlAllowMethods": {"items": ["GET"]},
            "accessControlAllowOrigins": {"items": ["*"]},
            "originOverride": True,
        },
        removeHeadersConfig={"items": [{"header": "ETag"}]},
    )
    inputs = site(bucket, control.id, behavior={"responseHeadersPolicyId": policy.id})
    made = aws.create("cloudfront/distribution:Distribution", "site", **inputs)
    let_in(aws, bucket, made)
    headers = http(f"{aws.endpoint.url}/", Host=made.outputs["domainName"])[1]
    seen = {k.lower(): v for k, v in headers.items()}
    assert (seen["x-frame-options"], seen["x-site"]) == ("DENY", "one")
    assert seen["strict-transport-security"] == "max-age=60; includeSubDomains"
    assert "etag" not in seen

    custom["items"][0]["value"] = "two"
    aws.update(policy, customHeadersConfig=custom)
    headers = http(f"{aws.endpoint.url}/", Host=made.outputs["domainName"])[1]
    seen = {k.lower(): v for k, v in headers.items()}
    assert (seen["x-site"], "x-frame-options" in seen) == ("two", False)
    aws.delete(made)
    aws.delete(policy)
    aws.delete(policy)


def test_cache_and_origin_request_policies(aws: Any) -> None:
    key = {
        "cookiesConfig": {"cookieBehavior": "none"},
        "headersConfig": {"headerBehavior": "whitelist", "headers": {"items": ["Accept"]}},
        "queryStringsConfig": {"queryStringBehavior": "all"},
        "enableAcceptEncodingGzip": True,
    }
    cache = aws.create(
        "cloudfront/cachePolicy:CachePolicy", "cache", parametersInCacheKeyAndForwardedToOrigin=key, defaultTtl=5
    )
    client = aws.client("cloudfront")
    config = client.get_cache_policy(Id=cache.id)["CachePolicy"]["CachePolicyConfig"]
    assert config["DefaultTTL"] == 5
    parameters = config["ParametersInCacheKeyAndForwardedToOrigin"]
    assert parameters["HeadersConfig"]["Headers"] == {"Quantity": 1, "Items": ["Accept"]}
    aws.update(cache, parametersInCacheKeyAndForwardedToOrigin=key, defaultTtl=7, comment="longer")
    assert client.get_cache_policy(Id=cache.id)["CachePolicy"]["CachePolicyConfig"]["DefaultTTL"] == 7

    origin = aws.create(
        "cloudfront/originRequestPolicy:OriginRequestPolicy",
        "origin",
        cookiesConfig={"cookieBehavior": "all"},
        headersConfig={"headerBehavior": "whitelist", "headers": {"items": ["Origin"]}},
        queryStringsConfig={"queryStringBehavior": "all"},
    )
    found = client.get_origin_request_policy(Id=origin.id)["OriginRequestPolicy"]["OriginRequestPolicyConfig"]
    assert found["HeadersConfig"]["Headers"]["Items"] == ["Origin"]
    for gone in (cache, cache, origin, origin):
        aws.delete(gone)


def test_managed_policies_are_found_by_name(ask: Any) -> None:
    found = ask(cloudfront.FUNCTIONS, "getCachePolicy", name="Managed-CachingDisabled")
    assert found["id"] == MANAGED_CACHING_DISABLED
    assert found["parametersInCacheKeyAndForwardedToOrigins"][0]["cookiesConfigs"][0]["cookieBehavior"] == "none"
    assert ask(cloudfront.FUNCTIONS, "getResponseHeadersPolicy", name="Managed-SecurityHeadersPolicy")["id"]
    with pytest.raises(Exception, match="no cache policy with the name 'nothing'"):
        ask(cloudfront.FUNCTIONS, "getCachePolicy", name="nothing")


def test_access_control_changes_in_place(aws: Any, control: Any) -> None:
    given = {k: control.inputs[k] for k in ("originAccessControlOriginType", "signingProtocol")}
    changed = aws.update(control, **given, signingBehavior="never", description="off")
    found = aws.client("cloudfront").get_origin_access_control(Id=control.id)
    config = found["OriginAccessControl"]["OriginAccessControlConfig"]
    assert (config["SigningBehavior"], config["Description"]) == ("never", "off")
    assert changed.outputs["etag"] == found["ETag"]
    aws.delete(changed)
    aws.delete(changed)


CODE = "function handler(event) { var r = event.request; r.uri = '/index.html'; return r; }"


def test_function_is_published_and_changes(aws: Any) -> None:
    made = aws.create(
        "cloudfront/function:Function", "rewrite", code=CODE, runtime="cloudfront-js-2.0", tags={"a": "1"}
    )
    client = aws.client("cloudfront")
    assert made.id == made.outputs["name"]
    live = client.get_function(Name=made.id, Stage="LIVE")["FunctionCode"].read()
    assert live.decode() == CODE
    aws.update(made, code=CODE + "\n", runtime="cloudfront-js-2.0", publish=False)
    assert client.get_function(Name=made.id, Stage="DEVELOPMENT")["FunctionCode"].read().decode() == CODE + "\n"
    assert client.get_function(Name=made.id, Stage="LIVE")["FunctionCode"].read().decode() == CODE
    aws.delete(made)
    aws.delete(made)


@pytest.mark.skipif(shutil.which("node") is None, reason="CloudFront Functions run on node")
def test_function_runs_for_viewer_requests(aws: Any, http: Any, bucket: str, control: Any) -> None:
    function = aws.create("cloudfront/function:Function", "rewrite", code=CODE, runtime="cloudfront-js-2.0")
    associations = [{"eventType": "viewer-request", "functionArn": function.outputs["arn"]}]
    inputs = site(bucket, control.id, behavior={"functionAssociations": associations})
    made = aws.create("cloudfront/distribution:Distribution", "site", **inputs)
    let_in(aws, bucket, made)
    assert http(f"{aws.endpoint.url}/deep/link", Host=made.outputs["domainName"])[0] == 200


def test_keys_groups_stores_and_monitoring(aws: Any, bucket: str) -> None:
    pem = (
        "-----BEGIN PUBLIC KEY-----\n"
        "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+\n"
        "CqvjWYzvQwECAwEAAQ==\n-----END PUBLIC KEY-----\n"
    )
    key = aws.create("cloudfront/publicKey:PublicKey", "key", encodedKey=pem)
    changed = aws.update(key, encodedKey=pem, comment="mine")
    group = aws.create("cloudfront/keyGroup:KeyGroup", "group", items=[key.id])
    found = aws.client("cloudfront").get_key_group(Id=group.id)["KeyGroup"]["KeyGroupConfig"]
    assert found["Items"] == [key.id]
    aws.update(group, items=[key.id], comment="ours")
    store = aws.create("cloudfront/keyValueStore:KeyValueStore", "store", comment="a")
    aws.update(store, comment="b")
    assert aws.client("cloudfront").describe_key_value_store(Name=store.id)["KeyValueStore"]["Comment"] == "b"
    distribution = aws.create("cloudfront/distribution:Distribution", "site", **site(bucket))
    watched = aws.create(
        "cloudfront/monitoringSubscription:MonitoringSubscription",
        "watch",
        distributionId=distribution.id,
        monitoringSubscription={"realtimeMetricsSubscriptionConfig": {"realtimeMetricsSubscriptionStatus": "Enabled"}},
    )
    assert aws.client("cloudfront").get_monitoring_subscription(DistributionId=distribution.id)
    for gone in (watched, watched, store, store, group, group, changed, changed):
        aws.delete(gone)


# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
ECHO = "def handler(event, context):\n    return event['rawPath'] + '?' + event['rawQueryString']\n"


@pytest.mark.parametrize(
    ("behavior", "query"),
    [({}, ""), ({"originRequestPolicyId": ALL_VIEWER_EXCEPT_HOST_HEADER}, "x=1&y=%2F")],
    ids=["as it is", "with a policy"],
)
def test_a_function_url_gets_the_path_and_what_of_the_query_the_policies_let_through(
    aws: Any, http: Any, make: Any, behavior: dict[str, str], query: str
) -> None:
    function = make(text=ECHO)
    url = aws.create("lambda/functionUrl:FunctionUrl", "url", functionName=function.id, authorizationType="NONE")
    common = {"function": function.id, "principal": "*"}
    aws.create(
        "lambda/permission:Permission",
        "open",
        **common,
        action="lambda:InvokeFunctionUrl",
        functionUrlAuthType="NONE",
    )
    aws.create(
        "lambda/permission:Permission",
        "invoke",
        **common,
        action="lambda:InvokeFunction",
        invokedViaFunctionUrl=True,
    )
    origin = {
        "domainName": f"{url.outputs['urlId']}.lambda-url.us-east-1.on.aws",
        "customOriginConfig": {
            "httpPort": 80,
            "httpsPort": 443,
            "originProtocolPolicy": "https-only",
            "originSslProtocols": ["TLSv1.2"],
        },
    }
    made = aws.create("cloudfront/distribution:Distribution", "site", **site("", origin=origin, behavior=behavior))
    viewer = {"Host": made.outputs["domainName"]}
    assert http(f"{aws.endpoint.url}/a%20b/c?x=1&y=%2F", **viewer)[::2] == (200, f"/a%20b/c?{query}")
