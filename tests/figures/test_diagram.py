"""The diagram says what the graph says: every module, every layer, every shortcut, and nothing runs out of its box."""

import io
import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageFont

from explorer.arch.graph import Flow, Graph, GraphBuilder
from explorer.arch.ops import Activation, Add, BatchNorm, Conv2D, Input
from explorer.configuration.registry import NETWORKS, PAPER, PRESETS, graph_of
from explorer.counting.tally import tally
from explorer.figures.contrast import luminance
from explorer.figures.diagram.drawing import diagram_svg, flow_svgs
from explorer.figures.diagram.layout import layout
from explorer.figures.diagram.live_maps import LiveMap, LiveMaps
from explorer.figures.diagram.primitives import SIZES, Box, Picture, Target, Words
from explorer.figures.diagram.structure import anatomy, runs
from explorer.figures.diagram.svg import PALETTES
from explorer.figures.heat.counted import COLOURINGS
from explorer.figures.heat.scale import COLOUR_MAP, heat, painted
from explorer.figures.maps.colour_bar import marked_bar_html
from explorer.figures.maps.colour_maps import COLOUR_MAPS, table
from explorer.figures.raster import FONTS, png
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig
from explorer.quantities import memory
from tests.strategies import extremes

SVG = "{http://www.w3.org/2000/svg}"
DEEP = XceptionConfig(
    middle_repeats=32,
    middle_convs=6,
    entry_convs=4,
    width=2.0,
    depth_multiplier=4,
    segments=4,
    intermediate_activation="elu",
    fully_connected=(8192, 8192, 8192),
    dropout=0.9,
    classes=20_000,
    input_size=1024,
)
PLAIN = XceptionConfig(residual=False, middle_repeats=0)
CONFIGS = {
    **{name: preset.config for name, preset in PRESETS.items()},
    "inception-v3": InceptionV3Config(),
    "inception-v3 at 75": InceptionV3Config(input_size=75, classes=2),
    "deep": DEEP,
    "plain": PLAIN,
    "one segment": XceptionConfig(segments=1, width=0.25, middle_repeats=1, middle_convs=1, entry_convs=1),
    "multiplier": XceptionConfig(depth_multiplier=4, middle_repeats=2),
}
every_network = pytest.mark.parametrize("name", CONFIGS)


@cache
def counted(name):
    return tally(graph_of(CONFIGS[name]))


