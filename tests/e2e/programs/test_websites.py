"""Programs that serve files."""

from __future__ import annotations

from typing import Any


def test_a_static_site_behind_cloudfront(programs: Any) -> None:
    result = programs.up("static-site")
    outputs = programs.outputs(result)
    page = programs.http("GET", f"{programs.endpoint.url}/", host=outputs["domain"])
    assert (page.status, page.text) == (200, "<!doctype html>\n<title>Hello</title>\n<p>Hello from a bucket.</p>\n")
    assert page.headers["Content-Type"] == "text/html"
    style = programs.http("GET", f"{programs.endpoint.url}/style/site.css", host=outputs["domain"])
    assert (style.status, style.headers["Content-Type"]) == (200, "text/css")
    # The files are there by way of the distribution only.
    assert programs.http("GET", f"{programs.endpoint.url}/{outputs['bucket']}/index.html").status == 403
    assert result.simulated_types() == []
    # An endpoint that the user named need not know our local names.
    assert result.pages == {}


def test_a_bucket_as_a_web_site(programs: Any) -> None:
    result = programs.up("website-bucket")
    outputs = programs.outputs(result)
    s3 = programs.client("s3")
    body = s3.get_object(Bucket=outputs["bucket"], Key="index.html")
    assert (body["Body"].read(), body["ContentType"]) == (b"<p>Welcome</p>", "text/html")
    website = s3.get_bucket_website(Bucket=outputs["bucket"])
    assert website["IndexDocument"] == {"Suffix": "index.html"}
    assert result.simulated_types() == []
