"""Settings that a program demands and nobody has given: a check goes on with made-up ones, and says so."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from stackwright.defaults import ACCOUNT
from stackwright.rules.runs import Failure
from stackwright.workspace.required import removed_names

if TYPE_CHECKING:
    from stackwright.engine.program.reports import Missing

_MOST: Final = 60  # settings; a program that demands more is taken to demand for ever
_SHORT: Final = 3  # characters; shorter values stand in messages by chance
_MISSING: Final = re.compile(r"Missing required configuration variable '([^']+)'")
_WRONG_TYPE: Final = re.compile(r"Configuration '([^']+)' value '.*' is not a valid '(?:<class ')?([\w ]+)")
_VARIABLE: Final = re.compile(r"KeyError: '([A-Za-z_]\w*)'")
_NO_NAME: Final = (
    re.compile(r"module '(?P<module>pulumi_aws[\w.]*)' has no attribute '(?P<name>\w+)'"),
    re.compile(r"cannot import name '(?P<name>\w+)' from '(?P<module>pulumi_aws[\w.]*)'"),
)
_SPEAKS_OF_VARIABLES: Final = re.compile(r"environment variable|env(ironment)? var", re.IGNORECASE)
_NAME: Final = re.compile(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b")
# What a setting is about, by its name -> a value of that kind.
_BY_NAME: Final = (
    (r"cidr", "10.0.0.0/16"),
    (r"e?mail", "someone@example.com"),
    (r"role.*arn|arn.*role", f"arn:aws:iam::{ACCOUNT}:role/made-up"),
    (r"cert.*arn|arn.*cert", f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/00000000-0000-4000-8000-000000000000"),
    (r"account", ACCOUNT),
    (r"region", "us-east-1"),
    (r"zone.?id", "Z0000000000000000000"),
    (r"vpc.?id", "vpc-00000000000000000"),
    (r"subnet", "subnet-00000000000000000"),
    (r"url|endpoint", "https://example.com"),
    (r"domain|host", "example.com"),
    (r"env|stage", "dev"),
    (r"port|count|size|days|seconds|timeout|memory", "10"),
    (r"password|secret|token", "made-up-Secret-1"),
)
# The mark of a value that is not known, https://github.com/pulumi/pulumi: `UNKNOWN` of pulumi.runtime.rpc.
_NOT_KNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_NOTHING: Final = "what the program takes from it is not known"
_READS_SECRET: Final = "it would read a secret"
# Failures that no value is the cause of.
_CERTAIN: Final = tuple(f"the program failed: {name}: " for name in ("NameError", "UnboundLocalError", "ImportError"))
_BY_TYPE: Final = {"int": "10", "integer": "10", "float": "1.0", "bool": "true", "boolean": "true"}
_STRUCTURES: Final[dict[str, Any]] = {"array": [], "object": {}}


@dataclass
class MadeUp:
    """What was made up so far, for one run.

    Attributes:
        config: by full key.
        variables: of the environment.
        secret_keys: of secrets that are JSON.
        older: what the program asks of `pulumi_aws`, when that is an older one.
        names: what it uses of that one; full names.
        missing: packages that are not installed.
    """

    config: dict[str, str] = field(default_factory=dict[str, str])
    variables: dict[str, str] = field(default_factory=dict[str, str])
    secret_keys: list[str] = field(default_factory=list[str])
    older: str = ""
    names: list[str] = field(default_factory=list[str])
    missing: list[Missing] = field(default_factory=list["Missing"])

    def declared(self, key: str, type_name: str) -> Any:
        """A value for a key that Pulumi.yaml declares, or whose secret cannot be opened."""
        value: Any = _STRUCTURES.get(type_name, _value(key, type_name))
        self.config[key] = str(value)
        return value

    def helps(self, failure: Failure, line: str) -> bool:
        """Whether the failure is a setting that is missing; it is there at the next try.

        Args:
            line: the text of the line that failed.
        """
        if len(self.config) + len(self.variables) >= _MOST:
            return False
        missing = _MISSING.search(failure.message)
        if missing is not None and missing[1] not in self.config:
            self.config[missing[1]] = _value(missing[1], "")
            return True
        wrong = _WRONG_TYPE.search(failure.message)
        if wrong is not None and wrong[1] in self.config:
            better = _BY_TYPE.get(wrong[2], json.dumps(_NOT_KNOWN))
            is_new = self.config[wrong[1]] != better
            self.config[wrong[1]] = better
            return is_new
        variable = _VARIABLE.search(failure.message)
        if variable is not None and "environ" in line and variable[1] not in self.variables:
            self.variables[variable[1]] = _value(variable[1], "")
            return True
        asked = set(_NAME.findall(failure.message)) if _SPEAKS_OF_VARIABLES.search(failure.message) else set[str]()
        if "NoRegionError" in failure.message:
            asked.add("AWS_DEFAULT_REGION")
        if asked - set(self.variables):
            self.variables.update({name: _value(name, "") for name in asked - set(self.variables)})
            return True
        if variable is not None and _READS_SECRET in failure.message and variable[1] not in self.secret_keys:
            self.secret_keys.append(variable[1])
            return True
        return bool(self.older) and self._had(failure.message)

    def _had(self, message: str) -> bool:
        """Whether the failure is a name that the older SDK had; it is stood in for at the next try."""
        found = next((found for pattern in _NO_NAME if (found := pattern.search(message))), None)
        if found is None:
            return False
        full = f"{found['module']}.{found['name']}"
        of_older = removed_names().get(found["module"].removeprefix("pulumi_aws").strip(".") or ".", ())
        if found["name"] not in of_older or full in self.names:
            return False
        self.names.append(full)
        return True

    def is_cause(self, failure: Failure) -> bool:
        """Whether the failure speaks of a value that nobody has set: another one may do."""
        if any(len(value) > _SHORT and value in failure.message for value in {*self.values(), _NOT_KNOWN}):
            return True
        # What stands in for a value that is not known has no length, no digits and no keys of its own.
        stood_in = bool(self.missing or self.names) or any(_NOT_KNOWN in value for value in self.config.values())
        return (stood_in or bool(self.older)) and not failure.message.startswith(_CERTAIN)

    def values(self) -> frozenset[str]:
        """All that was made up."""
        return frozenset((*self.config.values(), *self.variables.values()))

    def remarks(self) -> list[tuple[str, str]]:
        """What was made up, and what that means."""
        config = {f"the config {key}": value for key, value in sorted(self.config.items())}
        variables = {f"the variable {name}": value for name, value in sorted(self.variables.items())}
        read = f"a secret is not read here; the program was run with the made-up keys {', '.join(self.secret_keys)}"
        return [
            *([("the contents of secrets", read)] if self.secret_keys else []),
            *(
                (f"the package {name}", f"it is not installed here; {_NOTHING}")
                for name in sorted({package.name for package in self.missing})
            ),
            *((what, _remark(value)) for what, value in (config | variables).items()),
        ]


def _remark(value: str) -> str:
    if _NOT_KNOWN in value:
        return f"nobody has set it; {_NOTHING}"
    return f"nobody has set it; the program was run with {value!r}, another value may have other findings"


def _value(key: str, type_name: str) -> str:
    if type_name in _BY_TYPE:
        return _BY_TYPE[type_name]
    name = key.rpartition(":")[2].lower()
    return next((value for pattern, value in _BY_NAME if re.search(pattern, name)), "made-up")