def tree(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def names(svg: str, kind: str) -> list[str]:
    return [group.get("data-name") for group in tree(svg).iter(f"{SVG}g") if group.get("data-kind") == kind]


def words(svg: str) -> list[str]:
    return [text.text for text in tree(svg).iter(f"{SVG}text")]


@every_network
def test_every_module_is_drawn_once_alone_or_in_a_run_of_equals(name):
    of = counted(name)
    drawn = [run for flow in of.graph.flows for run in runs(of, flow.name)]
    assert [module for run in drawn for module in run.names] == [module.name for module in of.module_tallies]
    assert names(diagram_svg(of), "module") == [run.first.name for run in drawn]


@every_network
def test_an_opened_module_shows_exactly_its_layers(name):
    of = counted(name)
    closed = set(names("".join(diagram_svg(of)), "layer"))
    for module in of.module_tallies:
        if module.name in ("block7", "block20", "block30"):
            continue  # equal to their neighbours: one less than all is enough
        shown = names(diagram_svg(of, opened=frozenset({module.name})), "layer")
        own = [layer.node.name for layer in module.layers]
        assert len(shown) == len(set(shown))
        assert set(own) <= set(shown)
        others = {layer.node.name for layer in of.layers} - set(own)
        assert set(shown) & others <= closed


@every_network
def test_as_many_shortcut_arrows_as_additions(name):
    of = counted(name)
    arcs = [group for group in tree(diagram_svg(of)).iter(f"{SVG}g") if group.get("class") == "arc"]
    additions = {node.name for node in of.graph.nodes if isinstance(node.op, Add)}
    assert sum(int(arc.get("data-count")) for arc in arcs) == len(additions)
    assert {arc.get("data-into") for arc in arcs} <= additions


@pytest.mark.parametrize(
    ("config", "badges"),
    [
        (PAPER, ["× 8"]),
        (XceptionConfig(middle_repeats=1), []),
        (XceptionConfig(middle_repeats=32), ["× 32"]),
        (PLAIN, []),
        (InceptionV3Config(), ["× 2"]),
        (PRESETS["from-scratch"].config, ["× 8"]),
        (PRESETS["lightweight"].config, ["× 8"]),
    ],
)
def test_a_badge_counts_equal_modules_and_only_them(config, badges):
    drawn = words(diagram_svg(tally(graph_of(config))))
    assert [text for text in drawn if re.fullmatch(r"× \d+", text)] == badges


def test_modules_that_differ_in_wiring_alone_are_not_drawn_as_equal():
    def described(*, second_reads: str) -> Graph:
        builder = GraphBuilder("Wiring", (Flow("only", "Only flow"),))
        builder.enter("only", "first")
        builder.add("input", Input((9, 9, 4)))
        builder.enter("only", "a")
        builder.add("a_conv", Conv2D(4, (3, 3)), "input")
        builder.add("a_add", Add(), "a_conv", "input")
        builder.enter("only", "b")
        builder.add("b_conv", Conv2D(4, (3, 3)), "a_add")
        builder.add("b_add", Add(), "b_conv", second_reads)
        return builder.graph()

    assert "× 2" in words(diagram_svg(tally(described(second_reads="a_add"))))
    elsewhere = words(diagram_svg(tally(described(second_reads="a_conv"))))
    assert "× 2" not in elsewhere
    assert "from a_conv" in elsewhere


def test_shortcuts_of_the_tutorial_form_a_chain():
    def detached(name):
        shortcuts = {module.name: anatomy(module).shortcut for module in counted(name).module_tallies}
        return [module for module, shortcut in shortcuts.items() if shortcut is not None and shortcut.detached]

    assert detached("from-scratch") == ["block3", "block4"]
    assert detached("paper") == []


def test_what_follows_an_addition_is_drawn_after_it():
    builder = GraphBuilder("ResNet-like <&>", (Flow("only", 'Only "flow" <&>'),))
    builder.enter("only", "stem")
    x = builder.add("input", Input((9, 9, 4)))
    builder.enter("only", "unit")
    main = builder.add("unit_conv", Conv2D(4, (3, 3)), x)
    main = builder.add("unit_bn", BatchNorm(), main)
    x = builder.add("unit_add", Add(), main, x)
    builder.add("unit_out", Activation(), x)
    of = tally(builder.graph())
    (flow,) = layout(of, frozenset({"unit"}), interactive=False)
    tops = {item.name: item.items[0].y for item in flow.items if isinstance(item, Target) and item.kind == "layer"}
    assert tops["unit_bn"] < tops["unit_add"] < tops["unit_out"]
    assert 'Only "flow" <&>' in words(diagram_svg(of))


def test_branches_stand_side_by_side():
    of = counted("inception-v3")
    flow = next(f for f in layout(of, frozenset({"mixed9"}), interactive=False) if f.flow.name == "inception_c")
    boxes = {item.name: item.items[0] for item in flow.items if isinstance(item, Target) and item.kind == "layer"}
    row, column = boxes["mixed9_branch3x3_2a_conv"], boxes["mixed9_branch3x3_2b_conv"]
    before, after = boxes["mixed9_branch3x3_1_act"], boxes["mixed9_0"]
    assert row.y == column.y and row.x + row.width < column.x
    for wide in (before, after):
        assert wide.x == row.x and wide.x + wide.width == column.x + column.width
    assert before.y + before.height < row.y < row.y + row.height < after.y
    assert len({boxes[f"mixed9_branch{b}"].x for b in ("1x1_1_conv", "3x3_1_conv", "3x3dbl_1_conv", "_pool")}) == 4


def test_a_closed_module_sums_itself_up():
    drawn = words(diagram_svg(counted("paper")))
    for text in ("2 × SeparableConv 128, 3×3", "MaxPool 3×3 /2", "3 × SeparableConv 728, 3×3", "block5 … block12"):
        assert text in drawn
    assert "1×1 · 3×3 · 1×3 | 3×1" in words(diagram_svg(counted("inception-v3")))
    assert "1 segment" in words(diagram_svg(counted("one segment")))


def test_an_empty_flow_passes_through():
    drawn = words(diagram_svg(counted("plain")))
    assert "no modules; passes through" in drawn
    assert drawn.count("19 × 19 × 728 feature maps") == 4


@pytest.mark.parametrize("repeats", [2, 8, 31])
@pytest.mark.parametrize("knobs", [{}, {"width": 0.5, "middle_convs": 2, "kernel_size": 5, "input_size": 150}])
def test_what_one_more_module_would_cost_is_what_it_costs(repeats, knobs):
    config = XceptionConfig(middle_repeats=repeats, **knobs)
    before, after = (tally(graph_of(each)) for each in (config, replace(config, middle_repeats=repeats + 1)))
    drawn = words("".join(flow_svgs(before)[1:2]))
    count, params, macs = config.middle_repeats, after.params - before.params, after.macs - before.macs
    assert f"The same module {count} times" in drawn
    assert f"{count} × {params:,} = {count * params:,}" in drawn
    assert f"{count} × {macs:,} = {count * macs:,}" in drawn
    more = [(each - other) / other for each, other in ((after.params, before.params), (after.macs, before.macs))]
    assert f"parameters +{100 * more[0]:.1f} % · MACs +{100 * more[1]:.1f} %" in drawn
    sizes = [
        of.by_name[f"block{4 + n}_add"].receptive_field.rows.size for n, of in ((count, before), (count + 1, after))
    ]
    wider = sizes[1] - sizes[0]
    assert f"receptive field +{wider} px" in drawn
    middle = layout(before, frozenset(), interactive=True)[1]
    note, *chips = [i for i in middle.items if isinstance(i, Box) and i.style in ("note", "chip-on", "more")]
    assert [chip.style for chip in chips] == [*["chip-on"] * count, "more"]
    for one, other in zip(chips, [*chips[1:], Box(note.x + note.width, 0, 0, 0, "note")], strict=True):
        assert one.x + one.width < other.x
    assert wider > 0


@pytest.mark.parametrize("name", [*NETWORKS, "plain", "one segment"])
def test_what_is_repeated_is_said_of_every_run_and_of_nothing_else(name):
    of = tally(graph_of(NETWORKS[name].config() if name in NETWORKS else CONFIGS[name]))
    expected = []
    for flow in of.graph.flows:
        expected += [len(run.modules) for run in runs(of, flow.name) if len(run.modules) > 1]
    drawn = words(diagram_svg(of))
    assert [int(text.split()[3]) for text in drawn if text.startswith("The same module")] == expected
    assert (name in ("plain", "one segment", "vgg16", "mini-xception")) <= (not expected)


def live(of, warning: str = "") -> LiveMaps:
    """A map for each module with maps, each at a place of its own on the sheet."""
    known = [module.title for module in of.graph.modules()]
    maps = {
        module.name: LiveMap((64 * n, 0, 64, 64), f"{module.name} <&>", ("After the concatenation", "147 × 147 cells"))
        for n, module in enumerate(of.module_tallies)
        if len(module.output_shape) == 3
    }
    photograph = LiveMap((0, 64, 128, 128), "A cup", ("as the network", "gets it"), is_smooth=True)
    return LiveMaps("/media/x.png", (64 * len(known), 192), photograph, maps, warning)


@pytest.mark.parametrize("name", NETWORKS)
def test_each_modules_map_is_drawn_once_inside_its_card_and_the_words_fit(name):
    of = tally(graph_of(NETWORKS[name].config()))
    fonts = {w: ImageFont.truetype(FONTS / f"Inter-{w}.otf", 100) for w in ("Regular", "SemiBold")}
    maps = live(of, "RANDOM WEIGHTS")
    for opened in (frozenset(), frozenset(module.name for module in of.module_tallies)):
        flows = layout(of, opened, interactive=True, live=maps)
        drawn = [item for flow in flows for item in flow.items if isinstance(item, Picture)]
        shown = [run.names[:1] if opened else run.names for flow in of.graph.flows for run in runs(of, flow.name)]
        named = [name for names in shown for name in names if name in maps.of_modules]
        assert [each.label for each in drawn] == ["A cup", *(f"{name} <&>" for name in named)]
        for flow in flows:
            cards = [i for i in flow.items if isinstance(i, Box) and i.style == "card"]
            targets = [item for item in flow.items if isinstance(item, Target)]
            cards += [target.items[0] for target in targets if target.items[0].style == "card"]
            for item in flow.items:
                if isinstance(item, Picture) and item.label != "A cup":
                    assert any(
                        card.x < item.x
                        and item.x + item.width < card.x + card.width
                        and card.y < item.y
                        and item.y + item.height < card.y + card.height
                        for card in cards
                    )
            page = Box(0, 0, flow.width, flow.height, "card")
            texts = [(page, item) for item in flow.items if isinstance(item, Words)]
            for target in targets:
                texts += [(target.items[0], part) for part in target.items if isinstance(part, Words)]
            assert not [text.text for box, text in texts if _run_out(box, text, fonts)]
    svg = "".join(flow_svgs(of, live=maps, colouring=COLOURINGS["macs"]))
    assert svg.count('data-address="/media/x.png"') == svg.count('role="img"') == 1 + len(maps.of_modules)
    assert "&lt;&amp;&gt;" in svg


def _run_out(box: Box, text: Words, fonts: dict[str, ImageFont.FreeTypeFont]) -> bool:
    """Whether the text, set in the font of the PNG, leaves its box sideways."""
    width = fonts["SemiBold" if text.style in ("title", "name") else "Regular"].getlength(text.text)
    width *= SIZES[text.style] / 100
    left = text.x - {"start": 0, "middle": width / 2, "end": width}[text.anchor]
    return left < box.x or left + width > box.x + box.width


@pytest.mark.parametrize("config", [*CONFIGS.values(), *extremes(XceptionConfig, DEEP)], ids=repr)
def test_no_word_runs_out_of_its_box(config):
    fonts = {w: ImageFont.truetype(FONTS / f"Inter-{w}.otf", 100) for w in ("Regular", "SemiBold")}
    of = tally(graph_of(config))
    opened = frozenset(module.name for module in of.module_tallies)
    for interactive in (False, True):
        for flow in (*layout(of, frozenset(), interactive=interactive), *layout(of, opened, interactive=interactive)):
            page = Box(0, 0, flow.width, flow.height, "card")
            inside = [(page, item) for item in flow.items if isinstance(item, Words)]
            for target in (item for item in flow.items if isinstance(item, Target)):
                inside += [(target.items[0], part) for part in target.items if isinstance(part, Words)]
            assert not [text.text for box, text in inside if _run_out(box, text, fonts)]


@pytest.mark.parametrize("palette", PALETTES)
def test_the_same_network_is_drawn_the_same(palette):
    first = diagram_svg(counted("deep"), opened=frozenset({"block9"}), palette=palette)
    again = diagram_svg(tally(graph_of(DEEP)), opened=frozenset({"block9"}), palette=palette)
    assert first == again
    assert ("var(" in first) == (palette in ("auto", "page"))


def test_the_picture_says_what_it_shows():
    root = tree(diagram_svg(counted("paper")))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "Xception"
    assert "Middle flow: 19 × 19 × 728 to 19 × 19 × 728" in root.find(f"{SVG}desc").text


def test_every_button_is_reachable_and_named():
    opened = frozenset({"block6", "block13"})
    drawn = flow_svgs(counted("paper"), opened=opened, selected="block6_sepconv2")
    buttons = [g for svg in drawn for g in tree(svg).iter(f"{SVG}g") if g.get("data-kind")]
    assert all((g.get("role"), g.get("tabindex")) == ("button", "0") and g.get("aria-label") for g in buttons)
    assert len({(g.get("data-kind"), g.get("data-name")) for g in buttons}) == len(buttons)
    assert {g.get("data-name") for g in buttons if g.get("aria-expanded") == "true"} == opened
    assert [g.get("data-name") for g in buttons if g.get("aria-pressed") == "true"] == ["block6_sepconv2"]
    # Each of the eight equal modules can be opened in place of the one that is.
    assert {f"block{n}" for n in range(5, 13)} <= {g.get("data-name") for g in buttons}


def contrast(one: str, other: str) -> float:
    """As WCAG 2.1 has it, of two colours like #AABBCC."""
    lower, higher = sorted(luminance(*bytes.fromhex(colour[1:])) + 0.05 for colour in (one, other))
    return higher / lower


def colour(of: ElementTree.Element) -> str | None:
    found = re.fullmatch("fill:(#[0-9A-F]{6});fill-opacity:1", of.get("style", ""))
    return found[1] if found else None


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("cost", COLOURINGS)
def test_colours_of_costs_rise_with_them_and_every_word_on_them_is_legible(name, cost):
    of = tally(graph_of(NETWORKS[name].config()))
    colouring = COLOURINGS[cost]
    values, whole = colouring.amounts(of).of, colouring.amounts(of).whole
    attribute = {"params": "params", "macs": "macs", "memory": "activation_bytes"}[cost]
    assert whole == getattr(of, attribute) == sum(getattr(layer, attribute) for layer in of.layers)
    assert all(values["layer", layer.node.name] == getattr(layer, attribute) for layer in of.layers)
    assert all(values["module", module.name] == getattr(module, attribute) for module in of.module_tallies)
    order = ["#{:02X}{:02X}{:02X}".format(*each) for each in table(COLOUR_MAP)[:-1]]
    seen: dict[tuple[str, str], str] = {}
    for opened in (frozenset(), frozenset(module.name for module in of.module_tallies)):
        for svg in flow_svgs(of, opened=opened, colouring=colouring):
            for target in (g for g in tree(svg).iter(f"{SVG}g") if g.get("data-kind")):
                what = (target.get("data-kind"), target.get("data-name"))
                box, fill = target[1], colour(target[1])
                is_shown = what[0] == "layer" or target.get("aria-expanded") == "false"
                assert (fill is not None) == (is_shown and values[what] > 0), what
                if fill is None:
                    continue
                seen[what] = fill
                assert "hot" in box.get("class").split()
                told = {
                    "params": f"{values[what]:,} parameters",
                    "macs": f"{values[what]:,} multiply-adds",
                    "memory": f"{memory(values[what])} of feature maps",
                }
                assert told[cost] in target[0].text
                assert f"{100 * values[what] / whole:.1f} % of the network" in target.get("aria-label")
                badge = next((rect for rect in target.iter(f"{SVG}rect") if rect.get("class") == "badge"), None)
                for text in target.iter(f"{SVG}text"):
                    behind = colour(badge) if badge is not None and text.text.startswith("×") else fill
                    assert contrast(colour(text), behind) >= 4.5, (what, text.text)
    ranks = [order.index(seen[what]) for what in sorted(seen, key=values.__getitem__)]
    assert ranks == sorted(ranks)
    assert ranks[-1] - ranks[0] > 150, "differences can be seen"


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_black_or_white_is_legible_on_every_colour(name):
    for each in table(name):
        paint = painted(*map(int, each))
        assert contrast(paint.ink, paint.fill) >= 4.5


def test_the_legend_of_costs_has_its_numbers_where_their_colours_are():
    scale = heat(counted("paper"), COLOURINGS["params"])
    assert (scale.low, scale.high) == (128, counted("paper").module_tallies[-2].params)
    assert [word for _, word in scale.marks] == ["128", "1 k", "10 k", "100 k", "1 M", "4.76 M"]
    places = dict((word, place) for place, word in scale.marks)
    assert places["10 k"] - places["1 k"] == pytest.approx(places["1 M"] - places["100 k"])
    assert scale.position(10_000) == places["10 k"]
    html = marked_bar_html(COLOUR_MAP, scale.marks, title="Parameters <&>")
    assert re.findall(r"left:([\d.]+)%[^>]*>(.*?)<", html) == [(f"{100 * p:.1f}", w) for p, w in scale.marks]
    assert "Parameters &lt;&amp;&gt;" in html


def test_columns_stack_the_flows():
    def size(columns: int | None) -> tuple[float, float]:
        *_, width, height = map(float, tree(diagram_svg(counted("paper"), columns=columns)).get("viewBox").split())
        return width, height

    assert size(None) == size(3) == size(9)
    assert size(1)[0] < size(2)[0] < size(3)[0]
    assert size(1)[1] > size(2)[1] > size(3)[1]


@pytest.mark.parametrize(("palette", "paper"), [("light", (255, 255, 255)), ("dark", (20, 23, 31))])
def test_png_has_the_size_and_the_text_of_the_drawing(palette, paper):
    svg = diagram_svg(counted("plain"), palette=palette)
    *_, width, height = map(float, tree(svg).get("viewBox").split())
    image = Image.open(io.BytesIO(png(svg, zoom=1))).convert("RGB")
    assert image.size == (pytest.approx(width, abs=1), pytest.approx(height, abs=1))
    assert image.getpixel((2, 2)) == paper
    without = Image.open(io.BytesIO(png(re.sub(r"<text.*?</text>", "", svg), zoom=1))).convert("RGB")
    heading = (20, 20, 400, 80)
    assert len(without.crop(heading).getcolors()) == 1
    assert len(image.crop(heading).getcolors()) > 20


def test_png_of_nonsense_is_refused():
    with pytest.raises(ValueError, match="unknown token"):
        png("no drawing")


def test_the_fonts_have_every_character_of_every_diagram():
    characters = set()
    for name in CONFIGS:
        of = counted(name)
        opened = frozenset(module.name for module in of.module_tallies)
        characters |= set("".join(words(diagram_svg(of)) + words(diagram_svg(of, opened=opened))))
    for path in FONTS.glob("*.otf"):
        font = ImageFont.truetype(path, 40)
        blank = bytes(font.getmask("\uffff"))  # what is drawn for a character that the font lacks
        assert not [c for c in characters - {" "} if bytes(font.getmask(c)) == blank]
