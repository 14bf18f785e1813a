"""An editor that speaks to the language server, by pygls' own client."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

_SECONDS = 60.0
_T = TypeVar("_T")


class Editor:
    """Opens, saves and asks; keeps what is published.

    Args:
        folders: of the workspace.
        encoding: how it counts characters, apart from UTF-16.
    """

    def __init__(self, *folders: Path, encoding: types.PositionEncodingKind | None = None) -> None:
        self.client = LanguageClient("editor", "1")
        self.folders = folders
        self.encoding = encoding
        self.published: dict[Path, list[types.Diagnostic]] = {}
        self.history: list[tuple[Path, list[str]]] = []
        self.messages: list[str] = []
        self.progress: list[str] = []
        self._changed = asyncio.Condition()

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        async def _(params: types.PublishDiagnosticsParams) -> None:
            path = (
                Path.from_uri(params.uri) if sys.version_info >= (3, 13) else Path(params.uri.removeprefix("file://"))
            )
            self.published[path] = list(params.diagnostics)
            self.history.append((path, [str(d.code) for d in params.diagnostics]))
            await self._tell()

        @self.client.feature(types.WINDOW_LOG_MESSAGE)
        async def _(params: types.LogMessageParams) -> None:
            self.messages.append(params.message)
            await self._tell()

        @self.client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
        def _(params: types.WorkDoneProgressCreateParams) -> None:
            self.progress.append("create")

        @self.client.feature(types.PROGRESS)
        async def _(params: types.ProgressParams) -> None:
            value = params.value
            self.progress.append(value["kind"] if isinstance(value, dict) else value.kind)
            await self._tell()

        @self.client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def _(params: types.RegistrationParams) -> None:
            self.registered = params.registrations

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def __aenter__(self) -> Editor:
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        command = str(Path(sys.executable).with_name("stackwright"))
        await self.client.start_io(command, "lsp", "--python", "current", env=environment)
        general = types.GeneralClientCapabilities(position_encodings=[self.encoding]) if self.encoding else None
        watched = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
        workspace = types.WorkspaceClientCapabilities(did_change_watched_files=watched, workspace_folders=True)
        window = types.WindowClientCapabilities(work_done_progress=True)
        self.offered = await self.client.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(workspace=workspace, general=general, window=window),
                process_id=os.getpid(),
                workspace_folders=[types.WorkspaceFolder(uri=f.as_uri(), name=f.name) for f in self.folders],
            )
        )
        self.client.initialized(types.InitializedParams())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()

    def open(self, path: Path) -> None:
        """As an editor does when a file is shown."""
        item = types.TextDocumentItem(path.as_uri(), "python", 1, path.read_text(encoding="utf-8"))
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def save(self, path: Path, text: str) -> None:
        """Write it, and say so."""
        path.write_text(text, encoding="utf-8")
        self.type(path, text)
        saved = types.TextDocumentIdentifier(path.as_uri())
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(saved))

    def type(self, path: Path, text: str) -> None:
        """Change it, and do not save it."""
        document = types.VersionedTextDocumentIdentifier(version=2, uri=path.as_uri())
        whole = [types.TextDocumentContentChangeWholeDocument(text)]
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, whole))

    def codes(self, path: Path) -> list[str]:
        """Of the findings that it shows."""
        return [str(d.code) for d in self.published.get(path, [])]

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for something to hold."""
        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(holds), _SECONDS)
            except TimeoutError:
                raise AssertionError(f"published: {self.history}; said: {self.messages}") from None

    async def actions(self, path: Path, diagnostic: types.Diagnostic) -> list[types.CodeAction]:
        """What is offered at a finding."""
        answer = await self.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(path.as_uri()), diagnostic.range, types.CodeActionContext([diagnostic])
            )
        )
        return [action for action in answer or [] if isinstance(action, types.CodeAction)]

    async def hover(self, path: Path, position: types.Position) -> str:
        """The text at a position; empty when there is none."""
        document = types.TextDocumentIdentifier(path.as_uri())
        answer = await self.client.text_document_hover_async(types.HoverParams(document, position))
        return answer.contents.value if answer and isinstance(answer.contents, types.MarkupContent) else ""


def applied(text: str, edits: Mapping[str, Any]) -> str:
    """A text with the edits of one file; they touch whole lines only, or lie in one."""
    ((_, changes),) = edits.items()
    lines = text.split("\n")
    for edit in sorted(changes, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
        start, end = edit.range.start, edit.range.end
        before = _utf16(lines[start.line])[: 2 * start.character].decode("utf-16-le")
        after = _utf16(lines[end.line])[2 * end.character :].decode("utf-16-le")
        lines[start.line : end.line + 1] = f"{before}{edit.new_text}{after}".split("\n")
    return "\n".join(lines)


def _utf16(text: str) -> bytes:
    """What editors count in, two bytes each."""
    return text.encode("utf-16-le")


def driven(work: Coroutine[Any, Any, _T]) -> _T:
    """Run a test's coroutine."""
    return asyncio.run(work)
