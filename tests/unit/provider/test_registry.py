"""Tokens lead to the files of their services."""

from __future__ import annotations

import importlib
import pkgutil

from stackwright.provider import registry, services


def modules() -> list[str]:
    return [m.name.rstrip("_") for m in pkgutil.iter_modules(services.__path__) if not m.name.startswith("_")]


def test_every_provisioner_is_found_by_its_token() -> None:
    assert len(modules()) > 20
    for module in modules():
        found = registry.of_module(module)
        for bare in found:
            assert bare.startswith(f"{module}/"), bare
            assert registry.find(f"aws:{bare}") is found[bare]


def test_every_lookup_is_found_by_its_token() -> None:
    for info in pkgutil.iter_modules(services.__path__):
        module = importlib.import_module(f"{services.__name__}.{info.name}")
        for token, function in getattr(module, "FUNCTIONS", {}).items():
            assert registry.find_lookup(token) is function, token


def test_a_token_of_no_service_is_not_found() -> None:
    assert registry.find("aws:nothing/thing:Thing") is None
    assert registry.find_lookup("aws:nothing/getThing:getThing") is None
