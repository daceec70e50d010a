"""What stands around the content: the head with its policy, style and script, the title, and where the file is from."""

from base64 import b64encode
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

import explorer
from explorer.export.markup import text
from explorer.figures.diagram.svg import style_rules

_STYLES, _SCRIPTS = ("page.css", "tables.css", "drawing.css"), ("drawing.js", "tables.js")


def document(title: str, heading: str, content: str, made: date) -> str:
    """The file around its content.

    The browser is told to ask no host for anything, and to run no script but the one that is in the file.

    Args:
        title: As a text.
        heading: As HTML.
        content: As HTML.
        made: Stands at the end.
    """
    style = "\n".join((*map(_asset, _STYLES), f".drawing {{{style_rules('page')}}}"))
    script = "\n".join(map(_asset, _SCRIPTS))
    allowed = b64encode(sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{text(title)} – Xception Explorer</title>
<style>
{style}</style>
</head>
<body>
<header>{heading}</header>
<main>
<noscript><p class="remark">Without JavaScript nothing opens and nothing can be sorted.</p></noscript>
{content}
</main>
<footer>Made by Xception Explorer {text(explorer.__version__)} on {made.isoformat()}.
This file asks no server for anything.</footer>
<aside id="note" role="region" aria-label="Chosen layer" hidden><div aria-live="polite"></div>
<button type="button" aria-label="Close">×</button></aside>
<script>{script}</script>
</body>
</html>
"""


def section(heading: str, html: str) -> str:
    """A part of the page below a heading, which is a text."""
    return f"<section><h2>{text(heading)}</h2>{html}</section>\n"


@cache
def _asset(name: str) -> str:
    return (Path(__file__).parent / "assets" / name).read_text(encoding="utf-8")
