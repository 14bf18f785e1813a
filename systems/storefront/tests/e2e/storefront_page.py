"""The page of the storefront, as its tests open and read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote_plus

from storefront_stack import Storefront

from stackwright.testing.browser import Browser
from stackwright.testing.running import CommandLine

ROWS = "[...document.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.innerText))"
SAID = "!document.getElementById('message').textContent.endsWith('…') && document.getElementById('message').textContent"
NO_ANSWER = "The store does not answer. Please try again in a moment."
NO_STORAGE = (
    "Object.defineProperty(window, 'sessionStorage', {get() { throw new DOMException('no', 'SecurityError'); }})"
)
PAGE_SIZE = 20

Open = Callable[..., Browser]


def address_of(storefront: Storefront, stackwright: CommandLine) -> str:
    """Where a user is told that the page opens."""
    (up,) = json.loads(stackwright("status", "--json"))
    return up["pages"][storefront.outputs["cloudfront_domain_name"]]


def opener(chromium: Browser, address: str) -> Open:
    """What opens the page, for a category or as it comes, and waits until it has said something."""

    def open_page(category: str = "") -> Browser:
        chromium.open(f"{address}?category={quote_plus(category)}" if category else address)
        chromium.wait(SAID)
        return chromium

    return open_page
