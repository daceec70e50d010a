"""What a person typed, or called a file, as plain words: Streamlit reads every text as Markdown."""

import re

_COMMAND = re.compile(r"(`[^`]*`)")
"""Messages set commands in backticks; what stands there is shown as it is anyway."""

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-!|$:~<>&])")
"""Markdown's own, and Streamlit's: formulas, colours and icons."""


def plain(text: str) -> str:
    """`text` so that it is shown as it is, in one line."""
    parts = _COMMAND.split(" ".join(text.split()))
    return "".join(part if _COMMAND.fullmatch(part) else _MARKUP.sub(r"\\\1", part) for part in parts)
