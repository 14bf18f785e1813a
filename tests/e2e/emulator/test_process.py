"""Starting, finding, stopping and losing the emulator."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from stackwright.emulator.launcher.directory import take
from stackwright.emulator.process import Emulator, EmulatorSettings, attach, start
from stackwright.errors import Busy, EnvironmentFailed
from stackwright.private import private_directory
from stackwright.provider.aws import Endpoint
from stackwright.testing.eventually import eventually

pytestmark = pytest.mark.e2e

PARENT = """
import sys, pathlib
from stackwright.emulator.process import EmulatorSettings, start
emulator = start(EmulatorSettings(state_dir=pathlib.Path(sys.argv[1])), lifeline=True)
if sys.argv[2] == "detach":
    emulator.detach()
print(emulator.pid, emulator.port, flush=True)
sys.stdin.read()
"""


def client(emulator: Emulator, service: str) -> Any:
    return Endpoint.of(emulator).client_as(emulator.root(), service)


def gone(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def children(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for thread in threads for child in (thread / "children").read_text().split()]


def run_parent(state_dir: Path, mode: str) -> tuple[subprocess.Popen[str], int, int]:
    command = [sys.executable, "-c", PARENT, str(state_dir), mode]
    parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid, port = parent.stdout.readline().split()
    return parent, int(pid), int(port)


def test_starts_quickly_and_stops_cleanly(tmp_path: Path) -> None:
    began = time.monotonic()
    emulator = start(EmulatorSettings(state_dir=tmp_path), lifeline=True)
    assert time.monotonic() - began < 5  # 0.2 s on an idle machine; the benchmarks hold the figure
    assert client(emulator, "sts").get_caller_identity()["Account"] == emulator.account
    emulator.stop()
    assert not emulator.alive()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(emulator.endpoint, timeout=5)
    assert not (tmp_path / "emulator.json").exists()


def test_a_port_in_use_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(EnvironmentFailed, match=f"Port {port} on 127.0.0.1 is in use"):
            start(EmulatorSettings(state_dir=tmp_path, port=port), lifeline=True)
    assert not (tmp_path / "emulator.log").exists()
    emulator = start(EmulatorSettings(state_dir=tmp_path, port=port), lifeline=True)
    assert emulator.port == port
    emulator.stop()


def test_a_second_emulator_on_one_directory_is_refused(emulator: Emulator) -> None:
    with pytest.raises(Busy, match="already runs"):
        start(EmulatorSettings(state_dir=emulator.state_dir), lifeline=True)
    assert emulator.alive()


def test_one_that_never_was_ready_and_is_going_is_waited_for(tmp_path: Path) -> None:
    """Its parent was killed while it started, so it ends by itself."""
    directory = tmp_path / "state"
    private_directory(directory)
    lock = take(directory)
    going = threading.Timer(0.5, os.close, [lock])
    going.start()
    emulator = start(EmulatorSettings(state_dir=directory), lifeline=True)
    going.join()
    assert emulator.alive()
    emulator.stop()


def test_an_emulator_that_dies_at_start_shows_its_log(tmp_path: Path) -> None:
    settings = EmulatorSettings(state_dir=tmp_path, extra={"MINISTACK_WORKER_THREADS": "no number"})
    with pytest.raises(EnvironmentFailed, match=r"died while it started[\s\S]*no number"):
        start(settings, lifeline=True)


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_the_process_that_started_it(tmp_path: Path, kill: signal.Signals) -> None:
    parent, pid, _ = run_parent(tmp_path, "stay")
    assert not gone(pid)
    parent.send_signal(kill)
    parent.communicate()
    assert eventually(lambda: gone(pid))


def test_detached_it_outlives_its_parent_and_is_found_again(tmp_path: Path) -> None:
    parent, pid, port = run_parent(tmp_path, "detach")
    parent.kill()
    parent.communicate()
    found = attach(tmp_path)
    assert found is not None
    assert (found.pid, found.port) == (pid, port)
    assert client(found, "sts").get_caller_identity()["Account"] == found.account
    found.stop()
    assert gone(pid)
    assert attach(tmp_path) is None


def test_a_stale_identity_is_not_taken_for_an_emulator(tmp_path: Path, emulator: Emulator) -> None:
    identity = (emulator.state_dir / "emulator.json").read_text()
    (tmp_path / "emulator.json").write_text(identity)
    assert attach(tmp_path) is None
    assert not (tmp_path / "emulator.json").exists()


def test_state_survives_a_graceful_stop_only(tmp_path: Path) -> None:
    settings = EmulatorSettings(state_dir=tmp_path, persist=True)
    first = start(settings, lifeline=True)
    assert not first.state_lost
    client(first, "sqs").create_queue(QueueName="kept")
    client(first, "s3").create_bucket(Bucket="kept")
    client(first, "s3").put_object(Bucket="kept", Key="key", Body=b"body")
    first.stop()

    second = start(settings, lifeline=True)
    assert not second.state_lost
    assert len(client(second, "sqs").list_queues()["QueueUrls"]) == 1
    assert client(second, "s3").get_object(Bucket="kept", Key="key")["Body"].read() == b"body"
    os.kill(second.pid, signal.SIGKILL)
    second.stop()

    third = start(settings, lifeline=True)
    assert third.state_lost
    assert client(third, "sqs").list_queues().get("QueueUrls", []) == []
    assert client(third, "s3").list_buckets()["Buckets"] == []
    third.stop()


def test_functions_keys_and_alarms_work_after_a_restart(tmp_path: Path, account: Any) -> None:
    settings = EmulatorSettings(state_dir=tmp_path, persist=True)
    first = start(settings, lifeline=True)
    there = type(account)(first)
    name = there.function("def handler(event, context):\n    return event + 1")
    assert there.invoke(name, 1) == (2, None)
    key = there.client("kms").create_key()["KeyMetadata"]["KeyId"]
    sealed = there.client("kms").encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    query = {"Id": "e", "Expression": "1 + 1", "ReturnData": True}
    there.client("cloudwatch").put_metric_alarm(
        AlarmName="math",
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        Metrics=[query],
    )
    first.stop()
    second = start(settings, lifeline=True)
    back = type(account)(second)
    assert back.invoke(name, 1) == (2, None)
    assert back.client("kms").decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"
    (alarm,) = back.client("cloudwatch").describe_alarms(AlarmNames=["math"])["MetricAlarms"]
    assert (alarm["StateValue"], alarm["Metrics"][0]["Expression"]) == ("ALARM", "1 + 1")
    second.stop()


def test_a_parent_that_dies_before_it_gives_orders_leaves_nothing() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "stackwright.emulator.launcher"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    _, said = child.communicate(timeout=30)
    assert child.returncode == 1
    assert "before it gave its options" in said


def test_an_emulator_that_was_killed_before_it_saved_anything_lost_its_state(tmp_path: Path) -> None:
    settings = EmulatorSettings(state_dir=tmp_path, persist=True)
    first = start(settings, lifeline=True)
    os.kill(first.pid, signal.SIGKILL)
    first.stop()
    second = start(settings, lifeline=True)
    assert second.state_lost
    second.stop()
    third = start(settings, lifeline=True)
    assert not third.state_lost
    third.stop()


def test_state_that_could_not_be_saved_whole_is_not_served(tmp_path: Path) -> None:
    settings = EmulatorSettings(state_dir=tmp_path, persist=True)
    first = start(settings, lifeline=True)
    client(first, "sqs").create_queue(QueueName="q")
    client(first, "sns").create_topic(Name="t")
    (tmp_path / "state").mkdir(exist_ok=True)
    (tmp_path / "state" / "sqs.json").mkdir()  # so that the file cannot be written
    first.stop()
    assert "the state of sqs could not be saved" in first.log_path.read_text()
    second = start(settings, lifeline=True)
    assert second.state_lost
    assert client(second, "sns").list_topics()["Topics"] == []
    second.stop()


def test_a_run_without_persistence_leaves_saved_state_alone(tmp_path: Path) -> None:
    kept = EmulatorSettings(state_dir=tmp_path, persist=True)
    first = start(kept, lifeline=True)
    client(first, "sqs").create_queue(QueueName="kept")
    first.stop()
    between = start(EmulatorSettings(state_dir=tmp_path), lifeline=True)
    assert client(between, "sqs").list_queues().get("QueueUrls", []) == []
    os.kill(between.pid, signal.SIGKILL)
    between.stop()
    last = start(kept, lifeline=True)
    assert not last.state_lost
    assert len(client(last, "sqs").list_queues()["QueueUrls"]) == 1
    last.stop()


def test_handlers_die_with_an_emulator_that_is_killed(tmp_path: Path, account: Any) -> None:
    emulator = start(EmulatorSettings(state_dir=tmp_path), lifeline=True)
    there = type(account)(emulator)
    there.client("lambda").invoke(
        FunctionName=there.function("import time\ndef handler(event, context):\n    time.sleep(60)", Timeout=60),
        InvocationType="Event",
    )
    assert eventually(lambda: bool(children(emulator.pid)))
    workers = children(emulator.pid)
    os.kill(emulator.pid, signal.SIGKILL)
    assert eventually(lambda: all(gone(worker) for worker in workers))
    emulator.stop()
