from __future__ import annotations

import subprocess
import sys

from pulumi.runtime import rpc
from pulumi.runtime.proto import resource_pb2

from stackwright.engine.protocol import messages as protocol


def test_the_marks_are_those_of_the_sdk() -> None:
    sdk = rpc._special_sig_key, rpc._special_asset_sig, rpc._special_archive_sig, rpc._special_secret_sig
    assert sdk == (protocol.SIGNATURE, protocol.ASSET, protocol.ARCHIVE, protocol.SECRET)
    assert rpc._special_resource_sig == protocol.RESOURCE
    assert rpc._special_output_value_sig == protocol.OUTPUT
    assert rpc.UNKNOWN == protocol.UNKNOWN


def test_the_messages_are_those_of_the_sdk() -> None:
    sent = resource_pb2.RegisterResourceRequest(type="a:b:C", name="d")
    assert protocol.resource_pb2.RegisterResourceRequest.FromString(sent.SerializeToString()) == sent


def test_the_engine_does_not_import_the_sdk() -> None:
    code = "import sys, stackwright.engine.program.runner; print('pulumi' in sys.modules)"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout == "False\n"
