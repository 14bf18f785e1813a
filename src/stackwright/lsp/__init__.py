"""A language server: what `check` finds, while the program is written.

Only `stackwright.lsp.server` imports pygls, which the extra `lsp` brings.
"""
