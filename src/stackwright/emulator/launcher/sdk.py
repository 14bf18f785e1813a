"""The AWS SDK that Lambda's own runtime brings, and nothing else of our environment."""

from __future__ import annotations

import importlib.metadata
import threading
from pathlib import Path

# https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html#python-sdk-included
DISTRIBUTIONS = ("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3")


class SdkDirectory:
    """A directory of links to exactly these distributions, made when first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._made = False

    def path(self) -> Path:
        with self._lock:
            if not self._made:
                self._make()
                self._made = True
        return self._path

    def _make(self) -> None:
        self._path.mkdir(parents=True)
        for name in DISTRIBUTIONS:
            distribution = importlib.metadata.distribution(name)
            # The first part of each installed file's path: packages, single modules and the metadata directory.
            top_level = {
                file.parts[0] for file in distribution.files or () if file.parts[0] not in ("..", "__pycache__")
            }
            for entry in sorted(top_level):
                (self._path / entry).symlink_to(str(distribution.locate_file(entry)))
