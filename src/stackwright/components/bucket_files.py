"""Files of a web site in a bucket, each with its type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

import pulumi
from pulumi_aws import s3

from .bucket import Bucket
from .component import Component, Transform
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


class BucketFiles(Component):
    """Objects that the program keeps as they are in the folder.

    Args:
        bucket: where they go.
        root: absolute folder of the files.
        files: every file, relative to `root`, with `/` between folders; it is the key as well.
        texts: further objects by key, whose text the program knows, such as the URL of its API.
        cache_control: how long browsers and caches may keep an object unasked; with `no-cache` they ask each time
            whether it changed.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: the folder is relative, a file is not there, or its type is not known.
    """

    def __init__(
        self,
        name: str,
        *,
        bucket: Bucket,
        root: Path,
        files: Sequence[str],
        texts: Mapping[str, pulumi.Input[str]] | None = None,
        cache_control: str = "no-cache",
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        texts = texts or {}
        _check(name, root, files, texts)
        super().__init__("BucketFiles", name, transform=transform, opts=opts)

        self._bucket = bucket
        self._cache_control = cache_control
        for key in files:
            self._put(key, source=pulumi.FileAsset(str(root / key)))
        for key, text in texts.items():
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


def _check(name: str, root: Path, files: Sequence[str], texts: Iterable[str]) -> None:
    if not root.is_absolute():
        raise ComponentError(
            f"{name}: root {root} depends on the working directory", fix='write Path(__file__).parent / "content"'
        )
    missing = [key for key in files if not (root / key).is_file()]
    if missing:
        raise ComponentError(f"{name}: {', '.join(missing)} is not in {root}", fix="list files that exist")
    untyped = [key for key in (*files, *texts) if PurePosixPath(key).suffix not in CONTENT_TYPES]
    if untyped:
        raise ComponentError(
            f"{name}: {', '.join(untyped)} has an ending of no known type", fix=f"use {', '.join(CONTENT_TYPES)}"
        )
