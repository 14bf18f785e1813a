"""The language server, driven by a client over standard input and output."""

from __future__ import annotations

import asyncio
import os

import pytest
from editor import Editor, applied, driven
from lsprotocol import types

from stackwright.testing.eventually import eventually

PROJECT = "name: shop\nruntime: python\n"
START = "import json\n\nimport pulumi\nimport pulumi_aws as aws\n\n"
QUEUE = START + 'queue = aws.sqs.Queue("jobs", name="jobs")\n'
GROUP = START + 'group = aws.cloudwatch.LogGroup("orders", name="/shop/orders")\n'
MENDED = GROUP.replace('orders")\n', 'orders", retention_in_days=30)\n')
RELATED = QUEUE + (
    'topic = aws.sns.Topic("news", name="news")\n'
    'aws.sns.TopicSubscription("jobs", protocol="sqs", endpoint=queue.arn, topic=topic.arn)\n'
)


@pytest.fixture
def project(tmp_path):
    infra = tmp_path / "work" / "infra"
    infra.mkdir(parents=True)
    (infra / "Pulumi.yaml").write_text(PROJECT)
    return infra


def test_findings_come_with_opening_and_go_with_what_is_mended(project):
    async def work():
        main = project / "__main__.py"
        main.write_text(GROUP)
        async with Editor(project.parent) as editor:
            editor.open(main)
            await editor.until(lambda: editor.codes(main))
            await editor.until(lambda: editor.progress == ["create", "begin", "end"])
            (found,) = editor.published[main]
            assert (found.code, found.source, found.severity) == (
                "LOG101",
                "stackwright",
                types.DiagnosticSeverity.Error,
            )
            assert found.message.endswith("\nFix: retention_in_days=30")
            assert found.code_description is not None
            assert found.code_description.href.startswith("https://docs.aws.amazon.com/")
            start, end = found.range.start, found.range.end
            assert GROUP.split("\n")[start.line][start.character : end.character] == "aws.cloudwatch.LogGroup"

            page = await editor.hover(main, types.Position(start.line, start.character + 3))
            assert page.startswith("**LOG101 log-group-without-retention** (leaks)")
            assert "Use instead" in page
            assert await editor.hover(main, types.Position(0, 0)) == ""

            (accept,) = await editor.actions(main, found)
            accepted = applied(GROUP, accept.edit.changes)
            editor.save(main, accepted)
            await editor.until(lambda: editor.codes(main) == ["STW001", "LOG101"])
            unreasoned, still = editor.published[main]
            assert list(unreasoned.tags) == [types.DiagnosticTag.Unnecessary]
            assert still.range.start.line == start.line + 1
            assert await editor.actions(main, unreasoned) == []

            editor.save(main, accepted.replace("[LOG101] ", "[LOG101] kept for the auditors"))
            await editor.until(lambda: editor.codes(main) == [])
            editor.save(main, GROUP)
            await editor.until(lambda: editor.codes(main) == ["LOG101"])
            editor.save(main, MENDED)
            await editor.until(lambda: editor.codes(main) == [])

    driven(work())


def test_what_can_be_mended_is_offered_and_goes_with_it(project):
    async def work():
        main = project / "__main__.py"
        text = START + 'name = "𝄞"; url = "https://" + aws.sqs.Queue("jobs", name="jobs").url\n'
        main.write_text(text)
        async with Editor(project.parent) as editor:
            editor.open(main)
            await editor.until(lambda: editor.codes(main))
            (found,) = editor.published[main]
            mend, accept = await editor.actions(main, found)
            assert (mend.is_preferred, accept.is_preferred) == (True, None)
            assert mend.title.startswith(f"Mend {found.code}: ")

            mended = applied(text, mend.edit.changes)
            assert mended.endswith(
                'name = "𝄞"; url = pulumi.Output.concat("https://", aws.sqs.Queue("jobs", name="jobs").url)\n'
            )
            editor.type(main, text + "# below\n")
            assert [a.title for a in await editor.actions(main, found)] == [accept.title], "not what was checked"

            editor.save(main, mended)
            await editor.until(lambda: editor.codes(main) == [])

    driven(work())


