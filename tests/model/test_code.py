import ast
import contextlib
import gc
import io
import sys
from dataclasses import replace
from typing import Any

import pytest

from explorer.configuration.registry import NETWORKS, PRESETS, graph_of
from explorer.counting.tally import tally
from explorer.model.keras_model.build import build
from explorer.model.keras_model.code import to_code
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig

SMALL = XceptionConfig(input_size=71, width=0.25, middle_repeats=1, middle_convs=1, classes=10)
KNOBS = replace(
    SMALL, stem_padding="same", depth_multiplier=2, kernel_size=5, segments=3, intermediate_activation="elu",
    fully_connected=(7, 5), dropout=0.25,
)  # fmt: skip
FULL_SIZE = ("xception", "from-scratch", "lightweight")  # the others: small, in tests/contract
CONFIGS = {preset.name: preset.config for name in FULL_SIZE for preset in NETWORKS[name].presets} | {
    "inception-v3": InceptionV3Config(),
    "knobs": KNOBS,
    "plain": replace(SMALL, residual=False, middle_repeats=0),
}
TOTALS = ("model.output_shape", "model.count_params()", "trainable", "macs")


def run(code: str) -> tuple[dict[str, Any], str]:
    """The script's variables and what it printed."""
    variables: dict[str, Any] = {"__name__": "__main__"}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "generated.py", "exec"), variables)
    return variables, printed.getvalue()


def wiring(model: Any) -> dict[str, tuple]:
    """Each layer's class, settings and the layers that it reads."""
    return {
        layer.name: (
            type(layer),
            layer.get_config() | {"dtype": None},
            [parent.operation.name for node in layer._inbound_nodes for parent in node.parent_nodes],
        )
        for layer in model.layers
    }


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_the_script_builds_the_same_network_and_its_assertions_hold(config):
    graph = graph_of(config)
    variables, printed = run(to_code(graph))
    assert printed == f"{graph.title}: all totals are as stated.\n"
    assert wiring(variables["model"]) == wiring(build(graph))
    variables.clear()
    gc.collect()


@pytest.mark.parametrize("total", TOTALS)
def test_each_assertion_fails_if_its_number_is_another(total):
    code = to_code(graph_of(SMALL))
    (line,) = [line for line in code.splitlines() if line.startswith(f"assert {total} == ")]
    stated = ast.literal_eval(line.removeprefix(f"assert {total} == ").rpartition(", ")[0])
    changed = (None, stated[1] + 1) if isinstance(stated, tuple) else stated + 1
    with pytest.raises(AssertionError, match=str(stated).replace("(", r"\(").replace(")", r"\)")):
        run(code.replace(line, f"assert {total} == {changed}, {total}"))


def test_the_totals_stated_are_the_tallys():
    counted = tally(graph_of(PRESETS["paper"].config))
    code = to_code(counted.graph)
    for total in (counted.params, counted.trainable_params, counted.non_trainable_params, counted.macs):
        assert f"{total:,}" in ast.get_docstring(ast.parse(code))
    assert "== 22_910_480," in code
    assert "== 8_357_403_496," in code


def test_the_text_is_the_same_every_time_and_reads_well():
    for config in CONFIGS.values():
        code = to_code(graph_of(config))
        assert code == to_code(graph_of(config))
        assert max(map(len, code.splitlines())) <= 100
        assert code.isascii()
        assert code.endswith("\n")
        assert not code.endswith("\n\n")
        assert all(line == line.rstrip() for line in code.splitlines())


def test_no_value_is_overwritten_before_its_last_reader():
    graph = graph_of(InceptionV3Config(input_size=75))
    holds: dict[str, str] = {}
    nodes = {node.name: node for node in graph.nodes}
    for statement in ast.parse(to_code(graph)).body:
        call = statement.value if isinstance(statement, ast.Assign) else None
        if not isinstance(call, ast.Call) or "layers." not in ast.unparse(call):
            continue
        layer = call.func if isinstance(call.func, ast.Call) else call
        read = [name.id for name in ast.walk(call) if isinstance(name, ast.Name) and name.id in holds]
        name = next(ast.literal_eval(k.value) for k in layer.keywords if k.arg == "name")
        assert tuple(holds[variable] for variable in read) == nodes[name].inputs
        holds[statement.targets[0].id] = name
    assert holds["logits"] == "predictions"


def test_the_script_of_a_network_too_deep_for_pythons_default_runs_all_the_same():
    deepest = replace(SMALL, middle_repeats=32, middle_convs=6, segments=2, intermediate_activation="relu")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    try:
        run(to_code(graph_of(deepest)))
    finally:
        sys.setrecursionlimit(limit)


def test_other_scripts_leave_the_limit_alone():
    assert "setrecursionlimit" not in to_code(graph_of(PRESETS["paper"].config))
