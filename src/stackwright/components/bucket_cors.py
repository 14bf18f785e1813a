"""Which pages of other origins may use a bucket from a browser, with signed URLs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
from pulumi_aws import s3

from .component import Component
from .errors import ComponentError

_ORIGIN: Final = re.compile(r"\*|https?://(\*\.)?[a-z0-9.-]+(:\d{1,5})?")


@dataclass(frozen=True, kw_only=True, slots=True)
class BucketCors:
    """What a browser lets a page of another origin send to a bucket, and read of the answers.

    It gives nobody access: each request is still signed.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html

    Args:
        origins: scheme, host and port of the pages, such as `https://www.example.com`; `*` for every page.
        methods: methods that a page may use.
        allowed_headers: request headers that a page may set.
        exposed_headers: headers of answers that a page may read; of an upload in parts it must read each part's ETag.
        max_age_seconds: how long a browser keeps the answer to a preflight.
    """

    origins: Sequence[str]
    methods: Sequence[str] = ("GET", "HEAD", "PUT", "POST")
    allowed_headers: Sequence[str] = ("*",)
    exposed_headers: Sequence[str] = ("ETag",)
    max_age_seconds: int = 3000

    def check(self, component: str) -> None:
        """Raise ComponentError for an origin that no browser sends, such as one with a path."""
        for origin in self.origins:
            if not _ORIGIN.fullmatch(origin):
                raise ComponentError(
                    f"{component}: {origin!r} is no origin", fix="write scheme, host and port: https://www.example.com"
                )
        if not self.origins:
            raise ComponentError(f"{component}: cors names no origin", fix="name one, or leave `cors` out")

    def declare(self, owner: Component, bucket_name: pulumi.Input[str]) -> s3.BucketCorsConfiguration:
        """The bucket's one CORS configuration."""
        rule = s3.BucketCorsConfigurationCorsRuleArgs(
            allowed_origins=list(self.origins),
            allowed_methods=list(self.methods),
            allowed_headers=list(self.allowed_headers),
            expose_headers=list(self.exposed_headers),
            max_age_seconds=self.max_age_seconds,
        )
        return s3.BucketCorsConfiguration(
            f"{owner.label}-cors", bucket=bucket_name, cors_rules=[rule], opts=owner.inside()
        )
