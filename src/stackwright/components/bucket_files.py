"""Files of a web site in a bucket, each with its type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Final, NotRequired

import pulumi
from pulumi_aws import s3

from .bucket import Bucket
from .component import Component, ComponentArgs
from .errors import ComponentError

# By name, not from the machine's own table: the same files get the same types everywhere.
CONTENT_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


class BucketFilesArgs(ComponentArgs):
    """Arguments of BucketFiles."""

    bucket: Bucket
    """Where they go."""
    root: Path
    """Absolute folder of the files."""
    files: Sequence[str]
    """Every file, relative to `root`, with `/` between folders; it is the key as well."""
    texts: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Further objects by key, whose text the program knows, such as the URL of its API."""
    cache_control: NotRequired[str]
    """How long browsers and caches may keep an object unasked; default `no-cache`: they ask each time if it changed."""


class BucketFiles(Component):
    """Objects that the program keeps as they are in the folder."""

    def __init__(self, name: str, args: BucketFilesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__("BucketFiles", name, args, opts)

        self._bucket = args["bucket"]
        self._cache_control = args.get("cache_control", "no-cache")
        for key in args["files"]:
            self._put(key, source=pulumi.FileAsset(str(args["root"] / key)))
        for key, text in args.get("texts", {}).items():
            self._put(key, content=text)
        self.finish()

    def _put(
        self, key: str, *, source: pulumi.Asset | None = None, content: pulumi.Input[str] | None = None
    ) -> s3.BucketObjectv2:
        return s3.BucketObjectv2(
            f"{self.label}-{key.replace('/', '-').replace('.', '-')}",
            bucket=self._bucket.bucket_name,
            key=key,
            source=source,
            content=content,
            content_type=CONTENT_TYPES[PurePosixPath(key).suffix],
            cache_control=self._cache_control,
            # An object gets the encryption and the version that the bucket has settled by then.
            opts=self.inside(depends_on=self._bucket.storage),
        )


def _check(name: str, args: BucketFilesArgs) -> None:
    root = args["root"]
    if not root.is_absolute():
        raise ComponentError(
            f"{name}: root {root} depends on the working directory", fix='write Path(__file__).parent / "content"'
        )
    missing = [key for key in args["files"] if not (root / key).is_file()]
    if missing:
        raise ComponentError(f"{name}: {', '.join(missing)} is not in {root}", fix="list files that exist")
    keys = [*args["files"], *args.get("texts", {})]
    untyped = [key for key in keys if PurePosixPath(key).suffix not in CONTENT_TYPES]
    if untyped:
        raise ComponentError(
            f"{name}: {', '.join(untyped)} has an ending of no known type", fix=f"use {', '.join(CONTENT_TYPES)}"
        )