def test_a_program_that_cannot_run_and_settings_that_mean_nothing_are_said(project):
    async def work():
        main, settings = project / "__main__.py", project / "pyproject.toml"
        main.write_text(GROUP + "1 / 0\n")
        async with Editor(project.parent) as editor:
            editor.open(main)
            await editor.until(lambda: "RUN101" in editor.codes(main))
            failed = next(d for d in editor.published[main] if d.code == "RUN101")
            assert "ZeroDivisionError" in failed.message
            assert failed.range.start.line == GROUP.count("\n")

            editor.save(main, MENDED)
            await editor.until(lambda: editor.codes(main) == [])

            settings.write_text('[tool.stackwright]\nprofile = "strict"\n')
            change = types.FileEvent(settings.as_uri(), types.FileChangeType.Created)
            editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
            await editor.until(lambda: editor.published.get(settings))
            assert editor.published[settings][0].message.startswith("not checked: there is no profile 'strict'")

            (project / "Pulumi.yaml").unlink()
            gone = types.FileEvent((project / "Pulumi.yaml").as_uri(), types.FileChangeType.Deleted)
            editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([gone]))
            await editor.until(lambda: not editor.published[settings])

    driven(work())


def test_a_newer_check_ends_the_one_before(project, tmp_path):
    async def work():
        pids = tmp_path / "pids"
        pids.mkdir()
        endless = GROUP + (
            f"import os, pathlib\npathlib.Path({str(pids)!r}, str(os.getpid())).touch()\nwhile True:\n    pass\n"
        )
        main = project / "__main__.py"
        main.write_text(endless)
        async with Editor(project.parent) as editor:
            editor.open(main)
            await asyncio.to_thread(eventually, lambda: _alive(pids))
            editor.save(main, GROUP)
            await editor.until(lambda: editor.codes(main) == ["LOG101"])
            assert [codes for _, codes in editor.history] == [["LOG101"]], "nothing of the older one was published"
            await asyncio.to_thread(eventually, lambda: not _alive(pids))

            editor.save(main, endless)
            await asyncio.to_thread(eventually, lambda: _alive(pids))
        await asyncio.to_thread(eventually, lambda: not _alive(pids))

    driven(work())


def test_all_projects_that_a_file_belongs_to_are_checked_and_no_other(project):
    async def work():
        folder = project.parent
        for name, runtime in (("other", "python"), ("site", "nodejs"), ("unrelated/inner", "python")):
            place = folder / name
            place.mkdir(parents=True)
            (place / "Pulumi.yaml").write_text(f"name: {place.name}\nruntime: {runtime}\n")
            (place / "__main__.py").write_text(GROUP)
        (folder / "unrelated/pyvenv.cfg").touch()
        (project / "__main__.py").write_text(RELATED)
        (folder / "shared.py").write_text("LIMIT = 1\n")
        second = folder.parent / "second"
        second.mkdir()
        (second / "Pulumi.yaml").write_text(PROJECT)
        (second / "__main__.py").write_text(GROUP)

        async with Editor(folder, second) as editor:
            editor.open(folder / "shared.py")
            await editor.until(lambda: len(editor.messages) == 2)
            assert {path.parent.name for path in editor.published} == {"infra", "other"}
            found = next(d for d in editor.published[project / "__main__.py"] if d.related_information)
            assert {one.location.uri for one in found.related_information} == {(project / "__main__.py").as_uri()}

            editor.open(second / "__main__.py")
            await editor.until(lambda: editor.codes(second / "__main__.py") == ["LOG101"])
            gone = types.WorkspaceFolder(uri=second.as_uri(), name="second")
            change = types.WorkspaceFoldersChangeEvent(added=[], removed=[gone])
            editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(change))
            await editor.until(lambda: editor.codes(second / "__main__.py") == [])

    driven(work())


def _alive(pids):
    """Programs that have begun and not ended."""

    def is_alive(pid):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True

    return [pid for path in pids.iterdir() if is_alive(pid := int(path.name))]
