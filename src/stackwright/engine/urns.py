"""URNs: `urn:pulumi:<stack>::<project>::<parent types$type>::<name>`."""

from __future__ import annotations

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_PREFIX = "pulumi:providers:"


def make_urn(stack: str, project: str, type_token: str, name: str, parent: str = "") -> str:
    """The URN of a resource; the stack itself does not show up among the parent types."""
    chain = qualified_type(parent) if parent else ""
    types = f"{chain}${type_token}" if chain and chain != STACK_TYPE else type_token
    return f"urn:pulumi:{stack}::{project}::{types}::{name}"


def stack_of(urn: str) -> str:
    """The stack's name."""
    return urn.split("::", 3)[0].removeprefix("urn:pulumi:")


def project_of(urn: str) -> str:
    """The project's name."""
    return urn.split("::", 3)[1]


def qualified_type(urn: str) -> str:
    """The chain of types, `outer$inner`."""
    return urn.split("::", 3)[2]


def own_type(urn: str) -> str:
    """The type token without those of the parents."""
    return qualified_type(urn).rpartition("$")[2]


def name_of(urn: str) -> str:
    """The logical name."""
    return urn.split("::", 3)[3]


def package_of(type_or_token: str) -> str:
    """The package a type token or function token belongs to; of a provider resource, the package it provides."""
    parts = type_or_token.split(":")
    return parts[2] if type_or_token.startswith(PROVIDER_PREFIX) else parts[0]
