"""Distributions answer to all their names, here and as on AWS, and to their own paths."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from stackwright.emulator.process import Emulator
from tests.support.raw_http import Answer, send

pytestmark = pytest.mark.e2e

OTHER_ACCOUNT = "444455556666"
MANAGED_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


@dataclass(frozen=True)
class Site:
    """A bucket and the distribution in front of it."""

    id: str
    domain_name: str
    bucket: str


@pytest.fixture
def ask(emulator: Emulator) -> Callable[..., Answer]:
    """A request to a host of this machine, as a browser sends it."""

    def call(host: str, path: str = "/", method: str = "GET", **headers: str) -> Answer:
        if host.endswith(("localhost", "127.0.0.1")):
            host = f"{host}:{emulator.port}"
        sent = {"Host": host, **{k.replace("_", "-"): v for k, v in headers.items()}}
        return send(emulator.port, method, path, headers=sent)

    return call


@pytest.fixture
def make(account: Any) -> Callable[..., Site]:
    """Makes a distribution in front of a private bucket with a page, and lets it in."""

    def create(*aliases: str, owner: str = "", policy: str = "allow-all") -> Site:
        root = account.root(owner)
        s3, cloudfront = account.client("s3", root), account.client("cloudfront", root)
        bucket = account.name("site")
        s3.create_bucket(Bucket=bucket)
        for key in ("index.html", "health", "sub/page.html"):
            s3.put_object(Bucket=bucket, Key=key, Body=f"{bucket} {key}".encode(), ContentType="text/html")
        control = cloudfront.create_origin_access_control(
            OriginAccessControlConfig={
                "Name": bucket,
                "SigningProtocol": "sigv4",
                "SigningBehavior": "always",
                "OriginAccessControlOriginType": "s3",
            }
        )["OriginAccessControl"]["Id"]
        origin = {
            "Id": "bucket",
            "DomainName": f"{bucket}.s3.us-east-1.amazonaws.com",
            "OriginAccessControlId": control,
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        }
        made = cloudfront.create_distribution(
            DistributionConfig={
                "CallerReference": bucket,
                "Comment": "",
                "Enabled": True,
                "DefaultRootObject": "index.html",
                "Aliases": {"Quantity": len(aliases), "Items": list(aliases)},
                "Origins": {"Quantity": 1, "Items": [origin]},
                "DefaultCacheBehavior": {
                    "TargetOriginId": "bucket",
                    "ViewerProtocolPolicy": policy,
                    "CachePolicyId": MANAGED_CACHING_DISABLED,
                },
            }
        )["Distribution"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{bucket}/*",
            "Condition": {"StringEquals": {"AWS:SourceArn": made["ARN"]}},
        }
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
        return Site(made["Id"], made["DomainName"], bucket)

    return create


def test_a_distribution_answers_to_all_its_names(
    emulator: Emulator, account: Any, ask: Callable[..., Answer], make: Callable[..., Site]
) -> None:
    alias = f"{account.name('www')}.example.org"
    site = make(alias)

    for name in (site.domain_name, alias, alias.upper()):
        for host in (name, f"{name}.localhost", f"{name}.localhost:{emulator.port}"):
            answer = ask(host)
            assert (answer.status, answer.text) == (200, f"{site.bucket} index.html"), host
            assert ask(host, "/sub/page.html", "HEAD").status == 200
    assert ask(f"{account.name('other')}.example.org.localhost").text != f"{site.bucket} index.html"


def test_a_wildcard_means_one_label_and_gives_way_to_the_exact_name(
    account: Any, ask: Callable[..., Answer], make: Callable[..., Site]
) -> None:
    domain = f"{account.name('shop')}.example.org"
    # The wildcard comes last, so that it is not the order that decides.
    exact, wide = make(f"www.{domain}"), make(f"*.{domain}")

    assert ask(f"www.{domain}.localhost").text.startswith(exact.bucket)
    assert ask(f"blog.{domain}.localhost").text.startswith(wide.bucket)
    assert not ask(f"a.blog.{domain}.localhost").text.startswith(wide.bucket)


def test_every_path_is_the_distributions_own(ask: Callable[..., Answer], make: Callable[..., Site]) -> None:
    site = make()

    assert ask(f"{site.domain_name}.localhost", "/health").text == f"{site.bucket} health"
    # Not the bucket that the path would name at S3's own address.
    assert ask(f"{site.domain_name}.localhost", f"/{site.bucket}/index.html").status == 403
    assert ask("localhost", f"/{site.bucket}/index.html").status == 403


def test_a_plain_request_is_not_sent_away_to_https(ask: Callable[..., Answer], make: Callable[..., Site]) -> None:
    site = make(policy="redirect-to-https")

    assert ask(f"{site.domain_name}.localhost").status == 200
    redirected = ask(f"{site.domain_name}.localhost", "/x", X_Forwarded_Proto="http")
    assert (redirected.status, redirected.headers["location"]) == (301, f"https://{site.domain_name}/x")


def test_a_distribution_of_another_account_answers_for_buckets_that_let_it_in(
    account: Any, ask: Callable[..., Answer], make: Callable[..., Site]
) -> None:
    site, ours = make(owner=OTHER_ACCOUNT), make()
    assert ask(f"{site.domain_name}.localhost").text == f"{site.bucket} index.html"

    cloudfront = account.client("cloudfront", account.root(OTHER_ACCOUNT))
    found = cloudfront.get_distribution_config(Id=site.id)
    config = found["DistributionConfig"]
    config["Origins"]["Items"][0]["DomainName"] = f"{ours.bucket}.s3.us-east-1.amazonaws.com"
    cloudfront.update_distribution(Id=site.id, IfMatch=found["ETag"], DistributionConfig=config)
    assert ask(f"{site.domain_name}.localhost").status == 403

    s3 = account.client("s3")
    policy = json.loads(s3.get_bucket_policy(Bucket=ours.bucket)["Policy"])
    arn = f"arn:aws:cloudfront::{OTHER_ACCOUNT}:distribution/{site.id}"
    policy["Statement"][0]["Condition"]["StringEquals"]["AWS:SourceArn"] = arn
    s3.put_bucket_policy(Bucket=ours.bucket, Policy=json.dumps(policy))
    assert ask(f"{site.domain_name}.localhost").text == f"{ours.bucket} index.html"


def test_a_distribution_that_is_switched_off_answers_nobody(
    account: Any, ask: Callable[..., Answer], make: Callable[..., Site]
) -> None:
    site = make()
    cloudfront = account.client("cloudfront")
    found = cloudfront.get_distribution_config(Id=site.id)

    config = {**found["DistributionConfig"], "Enabled": False}
    cloudfront.update_distribution(Id=site.id, IfMatch=found["ETag"], DistributionConfig=config)

    assert ask(f"{site.domain_name}.localhost").status >= 400


def test_a_page_calls_from_its_address_on_aws(
    account: Any, ask: Callable[..., Answer], make: Callable[..., Site]
) -> None:
    site, bucket, s3 = make(), account.name("data"), account.client("s3")
    s3.create_bucket(Bucket=bucket)
    rule = {"AllowedOrigins": [f"https://{site.domain_name}"], "AllowedMethods": ["GET"]}
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})

    def allowed(origin: str) -> str | None:
        answer = ask("localhost", f"/{bucket}/x", "OPTIONS", Origin=origin, Access_Control_Request_Method="GET")
        return answer.headers.get("access-control-allow-origin")

    local = f"http://{site.domain_name}.localhost:{account.emulator.port}"
    assert allowed(local) == local
    assert allowed(f"https://{site.domain_name}") == f"https://{site.domain_name}"
    assert allowed("http://other.example.org.localhost") is None


def test_viewers_wait_while_a_change_is_applied(
    emulator: Emulator, ask: Callable[..., Answer], make: Callable[..., Site]
) -> None:
    site = make()
    with ThreadPoolExecutor(1) as pool:
        emulator.pause_requests(60)
        try:
            waiting = pool.submit(ask, f"{site.domain_name}.localhost")
            assert emulator.decisions() is not None
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        finally:
            emulator.resume_requests()
        assert waiting.result(timeout=30).status == 200
