"""Networks side by side: stages at one height, every module once, one scale for all colours."""

import re
import time
from functools import cache
from itertools import combinations, pairwise

import pytest
from PIL import ImageFont

from explorer.configuration.registry import NETWORKS, graph_of
from explorer.counting.tally import tally
from explorer.figures.aligned.drawing import aligned_drawing
from explorer.figures.aligned.layout import aligned_layout
from explorer.figures.aligned.standing import standing
from explorer.figures.diagram.primitives import Box, Target, Words
from explorer.figures.diagram.structure import runs
from explorer.figures.heat.counted import COLOURINGS
from explorer.figures.heat.scale import heat, heats
from explorer.figures.raster import FONTS
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig
from tests.figures.test_diagram import SVG, _run_out, colour, tree

LARGEST = ("inception-v3", "xception", "resnet152", "vgg16")
COMPARED = [
    LARGEST,
    ("xception", "inception-v3"),
    ("mini-xception", "inception-v1"),
    ("mobilenet", "xception-71"),
    ("from-scratch", "lightweight", "resnet50"),
    ("no shortcuts", "no shortcuts"),
    ("75 px", "xception-65"),
]
OTHERS = {
    "no shortcuts": XceptionConfig(residual=False, middle_repeats=0),
    "75 px": InceptionV3Config(input_size=75, classes=2),
}
compared = pytest.mark.parametrize("names", COMPARED, ids=" ".join)


@cache
def counted(name):
    return tally(graph_of(OTHERS[name] if name in OTHERS else NETWORKS[name].config()))


def everything(of):
    return frozenset(module.name for module in of.module_tallies)


@compared
@pytest.mark.parametrize("is_open", [False, True], ids=["closed", "open"])
def test_each_module_stands_once_in_the_band_of_its_stage_and_nothing_overlaps(names, is_open):
    tallies = tuple(map(counted, names))
    opened = tuple(everything(of) if is_open else frozenset() for of in tallies)
    laid_out = aligned_layout(tallies, opened)
    for before, after in pairwise(laid_out.bands):
        assert before.bottom == after.top
    for of, column in zip(tallies, laid_out.columns, strict=True):
        items = [item for _, items in column.parts for item in items]
        targets = [item for item in items if isinstance(item, Target)]
        modules = [item.name for item in targets if item.kind == "module" and item.expanded is not None]
        assert modules == [run.first.name for flow in of.graph.flows for run in runs(of, flow.name)]
        assert list(column.places) == [module.name for module in of.module_tallies]
        stands = standing(of)
        owner = {layer.node.name: layer.node.module for layer in of.layers}
        boxes = []
        for item in targets:
            box, module = item.items[0], owner.get(item.name, item.name)
            band = laid_out.bands[column.places[module]]
            assert band.row.stride == stands[module]
            assert band.top < box.y and box.y + box.height < band.bottom, item.name
            boxes.append((item.name, box))
        for (_, one), (_, other) in combinations(boxes, 2):
            assert (
                one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )


@compared
def test_a_stage_begins_at_the_same_height_in_every_picture_and_says_its_size(names):
    tallies = tuple(map(counted, names))
    laid_out, drawn = aligned_drawing(tallies, (frozenset(),) * len(tallies))
    pictures = [tree(svg) for svg in drawn]
    assert len({picture.get("viewBox") for picture in pictures}) == 1
    bands = [
        [(g[0].get("y"), g[0].get("height")) for g in picture.iter(f"{SVG}g") if g.get("data-stage")]
        for picture in pictures
    ]
    assert all(each == bands[0] for each in bands)
    for position, picture in enumerate(pictures):
        said = [g[2].text for g in picture.iter(f"{SVG}g") if g.get("data-stage")]
        for text, band in zip(said, laid_out.bands, strict=True):
            stage = band.row.networks[position]
            assert text == (f"{band.row.label} · {stage.sizes}" if stage.sizes_px else band.row.label)


@pytest.mark.parametrize("name", NETWORKS)
def test_modules_stand_in_order_the_head_last_and_no_word_runs_out(name):
    of = counted(name)
    strides = [stride or 1 << 20 for stride in standing(of).values()]
    assert strides == sorted(strides)
    assert standing(of)["head"] is None
    fonts = {w: ImageFont.truetype(FONTS / f"Inter-{w}.otf", 100) for w in ("Regular", "SemiBold")}
    laid_out = aligned_layout((of, counted("vgg16")), (frozenset(), frozenset()))
    page = Box(0, 0, laid_out.width, laid_out.height, "card")
    words = [item for _, items in laid_out.columns[0].parts for item in items if isinstance(item, Words)]
    assert not [item.text for item in words if _run_out(page, item, fonts)]


def test_a_module_stands_where_most_of_its_arithmetic_is_and_of_the_rest_it_is_said_where():
    assert list(standing(counted("xception")).items())[:4] == [
        ("block1", 2),
        ("block2", 2),
        ("block3", 4),
        ("block4", 8),
    ]
    assert standing(counted("inception-v3"))["stem"] == 4
    assert standing(counted("inception-v3"))["mixed3"] == 16
    laid_out, drawn = aligned_drawing(tuple(map(counted, LARGEST)), (frozenset(),) * 4)
    assert [band.row.label for band in laid_out.bands] == ["full size", "1/2", "1/4", "1/8", "1/16", "1/32", "head"]
    texts = [[text.text for text in tree(svg).iter(f"{SVG}text")] for svg in drawn]
    assert "9 layers of this size:" in texts[0] and "in stem, below" in texts[0]
    assert "1 layer of this size:" in texts[3] and "in block5, above" in texts[3]
    assert not [text for text in texts[1] if "of this size" in text]


@pytest.mark.parametrize("name", COLOURINGS)
def test_one_scale_for_all_columns(name):
    colouring, tallies = COLOURINGS[name], tuple(map(counted, LARGEST))
    scales = heats(tallies, colouring)
    own = [heat(of, colouring) for of in tallies]
    assert {scale.low for scale in scales} == {min(each.low for each in own)}
    assert {scale.high for scale in scales} == {max(each.high for each in own)}
    assert len({scale.marks for scale in scales}) == 1
    assert [scale.amounts.whole for scale in scales] == [colouring.amounts(of).whole for of in tallies]
    # Between networks a colour is an amount.
    _, drawn = aligned_drawing(tallies, (frozenset(),) * 4, colouring)
    seen: dict[float, set[str]] = {}
    for svg, scale in zip(drawn, scales, strict=True):
        for target in (g for g in tree(svg).iter(f"{SVG}g") if g.get("aria-expanded")):
            seen.setdefault(scale.amounts.of["module", target.get("data-name")], set()).add(colour(target[1]))
    assert all(len(colours) == 1 for colours in seen.values())
    assert len(set().union(*seen.values())) > 10


def test_four_networks_are_drawn_in_no_time_and_once():
    tallies = tuple(map(counted, LARGEST))
    aligned_drawing.cache_clear()
    began = time.process_time()
    first = aligned_drawing(tallies, (frozenset({"mixed4"}), frozenset(), frozenset(), frozenset()))
    assert time.process_time() - began < 0.3
    again = tuple(tally(graph_of(NETWORKS[name].config())) for name in LARGEST)
    assert aligned_drawing(again, (frozenset({"mixed4"}), frozenset(), frozenset(), frozenset())) is first
    assert aligned_drawing.cache_info().maxsize
    assert not re.search(r"NaN|inf", "".join(first[1]))
