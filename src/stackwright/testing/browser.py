"""A headless Chromium, driven over the pipe of its DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

from stackwright.processes import readable
from stackwright.testing.eventually import eventually

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "no Chromium or Chrome is on the PATH; install Debian's package chromium, which `make browser` does"
DEADLINE = 60.0  # seconds, for whatever is waited for

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--window-size=900,900",
    "--remote-debugging-pipe",
)
# What a page does wrong, and what the browser holds against it: the console, exceptions, refused content.
_COMPLAINTS = ("Log.entryAdded", "Runtime.exceptionThrown", "Audits.issueAdded", "Runtime.consoleAPICalled")


def find_browser() -> str | None:
    """The browser's program, if there is one."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


class Browser:
    """One page of a browser that nobody has used before."""

    def __init__(self, requests: int, answers: int) -> None:
        self._requests = requests
        self._answers = answers
        self._received = b""
        self._number = 0
        self._session = ""
        self._complaints: list[dict[str, Any]] = []
        self._sent: list[dict[str, Any]] = []
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Audits", "Network", "Accessibility"):
            self._ask(f"{domain}.enable")

    def open(self, url: str) -> None:
        """Go to a page, and wait until it is loaded."""
        self._ask("Emulation.clearDeviceMetricsOverride")
        failed = self._ask("Page.navigate", url=url).get("errorText")
        assert not failed, f"{url}: {failed}"
        self.wait("document.readyState === 'complete'")

    def value(self, expression: str) -> Any:
        """What a JavaScript expression comes to."""
        answer = self._ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, expression: str) -> Any:
        """The expression's value, once it is truthy."""
        return eventually(
            lambda: self.value(expression), lambda: f"{expression}\n{self.value('document.body.innerText')}", DEADLINE
        )

    def text(self, selector: str) -> str:
        """What a reader sees of an element; empty when it is hidden."""
        return self.value(
            f"(e => e.checkVisibility() ? e.innerText : '')(document.querySelector({json.dumps(selector)}))"
        )

    def type(self, text: str) -> None:
        """Enter text where the focus is."""
        self._ask("Input.insertText", text=text)

    def press(self, key: str, code: int, text: str = "") -> None:
        """Press a key and let it go."""
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self._ask("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self._ask("Input.dispatchKeyEvent", type="keyUp", **common)

    def click(self, selector: str) -> None:
        """Click in the middle of an element, as with a mouse; of a link over several lines, in its first."""
        element = f"document.querySelector({json.dumps(selector)})"
        self.value(f"{element}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        box = self.value(
            f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])({element}.getClientRects()[0])"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self._ask("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def resize(self, width: int, height: int) -> None:
        """Look at the page through a window of that many CSS pixels, until the next page."""
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def block(self, patterns: list[str]) -> None:
        """Let requests to these addresses fail as if nobody answered; an empty list lets all of them through."""
        self._ask("Network.setBlockedURLs", urls=patterns)

    def nodes(self) -> list[tuple[str, str]]:
        """Role and name of everything that assistive technology is told of."""
        tree = self._ask("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", "")) for node in tree if not node.get("ignored")
        ]

    def complaints(self) -> list[str]:
        """What went to the console, exceptions and refused content, since the last time this was asked."""
        self.value("0")  # what happened before this is here when its answer is
        found, self._complaints = self._complaints, []
        return [json.dumps(each) for each in found]

    def sent(self) -> list[dict[str, Any]]:
        """Requests with url, method and headers, preflights included, since the last time this was asked."""
        self.value("0")  # what happened before this is here when its answer is
        found, self._sent = self._sent, []
        return found

    @contextlib.contextmanager
    def prepared(self, script: str) -> Generator[None, None, None]:
        """Run a script in every page before its own."""
        identifier = self._ask("Page.addScriptToEvaluateOnNewDocument", source=script)["identifier"]
        try:
            yield
        finally:
            self._ask("Page.removeScriptToEvaluateOnNewDocument", identifier=identifier)

    def screenshot(self, path: Path) -> None:
        """What it looks like, as a PNG."""
        path.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"]))

    def _ask(self, method: str, /, **params: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._requests, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + DEADLINE
        while True:
            received = self._receive(end, method)
            if received.get("method") in _COMPLAINTS:
                self._complaints.append(received["params"])
            if received.get("method") == "Network.requestWillBeSent":
                self._sent.append(received["params"]["request"])
            if received.get("id") == self._number:
                assert "error" not in received, f"{method}: {received['error']}"
                return received["result"]

    def _receive(self, end: float, method: str) -> dict[str, Any]:
        while b"\0" not in self._received:
            assert readable(self._answers, max(0.0, end - time.monotonic())), (
                f"the browser did not answer {method} within {DEADLINE:g} s"
            )
            part = os.read(self._answers, 1 << 16)
            assert part, f"the browser ended at {method}"
            self._received += part
        first, _, self._received = self._received.partition(b"\0")
        return json.loads(first)


@contextlib.contextmanager
def browser(program: str, directory: Path, *flags: str) -> Generator[Browser, None, None]:
    """A browser with a profile of its own in a directory, and its end."""
    directory.mkdir(parents=True, exist_ok=True)
    profile = f"--user-data-dir={directory / 'profile'}"
    with (directory / "browser.log").open("wb") as log:
        process = subprocess.Popen(
            # The protocol wants descriptors 3 and 4.
            ["sh", "-c", 'exec "$@" 3<&0 4>&1 </dev/null >&2', "sh", program, *_FLAGS, *flags, profile, "about:blank"],
            env={"PATH": os.environ["PATH"], "HOME": str(directory), "LANG": "C.UTF-8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    assert process.stdin
    assert process.stdout
    try:
        with process.stdin as requests, process.stdout as answers:
            yield Browser(requests.fileno(), answers.fileno())
    finally:
        # The browser ends its own helpers when it ends.
        process.terminate()
        process.wait(DEADLINE)
