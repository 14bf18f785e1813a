"""What an editor offers at a finding: to mend it, and to accept it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsprotocol import types
from pygls.workspace import PositionCodec

from stackwright.editing.edits import Edit
from stackwright.lsp.diagnostics import Shown
from stackwright.rules.finding import Finding
from stackwright.rules.fixing import Fixes
from stackwright.rules.lines import Lines
from stackwright.rules.registry import rules

_OF_CHECK = "STW"  # begins the codes of what cannot be accepted


def actions(uri: str, text: str, shown: Iterable[Shown], codec: PositionCodec) -> Iterator[types.CodeAction]:
    """The actions at some findings of a file.

    Args:
        text: the file, as it stands in the editor.
        codec: counts characters as the editor does.
    """
    lines = Lines(None, {"": text.replace("\r\n", "\n")})
    as_said = [f"{line}\n" for line in lines.lines("")]
    fixes = Fixes()
    for one in shown:
        if one.finding is None or not uri.endswith(".py"):
            continue
        # Edits are of the text that was checked.
        edits = fixes.of(one.finding, text) if text.replace("\r\n", "\n") == one.text else ()
        if edits:
            changes = [types.TextEdit(codec.range_to_client_units(as_said, _range(edit)), edit.text) for edit in edits]
            yield _action(uri, one, f"Mend {one.finding.code}: {_short(one.finding)}", changes, preferred=True)
        if not one.finding.code.startswith(_OF_CHECK):
            comment = _comment(lines, one)
            yield _action(uri, one, f"Accept {one.finding.code} here, with a reason to write", [comment])


def explanation(code: str) -> str:
    """A rule's page."""
    rule = rules()[code]
    return f"**{code} {rule.name}** ({rule.severity})\n\n{rule.docstring}"


def _comment(lines: Lines, shown: Shown) -> types.TextEdit:
    """A comment above the statement. The reason is left to write: until it is there, the comment has no effect."""
    assert shown.finding is not None
    first = lines.statement("", shown.diagnostic.range.start.line + 1) - 1
    texts = lines.lines("")
    line = texts[first] if first < len(texts) else ""
    indent = line[: len(line) - len(line.lstrip())]
    place = types.Position(first, 0)
    return types.TextEdit(types.Range(place, place), f"{indent}# stackwright: ignore[{shown.finding.code}] \n")


def _action(
    uri: str, shown: Shown, title: str, edits: list[types.TextEdit], *, preferred: bool = False
) -> types.CodeAction:
    return types.CodeAction(
        title=title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown.diagnostic],
        is_preferred=preferred or None,
        edit=types.WorkspaceEdit(changes={uri: edits}),
    )


def _range(edit: Edit) -> types.Range:
    return types.Range(
        types.Position(edit.line - 1, edit.column - 1), types.Position(edit.end_line - 1, edit.end_column - 1)
    )


def _short(finding: Finding) -> str:
    """The first line of what to write."""
    return finding.fix.partition("\n")[0]
