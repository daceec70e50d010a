import ast
import subprocess
import sys
from pathlib import Path

import pytest

import explorer

PACKAGE = Path(explorer.__file__).parent

# What each part may import of the others; `explorer.errors` and `explorer.quantities` are open to all.
DESCRIPTION = {"arch", "networks", "configuration", "counting"}
ALLOWED = {
    "arch": set(),
    "networks": {"arch"},
    "configuration": {"arch", "networks"},
    "counting": {"arch", "networks", "configuration"},
    "model": DESCRIPTION,
    "vision": DESCRIPTION | {"model"},
    "compute": DESCRIPTION | {"model", "vision"},
    "figures": DESCRIPTION,
    "export": DESCRIPTION | {"figures"},
    "cli": DESCRIPTION | {"model", "vision", "figures", "export", "compute"},
    "tour": DESCRIPTION,
    "chapters": DESCRIPTION | {"tour"},  # which knows the pages
    "ui": DESCRIPTION | {"tour", "chapters"} | {"model", "vision", "figures", "export", "compute"},
    "serving": DESCRIPTION | {"model", "vision", "compute"},
    "app_pages": DESCRIPTION | {"chapters"} | {"model", "vision", "figures", "compute", "ui"},
}
ONLY_IN = {
    "streamlit": {"ui", "app_pages", "app.py"},
    "plotly": {"figures"},
    "tensorflow": {"model"},
    "keras": {"model"},
    "openvino": {"model"},
    "typer": {"cli"},
    "ray": {"compute"},
}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path):
    part = path.relative_to(PACKAGE).parts[0]
    for name in imported(path):
        top, *rest = name.split(".")
        if top == "explorer" and rest and part in ALLOWED and (PACKAGE / rest[0]).is_dir():
            assert rest[0] == part or rest[0] in ALLOWED[part], f"{part} must not import {name}"
        if top in ONLY_IN:
            assert part in ONLY_IN[top], f"{part} must not import {top}"
        if part in {*DESCRIPTION, "tour", "chapters"}:
            assert top in sys.stdlib_module_names or top == "explorer", f"{part} must not import {name}"


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("explorer.counting.tally", {"numpy", "streamlit", "plotly", "tensorflow", "keras", "openvino"}),
        ("explorer.cli.program", {"streamlit", "tensorflow", "keras", "openvino"}),
        ("explorer.app", {"explorer.ui.session.cache", "explorer.ui.frame", "tensorflow", "keras", "openvino"}),
        ("explorer.ui.session.cache", {"tensorflow", "keras", "openvino"}),
        ("explorer.compute.workers.pool", {"ray", "tensorflow", "keras", "openvino"}),
        ("explorer.compute.on_ray.cluster", {"ray", "tensorflow", "keras", "openvino"}),
    ],
)
def test_heavy_libraries_wait_until_needed(module, absent):
    script = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not absent & set(loaded)
