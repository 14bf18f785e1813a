"""A user finds out where a distribution opens on this machine, and a verification need not know."""

from __future__ import annotations

import shutil
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

VERIFY = '''
def check_page(v):
    """Every name leads to the page"""
    for name in (v.outputs["domain"], "www.example.org"):
        page = v.http("GET", f"https://{name}/?a=1")
        assert (page.status, b"Hello" in page.body) == (200, True), f"{name}: {page.status}"
        plain = v.http("GET", f"http://{name}/?a=1")
        assert (plain.status, plain.headers["location"]) == (301, f"https://{name}/?a=1"), plain.headers


def check_others(v):
    """A name that is nobody's does not end at the endpoint"""
    try:
        v.http("GET", "https://nobody.invalid/")
    except OSError:
        return
    raise AssertionError("somebody answered")
'''


@pytest.fixture
def site(programs: Path, tmp_path: Path) -> Path:
    """A site that wants HTTPS and has a name of its own."""
    directory = shutil.copytree(programs / "static-site", tmp_path / "site")
    program = directory / "__main__.py"
    text = program.read_text()
    text = text.replace('"viewer_protocol_policy": "allow-all"', '"viewer_protocol_policy": "redirect-to-https"')
    text = text.replace("    enabled=True,\n", '    enabled=True,\n    aliases=["www.example.org"],\n')
    program.write_text(text)
    (directory / "verify.py").write_text(VERIFY)
    return directory


def opened(url: str) -> bytes:
    """What a browser on this machine gets: `*.localhost` is this machine, whatever its resolver says."""
    parts = urlsplit(url)
    request = urllib.request.Request(f"http://127.0.0.1:{parts.port}{parts.path}", headers={"Host": parts.netloc})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def test_up_and_status_say_where_pages_open(stackwright: Any, site: Path) -> None:
    result = stackwright.up(site)
    domain, port = result["outputs"]["domain"], urlsplit(result["endpoint"]).port
    assert result["outputs"]["url"] == f"https://{domain}"
    assert result["pages"] == {
        domain: f"http://{domain}.localhost:{port}/",
        "www.example.org": f"http://www.example.org.localhost:{port}/",
    }
    assert all(b"Hello from a bucket." in opened(url) for url in result["pages"].values())

    (entry,) = stackwright("status", "--json").json()
    assert entry["pages"] == result["pages"]
    assert stackwright("status").out.splitlines()[1:] == [f"  {url}" for url in result["pages"].values()]
    said = stackwright("up", site, "--detach").err
    assert all(f"{name.ljust(len(domain))}  {url}" in said for name, url in result["pages"].items())

    checked = stackwright("verify", site)
    assert checked.code == 0, checked.out
