"""A page of a stranger, in a real browser, tries everything; nothing happens, and it reads nothing."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from stackwright.testing.browser import MISSING, Browser, browser, find_browser

pytestmark = pytest.mark.e2e

# Every name means this machine, as under DNS rebinding.
_RESOLVER = "--host-resolver-rules=MAP *.example 127.0.0.1"
# Each attempt says what the page could read of the answer; a form is sent into a frame, whose content it cannot read.
_SCRIPT = """
async (attempts) => {
  const seen = {};
  const tried = async (name, attempt) => {
    try { seen[name] = await attempt(); } catch (error) { seen[name] = 'nothing'; }
  };
  for (const [name, url, options] of attempts)
    await tried(name, async () => {
      const answer = await fetch(url, options);
      return answer.type === 'opaque' ? 'nothing' : `${answer.status} ${await answer.text()}`;
    });
  return JSON.stringify(seen);
}
"""
_FORM = """
(url) => {
  const frame = document.createElement('iframe');
  frame.name = 'target';
  frame.onload = () => { document.title = 'sent'; };
  document.body.append(frame);
  const form = document.createElement('form');
  Object.assign(form, {method: 'POST', action: url, target: 'target', enctype: 'text/plain'});
  document.body.append(form);
  form.submit();
}
"""
_SOCKET = """
(url) => {
  window.outcome = '';
  const socket = new WebSocket(url);
  socket.onopen = () => { window.outcome = 'open'; };
  socket.onerror = () => { window.outcome = 'refused'; };
}
"""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!doctype html><title>evil</title><link rel=icon href='data:,'><p>evil</p>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def foreign_page() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://evil.example:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[Browser]:
    program = find_browser()
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    with browser(program, tmp_path / "browser", _RESOLVER) as started:
        yield started


def run(page: Browser, function: str, argument: Any) -> Any:
    """What a function of the page comes to, when it is there."""
    page.value(f"window.found = null; ({function})({json.dumps(argument)}).then(found => {{ window.found = found; }})")
    return json.loads(page.wait("window.found"))


def test_a_foreign_page_gets_nowhere(
    stranger: Any,
    forge: Callable[..., str],
    foreign_page: str,
    chromium: Browser,
    nothing_happened: Callable[[], None],
    aws: Any,
    unique: str,
) -> None:
    endpoint, port = stranger.emulator.endpoint, stranger.emulator.port
    sqs = aws.client("sqs")
    kept = sqs.create_queue(QueueName=unique)["QueueUrl"]
    role = forge("123456789012", "iam", Action="CreateRole", Version="2010-05-08", RoleName="evil")
    queue = forge("123456789012", "sqs", Action="CreateQueue", QueueName="evil")
    text = {"method": "POST", "body": "x", "headers": {"Content-Type": "text/plain"}}
    blind = {**text, "mode": "no-cors"}
    attempts = [
        ["create a role", f"{endpoint}/?{role}", text],
        ["create a role blindly", f"{endpoint}/?{role}", blind],
        ["create a queue", f"{endpoint}/?{queue}", blind],
        ["create a bucket", f"{endpoint}/evil-bucket?{forge('123456789012', 's3')}", {"method": "PUT"}],
        ["reset", f"{endpoint}/_ministack/reset", blind],
        ["reset through localhost", f"http://localhost:{port}/_ministack/reset", blind],
        ["health", f"{endpoint}/_ministack/health", {}],
        ["proof", f"{endpoint}/_stackwright/identity?nonce=1", {}],
        ["root key", f"{endpoint}/_stackwright/root?account=123456789012", {}],
        ["list buckets", f"{endpoint}/", {}],
        ["with credentials", f"{endpoint}/", {"credentials": "include"}],
    ]

    chromium.open(foreign_page)
    seen = run(chromium, _SCRIPT, attempts)
    assert set(seen.values()) == {"nothing"}, seen

    chromium.value(f"({_FORM})({json.dumps(f'{endpoint}/?{queue}')})")
    chromium.wait("document.title === 'sent'")

    for path in ("/", "/_aws/execute-api/abcd1234/prod", "/_stackwright/identity"):
        chromium.value(f"({_SOCKET})({json.dumps(f'ws://127.0.0.1:{port}{path}')})")
        assert chromium.wait("window.outcome") == "refused"

    # A name that is made to point here: the page is of the same origin then, and reads the refusal only.
    for path in ("/_ministack/sqs/messages", "/_stackwright/identity?nonce=1", "/"):
        chromium.open(f"http://evil.example:{port}{path}")
        assert "The Host header names none of them." in chromium.value("document.body.innerText")

    nothing_happened()
    assert kept in sqs.list_queues()["QueueUrls"]
