"""What the browser gets for the parts that Streamlit does not have: HTML, CSS and JavaScript, each in a file."""

from functools import cache
from pathlib import Path


@cache
def browser_file(name: str) -> str:
    """The text of a file in this folder."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
