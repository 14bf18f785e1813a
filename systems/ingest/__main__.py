"""ingest: objects put into a bucket become items of a table, alike in dev, staging and prod, each in its own account.

bucket data --> rule s3-object-created --> process-data --> table items
                                                                | its stream, in prod only
                                                            replicate --> items-writer, a role of staging --> its items
"""

from __future__ import annotations

import pulumi
from environments import plan
from ingest_environment import IngestEnvironment

built = plan()
for name, value in IngestEnvironment(built.config, built.pair).outputs.items():
    pulumi.export(name, value)
