"""The page and its distribution."""

from __future__ import annotations

import json
import re

from storefront_program import PROJECT

from stackwright.graph import Asset


def test_the_page_is_served_over_https_from_the_private_bucket(program):
    distribution = program.inputs("content-cdn-distribution")
    (origin,) = distribution["origins"]
    behaviour = distribution["defaultCacheBehavior"]

    assert origin["domainName"] == program.outputs("content-bucket")["bucketRegionalDomainName"]
    assert origin["originAccessControlId"] == program.one("content-cdn-access").id
    access = program.inputs("content-cdn-access")
    assert (access["originAccessControlOriginType"], access["signingBehavior"]) == ("s3", "always")
    assert access["signingProtocol"] == "sigv4"
    assert (distribution["defaultRootObject"], distribution["isIpv6Enabled"]) == ("index.html", True)
    assert (behaviour["viewerProtocolPolicy"], behaviour["compress"]) == ("redirect-to-https", True)
    assert (behaviour["allowedMethods"], behaviour["cachedMethods"]) == (["GET", "HEAD", "OPTIONS"], ["GET", "HEAD"])
    cache = program.inputs("content-cdn-cache")
    assert (cache["minTtl"], cache["defaultTtl"], cache["maxTtl"]) == (0, 3600, 86_400)
    assert behaviour["cachePolicyId"] == program.one("content-cdn-cache").id
    assert behaviour["responseHeadersPolicyId"] == program.one("content-cdn-headers").id
    assert (distribution["priceClass"], distribution["restrictions"]) == (
        "PriceClass_100",
        {"geoRestriction": {"restrictionType": "none", "locations": []}},
    )


def test_countries_and_price_class_come_from_config(variant):
    distribution = variant(
        cloudfront_price_class="PriceClass_All",
        cloudfront_geo_restriction_type="whitelist",
        cloudfront_geo_restriction_locations="DE,FR",
    ).inputs("content-cdn-distribution")

    assert distribution["priceClass"] == "PriceClass_All"
    assert distribution["restrictions"]["geoRestriction"] == {"restrictionType": "whitelist", "locations": ["DE", "FR"]}


def test_the_page_may_load_its_own_files_and_the_api_only(program):
    headers = program.inputs("content-cdn-headers")["securityHeadersConfig"]
    policy = headers["contentSecurityPolicy"]["contentSecurityPolicy"]
    origin = re.match(r"https://[^/]+", program.graph.outputs["api_endpoint_url"]).group()

    assert dict(part.strip().split(" ", 1) for part in policy.split(";")) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": f"'self' {origin}",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert headers["strictTransportSecurity"]["accessControlMaxAgeSec"] >= 31_536_000


def test_every_file_of_the_page_is_there_with_its_type(program):
    objects = {program.inputs(o.name)["key"]: o for o in program.all("s3/bucketObjectv2:BucketObjectv2")}

    there = {f.relative_to(PROJECT / "content").as_posix() for f in (PROJECT / "content").rglob("*") if f.is_file()}
    assert objects.keys() == there | {"config.json"}
    assert {key: program.inputs(o.name)["contentType"].partition(";")[0] for key, o in objects.items()} == {
        "index.html": "text/html",
        "products.js": "text/javascript",
        "store.js": "text/javascript",
        "style.css": "text/css",
        "icon.svg": "image/svg+xml",
        "config.json": "application/json",
    }
    assert all(isinstance(objects[key].inputs["source"], Asset) for key in there)
    assert json.loads(program.inputs("page-config-json")["content"]) == {
        "apiUrl": program.graph.outputs["api_endpoint_url"]
    }


def test_the_page_refers_to_files_that_are_there(program):
    page = (PROJECT / "content" / "index.html").read_text(encoding="utf-8")

    assert set(re.findall(r'(?:src|href)="([^"]+)"', page)) - {"./"} == {
        "products.js",
        "store.js",
        "style.css",
        "icon.svg",
    }
    # The policy lets no script or style stand in the page itself.
    assert not re.search(r"<script>|<style|\son\w+=|\sstyle=", page)
