"""The language server: which event leads to which check, and what is published of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from stackwright.lsp.actions import actions, explanation
from stackwright.lsp.checks import Checks
from stackwright.lsp.diagnostics import Diagnostics, Found, Shown
from stackwright.lsp.finding_projects import is_of_interest, project_file, projects_of
from stackwright.processes import Cancel
from stackwright.workspace.checking import CheckOptions
from stackwright.workspace.repeated_checks import Outcome, Runner

# Editors tell of files that they have open; these matter whoever changes them.
_WATCHED: Final = ("**/Pulumi*.yaml", "**/Pulumi*.yml", "**/pyproject.toml")


@dataclass(frozen=True, slots=True)
class _Checked:
    outcome: Outcome
    found: Found


class Server(LanguageServer):
    """Publishes findings of projects whose files are opened and saved."""

    def __init__(self, runner: Runner) -> None:
        # pygls says `*args` without a type.
        super().__init__("stackwright", metadata.version("stackwright"))  # pyright: ignore[reportUnknownMemberType]
        self._runner = runner
        self.loop: asyncio.AbstractEventLoop | None = None
        self.checks = Checks[_Checked](self._check, self._tell)
        self.known: set[Path] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._published: dict[str, dict[Path, list[Shown]]] = {}

    def folders(self) -> list[Path]:
        """Those of the workspace."""
        found = [uris.to_fs_path(uri) for uri in self.workspace.folders]
        root = self.workspace.root_path
        return [Path(path) for path in (*found, root) if path]

    async def look(self, uri: str, *, again: bool) -> None:
        """Check the projects that a file has to do with.

        Args:
            again: also those that have been checked.
        """
        path = _path(uri)
        if path is None or not is_of_interest(path):
            return
        # A large folder takes a while to walk through.
        for project in await asyncio.to_thread(projects_of, path, self.folders()):
            if again or project not in self.known:
                self.known.add(project)
                self.checks.want(project)

    def leave(self, folders: Iterable[Path]) -> None:
        """Folders have gone from the workspace."""
        gone = {project for project in self.known if any(project.is_relative_to(folder) for folder in folders)}
        for project in gone:
            self.checks.forget(project)
            self.known.discard(project)
            self._publish(project, {})

    def shown(self, uri: str) -> list[Shown]:
        """What is published for a file."""
        path = _path(uri)
        of_file = self._published.get(path.as_uri(), {}) if path is not None else {}
        return [one for of_project in of_file.values() for one in of_project]

    def _check(self, project: Path, cancel: Cancel) -> _Checked:
        """In the thread of the checks."""
        ended = asyncio.Event()
        self._soon(self._show_progress, project, ended)
        try:
            outcome = self._runner.run(project, cancel)
            return _Checked(outcome, Diagnostics(project, self.workspace.position_codec).of(outcome))
        finally:
            self._soon(ended.set)

    def _tell(self, project: Path, checked: _Checked) -> None:
        """In the thread of the checks, too."""
        self._soon(self._publish, project, checked.found, checked.outcome)

    def _soon(self, work: Callable[..., None], *arguments: object) -> None:
        """Do something in the thread that speaks to the editor, unless it has left."""
        with contextlib.suppress(RuntimeError):
            if self.loop is not None:
                self.loop.call_soon_threadsafe(work, *arguments)

    def _show_progress(self, project: Path, ended: asyncio.Event) -> None:
        window = self.client_capabilities.window
        if window is not None and window.work_done_progress:
            task = asyncio.create_task(self._progress(project, ended))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _progress(self, project: Path, ended: asyncio.Event) -> None:
        token = f"stackwright-{uuid.uuid4()}"
        await self.window_work_done_progress_create_async(types.WorkDoneProgressCreateParams(token))
        self.progress(types.ProgressParams(token, types.WorkDoneProgressBegin(title=f"Checking {project.name}")))
        await ended.wait()
        self.progress(types.ProgressParams(token, types.WorkDoneProgressEnd()))

    def _publish(self, project: Path, found: Found, outcome: Outcome | None = None) -> None:
        before = {uri for uri, of in self._published.items() if project in of}
        for uri in sorted(before | set(found)):
            # A file may belong to several projects.
            of_file = self._published.setdefault(uri, {})
            of_file.pop(project, None)
            if uri in found:
                of_file[project] = found[uri]
            diagnostics = [one.diagnostic for of_project in of_file.values() for one in of_project]
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics))
            if not of_file:
                del self._published[uri]
        if outcome is not None and outcome.report is not None:
            report = outcome.report
            said = f"{project}: {len(report.findings)} findings, {len(report.not_checked)} not checked"
            self.window_log_message(types.LogMessageParams(types.MessageType.Info, said))


def serve(options: CheckOptions) -> None:
    """Serve the editor at the other end of standard input and output, until it leaves."""
    # Whatever else writes to the standard output must not get between the messages.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with Runner(options) as runner:
        server = made(runner)
        try:
            server.start_io(sys.stdin.buffer, output)
        finally:
            server.checks.close()


def made(runner: Runner) -> Server:
    """A server with its features."""
    server = Server(runner)

    @server.feature(types.INITIALIZED)
    async def initialized(ls: Server, params: types.InitializedParams) -> None:
        ls.loop = asyncio.get_running_loop()
        workspace = ls.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace else None
        if watching is not None and watching.dynamic_registration:
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            wanted = types.Registration(
                "stackwright-files",
                types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                types.DidChangeWatchedFilesRegistrationOptions(watchers),
            )
            await ls.client_register_capability_async(types.RegistrationParams([wanted]))

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
        await ls.look(params.text_document.uri, again=False)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def did_save(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
        await ls.look(params.text_document.uri, again=True)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_files(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            path = _path(change.uri)
            if path is None:
                continue
            for project in sorted(ls.known):
                if project_file(project) is None:
                    ls.leave([project])
                elif path.is_relative_to(project) or project.is_relative_to(path.parent):
                    ls.checks.want(project)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_folders(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
        paths = [_path(folder.uri) for folder in params.event.removed]
        ls.leave([path for path in paths if path is not None])

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
        shown = [one.diagnostic for one in ls.shown(params.text_document.uri) if one.finding is not None]
        here = [d for d in shown if d.range.start <= params.position <= d.range.end]
        pages = dict.fromkeys(explanation(str(diagnostic.code)) for diagnostic in here)
        if not pages:
            return None
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(pages)), here[0].range)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    def code_action(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        text = ls.workspace.get_text_document(uri).source
        asked = {_key(diagnostic) for diagnostic in params.context.diagnostics}
        shown = [one for one in ls.shown(uri) if _key(one.diagnostic) in asked]
        return list(actions(uri, text, shown, ls.workspace.position_codec))

    return server


def _path(uri: str) -> Path | None:
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path) if path else None


def _key(diagnostic: types.Diagnostic) -> tuple[object, ...]:
    start, end = diagnostic.range.start, diagnostic.range.end
    return diagnostic.code, start.line, start.character, end.line, end.character
