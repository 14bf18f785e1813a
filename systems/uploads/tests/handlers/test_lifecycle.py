"""The state machine: every order of the steps of two actors, and a crash at every point of one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from uploads import lifecycle
from uploads.announcing import MIN_LEASE_SECONDS
from uploads.errors import AnnouncementError, AnnouncementInProgressError, AnnouncementUnrecordedError
from uploads.lifecycle import Transition
from uploads.records import UNFINISHED_UPLOAD_SECONDS, Announcement, FileRecord, Status
from uploads_actors import FILE_ID, KEY, arrived, delete, process, record_failure, store
from uploads_memory import MemoryWorld

from stackwright_handlers.errors import InfrastructureError, StorageError, TableError
from stackwright_handlers.testing import Actor, Run, explore


class Crash(BaseException):
    """The process ends here; none of its handlers gets a chance."""


def row(world: MemoryWorld) -> FileRecord:
    record = world.files.peek(FILE_ID)
    assert record is not None
    return record


def is_announced(world: MemoryWorld) -> bool:
    return row(world).status is Status.AVAILABLE and row(world).announcement is Announcement.ANNOUNCED


def is_gone(world: MemoryWorld) -> bool:
    return not world.files.rows and KEY not in world.objects.objects


def run_again(run: Run, actors: list[Actor]) -> None:
    """What the workflow does after an error."""
    for number in run.errors:
        actors[number](run.world)


def test_a_file_is_checked_and_announced_in_six_steps() -> None:
    world = arrived()

    process("execution-1")(world)

    assert world.steps.log == ["get", "open", "verified", "claim", "publish", "announced"]
    assert is_announced(world)


class TestEveryOrder:
    def test_two_executions_for_the_same_file_announce_it_once(self) -> None:
        actors: list[Actor] = [process("execution-1"), process("execution-2")]

        runs = explore(arrived, actors)

        assert len(runs) > 500
        for run in runs:
            assert all(isinstance(error, AnnouncementInProgressError) for error in run.errors.values()), run.names
            assert len(run.errors) < 2, run.names
            run_again(run, actors)
            assert is_announced(run.world), run.names
            assert len(run.world.topic.messages) == 1, run.names

    def test_a_file_that_is_deleted_while_it_is_processed_is_gone_without_an_error(self) -> None:
        runs = explore(arrived, [process("execution-1"), delete])

        assert len(runs) > 30
        for run in runs:
            assert not run.errors, run.names
            assert is_gone(run.world), run.names
            assert len(run.world.topic.messages) <= 1, run.names
            deleting = run.names.index("1:begin_delete")
            claimed = run.names.index("0:claim") if "0:claim" in run.names else len(run.names)
            if deleting < claimed:
                assert not run.world.topic.messages, run.names

    def test_an_event_that_comes_after_a_delete_records_no_orphan(self) -> None:
        world = arrived()
        delete(world)

        assert process("execution-1")(world).status is None
        assert is_gone(world)

    def test_two_deletes_are_one(self) -> None:
        for run in explore(arrived, [delete, delete]):
            assert not run.errors, run.names
            assert is_gone(run.world), run.names

    def test_storing_again_while_the_file_is_processed_changes_nothing(self) -> None:
        runs = explore(arrived, [process("execution-1"), store])

        for run in runs:
            assert not run.errors, run.names
            assert is_announced(run.world), run.names
            assert len(run.world.topic.messages) == 1, run.names

    def test_deleting_while_the_file_is_stored_leaves_an_object_that_is_recorded_as_orphan_or_none(self) -> None:
        for run in explore(MemoryWorld, [store, delete]):
            assert not run.errors, run.names
            if KEY in run.world.objects.objects:
                outcome = process("execution-1")(run.world)
                assert outcome.status in (Status.AVAILABLE, Status.ORPHANED), run.names
            else:
                assert not run.world.files.rows, run.names

    @pytest.mark.parametrize("error", ["StorageError", "AnnouncementError", "AnnouncementUnrecordedError"])
    def test_giving_up_in_one_execution_does_not_stop_another(self, error: str) -> None:
        actors: list[Actor] = [process("execution-1"), record_failure("execution-2", error)]

        for run in explore(arrived, actors):
            run_again(run, actors)
            assert is_announced(run.world), run.names
            assert len(run.world.topic.messages) == 1, run.names


def crash_at(world: MemoryWorld, step: int, when: str) -> None:
    """Let the process end before or after the effect of its n-th step."""
    seen = 0

    def count(_: str) -> None:
        nonlocal seen
        seen += 1
        if seen == step:
            raise Crash

    setattr(world.steps, when, count)


def crashed(build: Callable[[], MemoryWorld], actor: Actor, step: int, when: str) -> MemoryWorld:
    world = build()
    crash_at(world, step, when)
    with pytest.raises(Crash):
        actor(world)
    world.steps.before = world.steps.after = lambda _: None
    return world


PROCESS_STEPS = [(step, when) for step in range(1, 7) for when in ("before", "after")]
# SNS has the message, and nobody knows.
BETWEEN_PUBLISH_AND_MARK = [(5, "after"), (6, "before")]


class TestCrash:
    @pytest.mark.parametrize(("step", "when"), PROCESS_STEPS)
    def test_the_next_attempt_of_the_same_execution_completes_at_once(self, step: int, when: str) -> None:
        world = crashed(arrived, process("execution-1"), step, when)

        process("execution-1")(world)

        assert is_announced(world)
        assert len(world.topic.messages) == (2 if (step, when) in BETWEEN_PUBLISH_AND_MARK else 1)

    @pytest.mark.parametrize(("step", "when"), PROCESS_STEPS)
    def test_another_execution_completes_when_the_claim_has_expired(self, step: int, when: str) -> None:
        world = crashed(arrived, process("execution-1"), step, when)
        if row(world).announcement is Announcement.CLAIMED:
            with pytest.raises(AnnouncementInProgressError):
                process("execution-2")(world)
            world.wait(MIN_LEASE_SECONDS + 1)

        process("execution-2")(world)

        assert is_announced(world)
        assert len(world.topic.messages) == (2 if (step, when) in BETWEEN_PUBLISH_AND_MARK else 1)

    @pytest.mark.parametrize(("step", "when"), PROCESS_STEPS)
    def test_a_crash_that_nobody_retries_leaves_the_file_explained(self, step: int, when: str) -> None:
        world = crashed(arrived, process("execution-1"), step, when)

        record_failure("execution-1", "Lambda.Unknown")(world)

        record = row(world)
        if is_announced(world):
            assert len(world.topic.messages) == 1
        elif record.status is Status.AVAILABLE:
            assert record.announcement is Announcement.FAILED
            assert record.announcement_reason == "the message could not be published (Lambda.Unknown)"
        else:
            assert record.status is Status.FAILED
            assert record.reason == "the file could not be checked (Lambda.Unknown)"

    @pytest.mark.parametrize(("step", "when"), [(s, w) for s in (1, 2, 3) for w in ("before", "after")])
    def test_a_delete_is_completed_by_the_next_one(self, step: int, when: str) -> None:
        world = crashed(arrived, delete, step, when)
        if FILE_ID in world.files.rows and (step, when) != (1, "before"):
            assert row(world).status is Status.DELETING
            process("execution-1")(world)
            assert not world.topic.messages

        delete(world)

        assert is_gone(world)

    @pytest.mark.parametrize(("step", "when"), [(s, w) for s in (1, 2) for w in ("before", "after")])
    def test_storing_again_with_the_same_key_completes_it(self, step: int, when: str) -> None:
        world = crashed(MemoryWorld, store, step, when)
        if FILE_ID in world.files.rows:
            assert row(world).status is Status.UPLOADING
            assert row(world).expires_at == int(world.now.timestamp()) + UNFINISHED_UPLOAD_SECONDS

        store(world)
        process("execution-1")(world)

        assert list(world.files.rows) == [FILE_ID]
        assert is_announced(world)
        assert len(world.topic.messages) == 1


class TestFailure:
    """A failing call, unlike a crash, lets the code clean up behind itself."""

    def test_sns_down_releases_the_claim_so_that_any_attempt_may_go_on(self) -> None:
        world = arrived()
        world.steps.failures["publish"] = AnnouncementError("sns Publish failed: AuthorizationError")

        with pytest.raises(AnnouncementError):
            process("execution-1")(world)

        assert row(world).status is Status.AVAILABLE
        assert row(world).announcement is Announcement.PENDING
        assert row(world).claim_owner is None
        world.steps.failures.clear()
        process("execution-2")(world)
        assert is_announced(world)
        assert len(world.topic.messages) == 1

    def test_sns_down_for_good_leaves_the_file_available_and_says_why_it_is_not_announced(self) -> None:
        world = arrived()
        world.steps.failures["publish"] = AnnouncementError("sns Publish failed")
        for _ in range(4):
            with pytest.raises(AnnouncementError):
                process("execution-1")(world)

        record_failure("execution-1", "AnnouncementError")(world)

        assert row(world).status is Status.AVAILABLE
        assert row(world).announcement is Announcement.FAILED
        assert row(world).announcement_reason == "the message could not be published (AnnouncementError)"

    def test_a_failed_announcement_can_be_made_up_for(self) -> None:
        world = arrived()
        world.steps.failures["publish"] = AnnouncementError("sns Publish failed")
        with pytest.raises(AnnouncementError):
            process("execution-1")(world)
        record_failure("execution-1", "AnnouncementError")(world)
        world.steps.failures.clear()

        process("execution-2")(world)

        assert is_announced(world)
        assert row(world).announcement_reason is None

    def test_a_message_that_could_not_be_written_down_is_not_sent_again(self) -> None:
        world = arrived()
        world.steps.failures["announced"] = TableError("dynamodb UpdateItem failed")
        with pytest.raises(AnnouncementUnrecordedError):
            process("execution-1")(world)
        world.steps.failures.clear()

        record_failure("execution-1", "AnnouncementUnrecordedError")(world)
        process("execution-2")(world)

        assert is_announced(world)
        assert len(world.topic.messages) == 1

    @pytest.mark.parametrize(
        ("step", "failure"),
        [
            ("get", TableError("down")),
            ("open", StorageError("down")),
            ("verified", TableError("down")),
            ("claim", TableError("down")),
            ("publish", AnnouncementError("down")),
        ],
    )
    def test_the_next_attempt_completes(self, step: str, failure: InfrastructureError) -> None:
        world = arrived()
        world.steps.failures[step] = failure
        with pytest.raises(type(failure)):
            process("execution-1")(world)
        world.steps.failures.clear()

        process("execution-1")(world)

        assert is_announced(world)
        assert len(world.topic.messages) == 1

    def test_a_file_that_could_not_be_checked_can_be_checked_later(self) -> None:
        world = arrived()
        record_failure("execution-1", "StorageError")(world)
        assert row(world).status is Status.FAILED

        process("execution-2")(world)

        assert is_announced(world)
        assert row(world).reason is None


class TestDuplicates:
    def test_a_second_event_changes_nothing(self) -> None:
        world = arrived()
        process("execution-1")(world)
        before = dict(world.files.rows[FILE_ID])
        world.steps.log.clear()

        process("execution-2")(world)
        record_failure("execution-3", "StorageError")(world)

        assert world.files.rows[FILE_ID] == before
        assert len(world.topic.messages) == 1

    def test_a_second_event_costs_one_read(self) -> None:
        world = arrived()
        process("execution-1")(world)
        world.steps.log.clear()

        process("execution-2")(world)

        assert world.steps.log == ["get"]

    @pytest.mark.parametrize("late", [lifecycle.release("execution-1"), lifecycle.announced("execution-1", "late")])
    def test_who_lost_the_claim_cannot_touch_it_any_more(self, late: Transition) -> None:
        world = crashed(arrived, process("execution-1"), 5, "before")
        world.wait(MIN_LEASE_SECONDS + 1)
        now = int(world.now.timestamp())
        taken = world.files.apply(FILE_ID, lifecycle.claim("execution-2", now, now + MIN_LEASE_SECONDS))
        assert taken is not None

        assert world.files.apply(FILE_ID, late) is None
        assert row(world) == taken

    def test_nobody_takes_the_claim_of_an_invocation_that_may_still_run(self) -> None:
        world = crashed(arrived, process("execution-1"), 5, "before")
        claim_until = row(world).claim_until
        assert claim_until is not None
        assert claim_until - int(world.now.timestamp()) >= MIN_LEASE_SECONDS

        world.wait(MIN_LEASE_SECONDS - 1)

        with pytest.raises(AnnouncementInProgressError):
            process("execution-2")(world)
