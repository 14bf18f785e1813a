"""Routes: what the program writes, checked, and the tree of resources that API Gateway wants."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from ..errors import ComponentError, expect
from ..function import Function

_ROUTE: Final = re.compile(r"(GET|POST|PUT|PATCH|DELETE|HEAD) (/|(/([A-Za-z0-9._~-]+|\{[A-Za-z0-9_]+\+?\}))+)")
_NOT_IN_DRAFT_4: Final = ("const", "contains", "propertyNames", "if", "then", "else", "examples", "$id")


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One route, served by a function.

    Args:
        function: gets the request as it is (AWS_PROXY).
        body: JSON Schema (draft 4) of the body; becomes a model, named after its `title`.
        body_checked_by: who refuses a body that does not match. With `function` the model is documentation, and the
            function can answer each fault with a message of its own.
        query: query parameters, and whether each is required; API Gateway refuses a request without a required one.
    """

    function: Function
    body: Mapping[str, Any] | None = None
    body_checked_by: Literal["gateway", "function"] = "gateway"
    query: Mapping[str, bool] = field(default_factory=dict[str, bool])


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a path.

    Attributes:
        http_method: HTTP method.
        path: path with parameters in braces.
        route: what serves it.
    """

    http_method: str
    path: str
    route: Route

    @property
    def role(self) -> str:
        """Part of the names of inner resources: `get-files-file_id`."""
        return f"{self.http_method.lower()}-{path_role(self.path)}"

    @property
    def parameters(self) -> list[str]:
        """Names of the path parameters."""
        return re.findall(r"{([A-Za-z0-9_]+)\+?}", self.path)

    @property
    def permission_path(self) -> str:
        """Method and path as a Lambda permission names them: each parameter is a `*`."""
        return f"{self.http_method}{re.sub(r'{[^}]+}', '*', self.path)}"

    @property
    def model_name(self) -> str:
        """Name of the body's model: letters and digits only."""
        title = str((self.route.body or {}).get("title", ""))
        words = re.split(r"[^A-Za-z0-9]+", title or f"{self.http_method} {self.path}")
        return "".join(word[:1].upper() + word[1:] for word in words)


def methods_of(api: str, routes: Mapping[str, Route]) -> list[Method]:
    """The methods that routes in the form `METHOD /path` name.

    Raises:
        ComponentError: a route is malformed, or its schema uses what API Gateway does not know.
    """
    methods: list[Method] = []
    for text, route in routes.items():
        if not _ROUTE.fullmatch(text):
            raise ComponentError(
                f"{api}: {text!r} is no route", fix="write a method and a path, such as `GET /files/{file_id}`"
            )
        expect(f"{api}: {text}", route, Route)
        unknown = sorted(_unknown_keywords(route.body))
        if unknown:
            raise ComponentError(
                f"{api}: the schema of {text} uses {', '.join(unknown)}, unknown to models (JSON Schema draft 4)",
                fix="say it with enum, minimum, pattern, required or oneOf",
            )
        http_method, _, path = text.partition(" ")
        methods.append(Method(http_method, path, route))
    if not methods:
        raise ComponentError(f"{api} has no route", fix="name at least one")
    return methods


def all_paths(paths: Sequence[str]) -> list[str]:
    """The paths and all their parents but the root, parents first."""
    every: dict[str, None] = {}
    for path in paths:
        parts = path.strip("/").split("/") if path != "/" else []
        for length in range(1, len(parts) + 1):
            every["/" + "/".join(parts[:length])] = None
    return sorted(every, key=lambda path: (path.count("/"), path))


def path_role(path: str) -> str:
    """A path as part of a resource's name."""
    return re.sub(r"[{}+]", "", path.strip("/")).replace("/", "-") or "root"


def _unknown_keywords(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return {word for part in schema for word in _unknown_keywords(part)}  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(schema, Mapping):
        return set()
    found = {word for word in _NOT_IN_DRAFT_4 if word in schema}
    for word, part in schema.items():  # pyright: ignore[reportUnknownVariableType]
        # The keys of `properties` are the document's own.
        parts = part.values() if word in ("properties", "definitions") else (part,)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        found |= {keyword for p in parts for keyword in _unknown_keywords(p)}  # pyright: ignore[reportUnknownVariableType]
    return found
