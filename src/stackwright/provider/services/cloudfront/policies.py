"""Cache policies, origin request policies and response headers policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import present
from stackwright.provider.services.cloudfront.common import arn, shaped, unless_gone

_RENAMED: Final = {"xssProtection": "XSSProtection"}


class _Policy(Provisioner):
    """CloudFront's calls for its policies differ in the name only.

    Class attributes:
        word: the policy's name in the API's operations, `cache_policy`.
        kind: that in the API's structures, `CachePolicy`.
    """

    word: ClassVar[str]
    kind: ClassVar[str]

    def config(self, new: Inputs) -> dict[str, Any]:
        """The policy as CloudFront wants it."""
        raise NotImplementedError

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = self._call(aws, "create")(**{f"{self.kind}Config": self.config(new)})
        policy = answer[self.kind]["Id"]
        return Created(policy, {"arn": arn(aws, self.word.replace("_", "-"), policy), "etag": answer["ETag"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        config = {f"{self.kind}Config": self.config(new)}
        answer = self._call(aws, "update")(Id=id_of(old), IfMatch=self._etag(aws, old), **config)
        return {"etag": answer["ETag"]}

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: self._call(aws, "delete")(Id=id_of(old), IfMatch=self._etag(aws, old)))

    def _etag(self, aws: Aws, old: Resource) -> str:
        return self._call(aws, "get")(Id=id_of(old))["ETag"]

    def _call(self, aws: Aws, verb: str) -> Callable[..., dict[str, Any]]:
        return getattr(aws.client("cloudfront"), f"{verb}_{self.word}")


class CachePolicy(_Policy):
    type = "cloudfront/cachePolicy:CachePolicy"
    word, kind = "cache_policy", "CachePolicy"

    def config(self, new: Inputs) -> dict[str, Any]:
        parameters = new["parametersInCacheKeyAndForwardedToOrigin"]
        flags = {k: bool(parameters.get(k)) for k in ("enableAcceptEncodingGzip", "enableAcceptEncodingBrotli")}
        return {
            "Name": new["name"],
            "Comment": new.get("comment", ""),
            "MinTTL": int(new.get("minTtl", 0)),
            "DefaultTTL": int(new.get("defaultTtl", 86400)),
            "MaxTTL": int(new.get("maxTtl", 31536000)),
            "ParametersInCacheKeyAndForwardedToOrigin": shaped({**parameters, **flags}, _RENAMED),
        }


class OriginRequestPolicy(_Policy):
    type = "cloudfront/originRequestPolicy:OriginRequestPolicy"
    word, kind = "origin_request_policy", "OriginRequestPolicy"

    def config(self, new: Inputs) -> dict[str, Any]:
        parts = ("headersConfig", "cookiesConfig", "queryStringsConfig")
        return {
            "Name": new["name"],
            "Comment": new.get("comment", ""),
            **shaped({part: new[part] for part in parts}, _RENAMED),
        }


class ResponseHeadersPolicy(_Policy):
    type = "cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
    word, kind = "response_headers_policy", "ResponseHeadersPolicy"

    def config(self, new: Inputs) -> dict[str, Any]:
        parts = (
            "corsConfig",
            "securityHeadersConfig",
            "customHeadersConfig",
            "removeHeadersConfig",
            "serverTimingHeadersConfig",
        )
        given = present(**{part: new.get(part) for part in parts})
        return {"Name": new["name"], "Comment": new.get("comment", ""), **shaped(given, _RENAMED)}


PROVISIONERS = (CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy)
