"""Several projects, of one name or not: each is its own; a failed `up` goes on, and all that is left can be deleted."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

QUEUE = """
    import pulumi_aws as aws
    import pulumi

    queue = aws.sqs.Queue("queue", name="queue", tags={{"checkout": "{checkout}"}})
    pulumi.export("checkout", queue.tags["checkout"])
"""


@pytest.fixture
def checkouts(project: Any, tmp_path: Path) -> list[Path]:
    """Two checkouts of one project."""
    found: list[Path] = []
    for checkout in ("one", "two"):
        written = project(QUEUE.format(checkout=checkout))
        (tmp_path / checkout).mkdir()
        found.append(Path(shutil.move(written, tmp_path / checkout / "shop")))
    return found


def test_two_checkouts_are_two_things(stackwright: Any, checkouts: list[Path], tmp_path: Path) -> None:
    one, two = checkouts
    ups = [stackwright.up(checkout) for checkout in checkouts]
    assert [up["resources"]["created"] for up in ups] == [1, 1]
    assert ups[0]["endpoint"] != ups[1]["endpoint"]
    assert [(e["project"], e["directory"]) for e in stackwright("status", "--json").json()] == [
        ("shop", str(one)),
        ("shop", str(two)),
    ]
    status = stackwright("status").out
    assert all(str(checkout) in status for checkout in checkouts)

    for command in (["down", "shop"], ["down", "shop", "--purge"], ["outputs", "-p", "shop"], ["env", "-p", "shop"]):
        refused = stackwright(*command)
        assert refused.code == 2
        assert all(str(checkout) in refused.err for checkout in checkouts)
    assert "several projects are up" in stackwright("down", cwd=tmp_path).err
    assert stackwright("outputs", "checkout", "-p", one).out == "one\n"
    assert stackwright("outputs", "checkout", cwd=two).out == "two\n"

    assert stackwright("down", two, "--purge").code == 0
    assert stackwright("outputs", "checkout", "-p", "shop").out == "one\n"
    assert stackwright("down", "shop").code == 0

    # What has been moved is the same thing.
    moved = one.rename(tmp_path / "moved")
    again = stackwright("up", moved, "--detach")
    assert "1 unchanged" in again.err
    assert f"This lay at {one} before" in again.err
    assert stackwright("down", "--all", "--purge").code == 0
    assert not any((stackwright.home / "projects").iterdir())
    stackwright.assert_nothing_left()


FAILS = """
    import pulumi
    import pulumi_aws as aws

    first = aws.sqs.Queue("first", name="first")
    aws.dynamodb.Table(
        "second",
        attributes=[{"name": "id", "type": "S"}],
        hash_key=pulumi.Config().get("key") or "missing",
        billing_mode="PAY_PER_REQUEST",
        tags={"of": first.arn},
    )
"""


@pytest.mark.parametrize("is_up", [False, True])
def test_a_failed_up_goes_on_or_goes_away(stackwright: Any, project: Any, is_up: bool) -> None:
    directory = project(FAILS, {"Pulumi.dev.yaml": "{}", "Pulumi.other.yaml": "{}"})
    if is_up:
        stackwright.up(directory, "-s", "other", "-c", "key=id", "-c", "aws:region=eu-west-1")
    failed = stackwright("up", directory, "-s", "dev", "--detach")
    assert failed.code == 2
    assert "1 resource is kept" in failed.err
    assert "run the command again" in failed.err
    assert f"stackwright down {directory} --purge" in failed.err
    assert bool(stackwright.processes()) == is_up
    went_on = stackwright.up(directory, "-s", "dev", "-c", "key=id")
    assert (went_on["resources"]["unchanged"], went_on["resources"]["created"]) == (1, 1)
    assert stackwright("up", directory, "-s", "dev", "--detach").code == 2
    assert stackwright("down", "--all", "--purge").code == 0
    assert not any((stackwright.home / "projects").iterdir())
    stackwright.assert_nothing_left()


def test_all_that_is_left_can_be_deleted(stackwright: Any, project: Any) -> None:
    """After failures at every stage: nothing is up, and yet there is something to delete."""
    assert stackwright("up", project(FAILS), "--detach").code == 2
    assert stackwright("up", project("raise ValueError\n", name="early"), "--detach").code == 2
    assert stackwright("up", project(FAILS, name="typo"), "--detach", "-s", "../x").code == 2
    (stackwright.home / "projects" / "half-made").mkdir()
    kept = stackwright.state()
    assert stackwright("down", "--all").code == 0
    assert kept.exists()
    deleted = stackwright("down", "--all", "--purge")
    assert deleted.code == 0
    assert "shop" in deleted.out
    assert not any((stackwright.home / "projects").iterdir())


def test_everything_is_its_owners_alone(stackwright: Any, two_functions: Path, tmp_path: Path) -> None:
    """Under a umask that lets everybody in, and with a home that everybody may enter."""
    stackwright.home.mkdir()
    stackwright.home.chmod(0o777)
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}

    def lax() -> None:
        os.umask(0)

    def assert_private() -> None:
        paths = [stackwright.home, *stackwright.home.rglob("*")]
        # Code has the modes of its package, below a directory that is private.
        code = stackwright.state() / "emulator" / "tmp" / "code"
        modes = {path: path.lstat().st_mode for path in paths if not path.is_symlink() and code not in path.parents}
        assert len(modes) > 10
        assert {str(p): oct(m) for p, m in modes.items() if m & 0o077} == {}

    stackwright.up(two_functions, before=lax, environment=cache)
    assert stackwright("invoke", "first", before=lax).code == 0
    assert_private()
    stackwright("down")
    for path in [stackwright.home, *(p for p in stackwright.home.rglob("*") if not p.is_symlink())]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    stackwright.up(two_functions, before=lax, environment=cache)
    top = [stackwright.home, stackwright.home / "projects", stackwright.state(), stackwright.state() / "emulator"]
    assert [oct(path.stat().st_mode & 0o777) for path in top] == ["0o700"] * 4
