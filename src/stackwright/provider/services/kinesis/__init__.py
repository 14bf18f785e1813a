"""Amazon Kinesis Data Streams and Amazon Data Firehose, which share a module of the SDK."""

from __future__ import annotations

from typing import Final

from stackwright.provider.provisioner import Provisioner
from stackwright.provider.services.kinesis import firehose, streams

PROVISIONERS: Final[tuple[type[Provisioner], ...]] = (*streams.PROVISIONERS, firehose.FirehoseDeliveryStream)

FUNCTIONS: Final = streams.FUNCTIONS
