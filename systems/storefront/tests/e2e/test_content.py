"""The page's files come through their distribution, and in no other way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Signing
from storefront_stack import PROJECT, Storefront, unique

from stackwright.provider.aws import Credentials
from stackwright.testing.running import CommandLine
from stackwright.verify import Response

pytestmark = pytest.mark.e2e

FILES = {path.name for path in (PROJECT / "content").iterdir()}
OTHER_ACCOUNT = "444455556666"

Make = Callable[[str], str]


# ---- through the distribution ----------------------------------------------------------------------------------------


class References(HTMLParser):
    """What a page makes a browser fetch, and whether it holds scripts or styles that its policy refuses."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.urls: set[str] = set()
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.urls |= {url for name in ("src", "href") if (url := given.get(name))}
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.inline.append(tag)


def test_the_page_and_all_that_it_loads_come_through_the_distribution(storefront: Storefront) -> None:
    url = storefront.outputs["content_url"]
    page = storefront.http("GET", url)
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.body == (PROJECT / "content" / "index.html").read_bytes()

    found = References(page.body.decode())
    # `./` is the page itself, without a category.
    assert found.urls == FILES - {"index.html"} | {"./"}
    assert found.inline == []
    for name in found.urls - {"./"}:
        answer = storefront.http("GET", url + name)
        assert (answer.status, answer.body) == (200, (PROJECT / "content" / name).read_bytes())
        assert answer.headers["x-content-type-options"] == "nosniff"
        head = storefront.http("HEAD", url + name)
        assert (head.status, head.headers["content-type"]) == (200, answer.headers["content-type"])
    assert storefront.http("GET", f"{url}nothing-{unique('x')}").status == 403
    assert storefront.http("POST", url, b"").status == 403


def test_the_page_may_call_the_api_that_its_configuration_names(storefront: Storefront) -> None:
    url = storefront.outputs["content_url"]

    api = storefront.http("GET", f"{url}config.json").json()["apiUrl"]

    assert api == storefront.outputs["api_endpoint_url"]
    policy = dict(
        part.split(maxsplit=1) for part in storefront.http("GET", url).headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert api.startswith(policy["connect-src"].split()[1] + "/")
    listed = storefront.http("GET", f"{api}/products?category=x", headers={"Origin": url.rstrip("/")})
    assert (listed.status, listed.headers["access-control-allow-origin"]) == (200, "*")
    # Names of products reach the document as text only.
    for script in (PROJECT / "content").glob("*.js"):
        text = script.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", text), script.name


def test_the_page_opens_where_up_says(storefront: Storefront, stackwright: CommandLine) -> None:
    (up,) = json.loads(stackwright("status", "--json"))
    local = urlsplit(up["pages"][storefront.outputs["cloudfront_domain_name"]])

    answer = storefront.http("GET", storefront.endpoint.url + local.path, headers={"Host": local.netloc})

    assert (answer.status, b"<h1>Products</h1>" in answer.body) == (200, True)
    assert f"{local.scheme}://127.0.0.1:{local.port}" == storefront.endpoint.url


def test_without_encryption_readers_are_sent_to_https(storefront: Storefront) -> None:
    url = storefront.outputs["content_url"]

    answer = storefront.http("GET", url.replace("https://", "http://") + "style.css?a=1")

    assert (answer.status, answer.headers["location"]) == (301, f"{url}style.css?a=1")


# ---- past the distribution -------------------------------------------------------------------------------------------


@pytest.fixture
def bucket(storefront: Storefront) -> str:
    return storefront.outputs["content_bucket_name"]


@pytest.fixture
def role(storefront: Storefront) -> Iterator[Callable[..., Credentials]]:
    """Sessions of new roles that may do what they are given, and no more."""
    iam, made = storefront.client("iam"), list[str]()
    account = storefront.endpoint.account
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}}

    def make(*actions: str) -> Credentials:
        name = unique("reader")
        created = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))
        made.append(name)
        if actions:
            statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
            iam.put_role_policy(RoleName=name, PolicyName="given", PolicyDocument=document(statement))
        return storefront.endpoint.assume(created["Role"]["Arn"])

    yield make
    for name in made:
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            iam.delete_role_policy(RoleName=name, PolicyName=policy)
        iam.delete_role(RoleName=name)


