"""Distributions, the files that they serve, and what S3 tells of a bucket."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stackwright.components import (
    Bucket,
    BucketFiles,
    BucketNotification,
    Caching,
    ComponentError,
    Distribution,
    Key,
    ObjectEvents,
    Queue,
    Rule,
    SecurityHeaders,
    geo_problems,
)


def statements(registration):
    return json.loads(registration.inputs["policy"])["Statement"]


def site(env, **args):
    key = Key("site-key", opts=env.opts)
    bucket = Bucket("site", key=key, opts=env.opts)
    return Distribution("cdn", bucket=bucket, **args, opts=env.opts)


# ---- distribution ----------------------------------------------------------------------------------------------------


def test_only_this_distribution_reads_the_bucket_and_uses_its_key(run, environment):
    recorder = run(lambda: site(environment()))

    arn = "arn:aws:cloudfront::123456789012:distribution/cdn-distribution"
    this = {"StringEquals": {"AWS:SourceArn": arn}}
    (read,) = [s for s in statements(recorder.one("site-policy")) if s["Effect"] == "Allow"]
    assert read["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert (read["Action"], read["Condition"]) == (["s3:GetObject"], this)
    assert read["Resource"] == ["arn:aws:s3:::shop-site-dev-useast1/*"]
    (decrypt,) = [s for s in statements(recorder.one("site-key-policy")) if "Service" in s["Principal"]]
    assert decrypt["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert (decrypt["Action"], decrypt["Condition"]) == (["kms:Decrypt"], this)


def test_a_bucket_that_cloudfront_cannot_read_is_refused(run, environment):
    def program():
        env = environment()
        Distribution("cdn", bucket=Bucket("site", opts=env.opts), opts=env.opts)

    with pytest.raises(ComponentError, match="aws/s3"):
        run(program)
    plain = run(
        lambda: (
            (env := environment())
            and Distribution("cdn", bucket=Bucket("site", encryption="AES256", opts=env.opts), opts=env.opts)
        )
    )
    assert plain.one("cdn-distribution")


def test_the_distribution_signs_its_requests_and_serves_https_only(run, environment):
    recorder = run(
        lambda: site(environment(), caching=Caching(minimum=0, default=60, maximum=600), price_class="PriceClass_200")
    )

    distribution = recorder.one("cdn-distribution").inputs
    (origin,) = distribution["origins"]
    assert origin["originAccessControlId"] == "cdn-access-id"
    assert "s3OriginConfig" not in origin
    assert distribution["defaultCacheBehavior"]["viewerProtocolPolicy"] == "redirect-to-https"
    assert distribution["priceClass"] == "PriceClass_200"
    cache = recorder.one("cdn-cache").inputs
    assert (cache["minTtl"], cache["defaultTtl"], cache["maxTtl"]) == (0, 60, 600)
    assert recorder.one("cdn-access").inputs["signingBehavior"] == "always"


def test_browsers_are_told_to_be_careful(run, environment):
    recorder = run(lambda: site(environment(), headers=SecurityHeaders(content_security_policy="default-src 'none'")))

    headers = recorder.one("cdn-headers").inputs["securityHeadersConfig"]
    assert headers["contentSecurityPolicy"]["contentSecurityPolicy"] == "default-src 'none'"
    assert headers["frameOptions"]["frameOption"] == "DENY"
    assert all(header["override"] for header in headers.values())


@pytest.mark.parametrize(
    ("kind", "locations", "message"),
    [
        ("none", ["DE"], "as long as the restriction is `none`"),
        ("whitelist", [], "at least one country code"),
        ("blacklist", ["de"], "which de is not"),
        ("blacklist", ["UK"], "which UK is not"),
    ],
)
def test_countries_that_cloudfront_would_refuse_or_ignore(run, environment, kind, locations, message):
    assert list(geo_problems(kind, locations))
    with pytest.raises(ComponentError, match=message):
        run(lambda: site(environment(), geo_restriction=kind, geo_locations=locations))


def test_countries_reach_the_distribution(run, environment):
    recorder = run(lambda: site(environment(), geo_restriction="whitelist", geo_locations=["DE", "FR"]))

    restrictions = recorder.one("cdn-distribution").inputs["restrictions"]
    assert restrictions == {"geoRestriction": {"restrictionType": "whitelist", "locations": ["DE", "FR"]}}


# ---- files -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "css").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "css" / "a.css").write_text("body {}")
    (tmp_path / "notes.doc").write_text("")
    return tmp_path


def files(env, root, names, **args):
    site = Bucket("site", versioned=True, opts=env.opts)
    return BucketFiles("page", bucket=site, root=root, files=names, **args, opts=env.opts)


def test_files_and_texts_become_objects_with_their_types(run, environment, folder):
    recorder = run(
        lambda: files(environment(), folder, ["index.html", "css/a.css"], texts={"config.json": '{"apiUrl": "x"}'})
    )

    objects = {o.inputs["key"]: o for o in recorder.all("s3/bucketObjectv2:BucketObjectv2")}
    assert {key: o.inputs["contentType"] for key, o in objects.items()} == {
        "index.html": "text/html; charset=utf-8",
        "css/a.css": "text/css; charset=utf-8",
        "config.json": "application/json",
    }
    assert objects["config.json"].inputs["content"] == '{"apiUrl": "x"}'
    assert {o.inputs["cacheControl"] for o in objects.values()} == {"no-cache"}
    for settled_before in ("site-encryption", "site-versioning"):
        assert all(o.depends_on(settled_before) for o in objects.values())


@pytest.mark.parametrize(
    ("names", "message"),
    [(["index.html", "gone.html"], "gone.html is not in"), (["notes.doc"], "notes.doc has an ending of no known type")],
)
def test_files_that_cannot_be_served_are_refused(run, environment, folder, names, message):
    with pytest.raises(ComponentError, match=message):
        run(lambda: files(environment(), folder, names))


def test_a_relative_folder_is_refused(run, environment):
    with pytest.raises(ComponentError, match="depends on the working directory"):
        run(lambda: files(environment(), Path("content"), []))


# ---- notification ----------------------------------------------------------------------------------------------------


def told(function, prefix="in/", suffix=".csv", **args):
    return ObjectEvents(function=function, prefix=prefix, suffix=suffix, **args)


def test_s3_may_invoke_before_it_is_told_to_and_only_for_this_account(run, environment, worker):
    def program():
        env = environment()
        bucket = Bucket("files", opts=env.opts)
        BucketNotification("import", bucket=bucket, functions={"import": told(worker(env))}, opts=env.opts)

    recorder = run(program)

    permission = recorder.one("import-import-permission")
    assert permission.inputs["principal"] == "s3.amazonaws.com"
    assert permission.inputs["sourceArn"] == "arn:aws:s3:::shop-files-dev-useast1"
    assert permission.inputs["sourceAccount"] == "123456789012"
    notification = recorder.one("import-notification")
    assert notification.depends_on("import-import-permission")
    (function,) = notification.inputs["lambdaFunctions"]
    assert (function["filterPrefix"], function["filterSuffix"]) == ("in/", ".csv")
    assert function["events"] == ["s3:ObjectCreated:*"]


def test_functions_and_eventbridge_share_the_one_notification(run, environment, worker):
    def program():
        env = environment()
        bucket = Bucket("files", opts=env.opts)
        BucketNotification(
            "import", bucket=bucket, functions={"import": told(worker(env))}, eventbridge=True, opts=env.opts
        )
        Rule("stored", pattern=bucket.object_created(), target=Queue("jobs", opts=env.opts), opts=env.opts)

    recorder = run(program)

    (notification,) = recorder.all("BucketNotification")[:1]
    assert len([r for r in recorder.registered if r.type == "aws:s3/bucketNotification:BucketNotification"]) == 1
    assert recorder.one("import-notification").inputs["eventbridge"] is True
    assert notification


@pytest.mark.parametrize("first", ["bucket", "notification"])
def test_a_second_notification_of_a_bucket_is_refused(run, environment, worker, first):
    def program():
        env = environment()
        bucket, function = Bucket("files", send_events=first == "bucket", opts=env.opts), worker(env)
        names = ["import"] if first == "bucket" else ["import", "export"]
        for name in names:
            BucketNotification(name, bucket=bucket, functions={"x": told(function)}, opts=env.opts)

    with pytest.raises(ComponentError, match="files has a notification already"):
        run(program)


@pytest.mark.parametrize(
    ("other", "refused"),
    [
        ({"prefix": "in/", "suffix": ".csv"}, True),
        ({"prefix": "in/a/", "suffix": "csv"}, True),
        ({"prefix": "", "suffix": ""}, True),
        ({"prefix": "in/", "suffix": ".csv", "events": ["s3:ObjectCreated:Put"]}, True),
        ({"prefix": "out/", "suffix": ".csv"}, False),
        ({"prefix": "in/", "suffix": ".json"}, False),
        ({"prefix": "in/", "suffix": ".csv", "events": ["s3:ObjectRemoved:*"]}, False),
    ],
)
def test_filters_that_s3_would_refuse_are_refused(run, environment, worker, other, refused):
    def program():
        env = environment()
        function = worker(env)
        functions = {"a": told(function), "b": told(function, **other)}
        BucketNotification("import", bucket=Bucket("files", opts=env.opts), functions=functions, opts=env.opts)

    if refused:
        with pytest.raises(ComponentError, match="could match both a and b"):
            run(program)
    else:
        run(program)
