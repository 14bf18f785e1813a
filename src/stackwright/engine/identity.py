"""Made-up ids, names and ARNs: deterministic, and of the form AWS gives them.

What a type's computed outputs look like stands in `data/identity/<module>.toml`, one table per type:

    ["sqs/queue:Queue"]
    name = "name"                       # the input that holds the physical name; generated when absent
    limit = 80                          # its longest length
    id = "{url}"                        # templates may use other outputs, {inputs.x}, and the words below
    outputs.arn = "arn:{partition}:sqs:{region}:{account}:{name}"
    outputs.url = "https://sqs.{region}.{suffix}/{account}/{name}"
    defaults.visibilityTimeoutSeconds = 30

Words: {partition} {region} {account} {suffix} {name} {logical} {hex:N} {digits:N} {alnum:N}. A type without a table
gets its outputs from `data/outputs.json` (read off the provider's SDK) by the form of their names.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any, Final, cast

from stackwright.graph import Properties, Resource

DEFAULT_ACCOUNT: Final = "123456789012"
_ALNUM: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_HOLE: Final = re.compile(r"\{([A-Za-z][\w.]*)(?::(\d+))?\}")


@dataclass(frozen=True)
class Scope:
    """Where a resource would live."""

    account: str = DEFAULT_ACCOUNT
    region: str = "us-east-1"

    @property
    def partition(self) -> str:
        """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    @property
    def suffix(self) -> str:
        """The domain of the partition's service endpoints."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"


def scope_of(config: Properties, account: str = DEFAULT_ACCOUNT) -> Scope:
    """Account and region that a provider's settings lead to: an assumed role's account, or the only allowed one."""
    for role in config.get("assumeRoles") or []:
        match = re.match(r"arn:[\w-]+:iam::(\d{12}):role/", str(role.get("roleArn") or ""))
        if match:
            account = match.group(1)
            break
    else:
        allowed = config.get("allowedAccountIds") or []
        if len(allowed) == 1:
            account = str(allowed[0])
    return Scope(account=account, region=str(config.get("region") or "us-east-1"))


def identify(
    resource: Resource, config: Properties, account: str = DEFAULT_ACCOUNT, given_id: str | None = None
) -> Resource:
    """The resource with a made-up id and all its outputs: inputs, defaults, computed ones, merged tags.

    Args:
        given_id: the id of a resource that is looked up; where the id is the physical name, the name follows it.
    """
    scope = scope_of(config, account)
    region = resource.inputs.get("region")
    if isinstance(region, str) and resource.type.startswith("aws:"):
        scope = Scope(scope.account, region)
    known = _tables(_module(resource.type)).get(resource.type.removeprefix("aws:"), {})
    name_input = known.get("name")
    if given_id is not None and name_input and known.get("id", "{name}") == "{name}":
        resource = replace(resource, inputs={**resource.inputs, name_input: given_id})
    words = _Words(resource, scope, known)
    outputs: dict[str, Any] = dict(known.get("defaults", {}))
    outputs.update({k: v for k, v in resource.inputs.items() if v is not None})
    if name_input:
        outputs[name_input] = words.name
    computed = known.get("outputs", {})
    for key in (*computed, *(k for k in _declared(resource.type) if k not in computed)):
        if outputs.get(key) is None:
            outputs[key] = words.output(key)
    if "tags" in resource.inputs or config.get("defaultTags"):
        defaults = (config.get("defaultTags") or {}).get("tags") or {}
        outputs["tagsAll"] = {**defaults, **(resource.inputs.get("tags") or {})}
    return replace(resource, id=words.id if given_id is None else given_id, outputs=outputs)


class _Words:
    """Fills templates for one resource."""

    def __init__(self, resource: Resource, scope: Scope, known: Mapping[str, Any]) -> None:
        self._resource = resource
        self._scope = scope
        self._known = known
        self._seed = resource.seed or resource.urn

    @property
    def name(self) -> str:
        """The physical name: the given one, or a generated one as Pulumi makes it, `<logical>-<7 hex digits>`."""
        key = self._known.get("name", "")
        given = self._resource.inputs.get(key) if key else None
        if isinstance(given, str) and given:
            return given
        prefix = self._resource.inputs.get(f"{key}Prefix") if key else None
        start = (
            prefix if isinstance(prefix, str) and prefix else f"{self._known.get('before', '')}{self._resource.name}-"
        )
        end = ".fifo" if self._resource.inputs.get("fifoQueue") or self._resource.inputs.get("fifoTopic") else ""
        room = int(self._known.get("limit", 255)) - 7 - len(end)
        name = f"{start[:room]}{self._hex('name', 7)}{end}"
        return name.lower() if self._known.get("lower") else name

    @property
    def id(self) -> str:
        """The provider's id."""
        template = self._known.get("id")
        if template:
            return self.fill(template)
        return self.name if self._known.get("name") else f"{self._resource.name}-{self._hex('id', 7)}"

    def output(self, key: str) -> Any:
        """A computed output."""
        template = self._known.get("outputs", {}).get(key)
        if template is not None:
            return self.fill(template) if isinstance(template, str) else template
        return self._by_form(key, _declared(self._resource.type).get(key, "str"))

    def fill(self, template: str) -> str:
        """The template with every hole filled."""
        return _HOLE.sub(lambda m: self._word(m.group(1), int(m.group(2) or 0)), template)

    def _word(self, word: str, length: int) -> str:
        match word:
            case "partition" | "region" | "account" | "suffix":
                return str(getattr(self._scope, word))
            case "name":
                return self.name
            case "logical":
                return self._resource.name
            case "hex":
                return self._hex("hex", length)
            case "digits":
                return "".join(str(int(c, 16) % 10) for c in self._hex("digits", length))
            case "alnum":
                return "".join(_ALNUM[int(c, 16)] for c in self._hex("alnum", length))
            case "id":
                return self.id
            case _ if word.startswith("inputs."):
                value = self._resource.inputs.get(word.removeprefix("inputs."))
                return "" if value is None else str(value)
            case _:
                given = self._resource.inputs.get(word)
                return str(given if given is not None else self.output(word))

    def _hex(self, purpose: str, length: int) -> str:
        digest = hashlib.sha256(f"{self._seed}|{purpose}".encode()).hexdigest()
        while len(digest) < length:
            digest += hashlib.sha256(digest.encode()).hexdigest()
        return digest[:length]

    def _by_form(self, key: str, kind: str) -> Any:
        if kind != "str":
            # Made-up structure helps nobody: an empty list or object runs every apply that iterates.
            return {"int": 0, "float": 0.0, "bool": False, "list": [], "dict": {}}.get(kind)
        service = _module(self._resource.type).split("/")[0]
        if key.lower().endswith("arn"):
            where = f"{self._scope.region}:{self._scope.account}"
            return f"arn:{self._scope.partition}:{service}:{where}:{self._resource.name}-{self._hex(key, 7)}"
        lowered = key.lower()
        if lowered.endswith(("url", "uri")):
            return (
                f"https://{self._resource.name}-{self._hex(key, 7)}.{service}.{self._scope.region}.{self._scope.suffix}"
            )
        if lowered.endswith(("endpoint", "dnsname", "domainname", "address")):
            return f"{self._resource.name}-{self._hex(key, 7)}.{service}.{self._scope.region}.{self._scope.suffix}"
        if lowered in ("ownerid", "accountid", "registryid", "keyownerid"):
            return self._scope.account
        if lowered == "region":
            return self._scope.region
        return f"{self._resource.name}-{self._hex(key, 7)}"


def _module(type_token: str) -> str:
    """`s3` of `aws:s3/bucket:Bucket`."""
    parts = type_token.split(":")
    return parts[1].split("/")[0] if len(parts) > 1 else ""


@functools.cache
def _tables(module: str) -> Mapping[str, Mapping[str, Any]]:
    path = resources.files("stackwright.engine") / "data" / "identity" / f"{module}.toml"
    if not path.is_file():
        return {}
    return cast("Mapping[str, Mapping[str, Any]]", tomllib.loads(path.read_text(encoding="utf-8")))


@functools.cache
def _all_declared() -> Mapping[str, Mapping[str, str]]:
    path = resources.files("stackwright.engine") / "data" / "outputs.json"
    return cast("Mapping[str, Mapping[str, str]]", json.loads(path.read_text(encoding="utf-8"))["types"])


def _declared(type_token: str) -> Mapping[str, str]:
    """Output-only properties of a type and their kinds."""
    return _all_declared().get(type_token, {})
