"""What can be odd in a request: paths, queries, methods, headers, bodies, and breaches of HTTP itself."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from stackwright.testing.wire import Request


def _inside(path: str, put: str, source: random.Random) -> str:
    """The path with something at a random place of one of its segments."""
    at = source.randrange(1, len(path) + 1)
    return path[:at] + put + path[at:]


def _put(text: str) -> Callable[[str, random.Random], str]:
    return lambda path, source: _inside(path, text, source)


PATHS: Sequence[Callable[[str, random.Random], str]] = (
    lambda path, _: f"{path}/",
    lambda path, _: f"{path}//",
    lambda path, _: f"/{path}",
    lambda path, _: f"//{path}",
    lambda path, _: path.replace("/", "//"),
    lambda path, source: path.replace("/", "//", source.randrange(1, 3)),
    lambda path, _: f"{path}/extra",
    lambda path, _: path.rpartition("/")[0] or "/",
    lambda path, _: path.upper(),
    lambda path, _: f"{path}/.",
    lambda path, _: f"{path}/..",
    lambda path, _: f"/.{path}",
    lambda path, _: f"/..{path}",
    lambda path, _: f"{path}/%2e%2e/%2e%2e",
    lambda path, _: path[:1] + f"%{ord(path[1:2] or 'x'):02x}" + path[2:],
    lambda path, _: path[:1] + path[1:].replace("/", "%2F"),
    lambda path, _: path + "a" * 300,
    lambda path, _: path + "/" + "b" * 3000,
    lambda path, _: path + "/c" * 500,
    lambda path, _: path + ";v=1",
    lambda path, _: path + "#part",
    *(
        _put(text)
        for text in (
            *("%0d%0a", "%0a", "%0d", "%00", "%09", "%20", "+", "%2F", "%2f", "%5c", "\\", "%", "%z", "%zz", "%u1234"),
            *("%c3%28", "%ff", "%ed%a0%80", "%e2%82%ac", "%f0%9f%98%80", "%25", "%2525", "%252F", "%3f", "%23", "%26"),
            *("|", "{", "}", "{id}", "*", '"', "'", "<", ">", "`", "^", "~", ":", "@", "$", "!", ",", "=", "&", ";"),
            *("%22", "%3Cscript%3E", "..", "...", "$context.requestId", "${jndi:x}", "{{7*7}}", "%0d%0aX-A:%20b"),
        )
    ),
)
QUERIES = (
    *("", "&", "&&&", "=", "==", "a", "a=", "=a", "a=b=c", "a&a&a", "?", "??a=b", "#", "a=%", "a=%z", "a=%zz", "%=%"),
    *("a=%ff", "%ff=a", "a=%c3%28", "a=%00", "a=%0d%0a", "a=+", "a=%2B", "a;b", "a=1;b=2", "a[]=1&a[]=2", "a[b]=c"),
    *("limit=", "limit=0", "limit=-1", "limit=1e9", "limit=99999999999999999999", "limit=%20", "limit=1&limit=2"),
    *("limit=NaN", "limit=1.5", "limit=\u0031", "limit=%D9%A1", "cursor=", "cursor=x", "cursor=%00", "cursor=e30"),
    *("cursor=e30%3D&limit=1", "cursor=" + "A" * 2000, "limit=1&cursor=W10", "cursor=eyJhIjoxfQ.eyJ4"),
    *("category=", "category=%ff", "category=%0a", "category=" + "x" * 500, "status=", "status=none", "userId=%2F"),
    *("x=" + "y" * 4000, "&".join(f"k{number}=v" for number in range(300)), "__proto__=1", "a=<b>", "a={}", "a=|"),
)
METHODS = (
    *("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "POST", "GET", "TRACE", "PROPFIND", "LINK", "PURGE", "get", "FOO"),
    *("M-SEARCH", "X!", "GETGETGETGETGETGETGETGETGETGET"),
)
HEADERS: Sequence[Sequence[tuple[str, str]]] = (
    [("X-Correlation-Id", "")],
    [("X-Correlation-Id", "a b")],
    [("X-Correlation-Id", "x" * 65)],
    [("X-Correlation-Id", "fine-1")],
    [("X-Correlation-Id", "one"), ("X-Correlation-Id", "two")],
    [("x-correlation-id", "\xe4\xff")],
    [("X-Correlation-Id", '"},"x":{"')],
    [("Idempotency-Key", "")],
    [("Idempotency-Key", "x" * 300)],
    [("Idempotency-Key", "\xe4")],
    [("Idempotency-Key", "a"), ("Idempotency-Key", "b")],
    [("Content-Type", "")],
    [("Content-Type", "text/html")],
    [("Content-Type", "application/json; charset=utf-16")],
    [("Content-Type", ";;;")],
    [("Content-Type", "application/json"), ("Content-Type", "text/plain")],
    [("Content-Encoding", "gzip")],
    [("Content-Encoding", "br, gzip")],
    [("Accept", "text/html")],
    [("Accept", "*/*;q=x")],
    [("Accept-Encoding", "gzip;q=2, identity;q=0")],
    [("Accept-Charset", "utf-16")],
    [("Range", "bytes=5-1")],
    [("If-None-Match", "*")],
    [("If-Modified-Since", "yesterday")],
    [("Cookie", "a=b; c"), ("Cookie", ";;")],
    [("X-Folded", "one\r\n two")],
    [("X-Forwarded-For", "1.2.3.4, bad")],
    [("X-Forwarded-Proto", "https, http")],
    [("X-Forwarded-Host", "evil.example")],
    [("X-HTTP-Method-Override", "DELETE")],
    [("X-Api-Key", "nobody's")],
    [("Forwarded", "for=_;proto=gopher")],
    [("Upgrade", "h2c, h3")],
    [("TE", "trailers, x")],
    [("Pragma", "\xe4\xf6\xfc")],
    [("X-Empty", "")],
    [("X-Large", "z" * 6000)],
    [(f"X-Many-{number}", "v") for number in range(80)],
    [("User-Agent", '"\\')],
)
BODIES = (
    *(b"", b" ", b"{", b"}", b"{}", b"[]", b"null", b"true", b"0", b'""', b"NaN", b"Infinity", b"1e999", b"-", b"\x00"),
    *(
        b'{"a"',
        b'{"a":',
        b'{"a":1,}',
        b'{"a":1}{"b":2}',
        b"{'a': 1}",
        b'{"a": undefined}',
        b'{"a":1, "a":2}',
        b"\xff\xfe",
    ),
    *(b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b'{"name": "\xff"}', b'{"name": "\\ud800"}', b'{"name": "\\u0000"}'),
    *(b"[" * 1000, b"[" * 20000 + b"]" * 20000, b'{"a":' * 500 + b"1" + b"}" * 500, b'{"a": ' + b"9" * 5000 + b"}"),
    *(
        b"{" + b'"k":1,' * 3000 + b'"l":2}',
        b'"' + b"x" * 20000 + b'"',
        b"a=b&c=d",
        b"<a/>",
        b"\x1f\x8b\x08\x00",
        b"\r\n",
    ),
    *(
        b'{"name": null}',
        b'{"name": []}',
        b'{"name": {"$ne": 1}}',
        b'{"email": 5}',
        b'{"email": "x"}',
        b'{"price": -0}',
    ),
    *(
        b'{"price": "NaN"}',
        b'{"price": 1e400}',
        b'{"stock": 1.5}',
        b'{"stock": true}',
        b'{"quantity": "1"}',
        b'{"size": -1}',
    ),
    *(b'{"file_name": ""}', b'{"file_name": "a/b", "file_content": "?"}', b'{"file_name": "x", "file_content": 1}'),
    *(b'{"file_name": "\\ud800", "file_content": "YQ=="}', b'{"file_name": "x", "content_type": ";", "size": 1}'),
)
CONTENT_TYPES = (
    *(
        "application/json",
        "application/json",
        "application/json",
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
    ),
    *("application/json; charset=utf-8", "application/json;charset=latin-1", "application/vnd.x+json", "json", "\xe4"),
    *("multipart/form-data; boundary=x", "application/octet-stream", "application/json; charset", "application/json;;"),
)
BROKEN: Sequence[Callable[[Request], Request]] = (
    lambda r: r.but(target=r.target.replace("/", " /", 2), is_http=False),
    lambda r: r.but(target=r.target + "\xe4", is_http=False),
    lambda r: r.but(target=r.target + "\x01", is_http=False),
    lambda r: r.but(target="", is_http=False),
    lambda r: r.but(version="HTTP/3.7", is_http=False),
    lambda r: r.but(version="FTP", is_http=False),
    lambda r: r.but(method="G\u00e4T", is_http=False),
    lambda r: r.but(headers=(*r.headers, ("Bad Name", "x")), is_http=False),
    lambda r: r.but(headers=(*r.headers, ("X-Nul", "\x00")), is_http=False),
    lambda r: r.but(headers=(*r.headers, ("Content-Length", "-1")), framing="none", is_http=False),
    lambda r: r.but(
        headers=(*r.headers, ("Content-Length", "1"), ("Content-Length", "2")), framing="none", is_http=False
    ),
    lambda r: r.but(headers=(*r.headers, ("Content-Length", "x")), framing="none", is_http=False),
    lambda r: r.but(headers=(*r.headers, ("Transfer-Encoding", "gzip")), framing="none", is_http=False),
    lambda r: r.but(headers=(*r.headers, ("X-Huge", "h" * 70_000)), is_http=False),
    lambda r: r.but(target=r.target + "/" + "l" * 70_000, is_http=False),
    lambda r: r.but(headers=(*r.headers, ("Host", "a"), ("Host", "b")), is_http=False),
)