def document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def directly(
    storefront: Storefront, style: str, method: str, key: str, signed_by: Credentials | None = None
) -> Response:
    """A request to the bucket at one of its two addresses."""
    bucket, region = storefront.outputs["content_bucket_name"], storefront.endpoint.region
    host, path = {
        "path": (f"s3.{region}.amazonaws.com", f"/{bucket}/{key}"),
        "virtual-host": (f"{bucket}.s3.{region}.amazonaws.com", f"/{key}"),
    }[style]
    request = AWSRequest(method, f"https://{host}{path}", headers={"Host": host})
    if signed_by:
        keys = Signing(signed_by.access_key, signed_by.secret_key, signed_by.token)
        S3SigV4Auth(keys, "s3", region).add_auth(request)
    return storefront.http(method, storefront.endpoint.url + path, headers=dict(request.headers.items()))


@pytest.mark.parametrize("style", ["path", "virtual-host"])
def test_the_bucket_answers_nobody_else(storefront: Storefront, role: Callable[..., Credentials], style: str) -> None:
    nobody, reader = role(), role("s3:GetObject", "s3:ListBucket", "kms:Decrypt")

    for key in ("index.html", "config.json", ""):
        for method in ("GET", "HEAD"):
            assert directly(storefront, style, method, key).status == 403, f"{method} /{key} without a signature"
            assert directly(storefront, style, method, key, nobody).status == 403, f"{method} /{key} signed"
            # That it is the right address, and a signature that counts.
            assert directly(storefront, style, method, key, reader).status == 200, f"{method} /{key} with permission"
    for signed_by in (None, nobody, reader):
        assert directly(storefront, style, "PUT", "index.html", signed_by).status == 403
        assert directly(storefront, style, "DELETE", "index.html", signed_by).status == 403


def test_a_reader_of_the_bucket_needs_its_key_as_well(storefront: Storefront, role: Callable[..., Credentials]) -> None:
    assert directly(storefront, "path", "GET", "index.html", role("s3:GetObject")).status == 403


@pytest.mark.parametrize("account", ["", OTHER_ACCOUNT])
def test_another_distribution_cannot_read_the_bucket(storefront: Storefront, bucket: str, account: str) -> None:
    """Not one of the same account, and not one of somebody who found out the bucket's name."""
    cloudfront = storefront.endpoint.client("cloudfront", who=account)
    (own,) = [
        each["Id"]
        for each in storefront.client("cloudfront").list_distributions()["DistributionList"]["Items"]
        if each["DomainName"] == storefront.outputs["cloudfront_domain_name"]
    ]
    config = storefront.client("cloudfront").get_distribution(Id=own)["Distribution"]["DistributionConfig"]
    (origin,) = config["Origins"]["Items"]
    assert origin["DomainName"] == f"{bucket}.s3.{storefront.endpoint.region}.amazonaws.com"
    name = unique("other")
    control = cloudfront.create_origin_access_control(
        OriginAccessControlConfig={
            "Name": name,
            "SigningProtocol": "sigv4",
            "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        }
    )["OriginAccessControl"]["Id"]
    behavior = {
        "TargetOriginId": origin["Id"],
        "ViewerProtocolPolicy": "allow-all",
        "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    }
    other = {
        "CallerReference": name,
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{**origin, "OriginAccessControlId": control}]},
        "DefaultCacheBehavior": behavior,
    }
    made = cloudfront.create_distribution(DistributionConfig=other)
    try:
        answers = {
            domain: storefront.http("GET", f"{storefront.endpoint.url}/index.html", headers={"Host": domain}).status
            for domain in (made["Distribution"]["DomainName"], storefront.outputs["cloudfront_domain_name"])
        }
        assert list(answers.values()) == [403, 200]
    finally:
        one = {"Id": made["Distribution"]["Id"]}
        etag = cloudfront.update_distribution(
            **one, IfMatch=made["ETag"], DistributionConfig={**other, "Enabled": False}
        )["ETag"]
        cloudfront.delete_distribution(**one, IfMatch=etag)
