"""What the browser gets for the parts that Streamlit does not have: HTML, CSS and JavaScript, each in a file."""

from functools import cache
from pathlib import Path


@cache
def browser_file(name: str) -> str:
    """The text of a file in this folder, or in a room of it: "maps/pictures.js"."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
