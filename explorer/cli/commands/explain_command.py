"""`explain`: which places of a picture spoke for a class."""

import json
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from PIL import Image

from explorer.cli.options.chosen_network import (
    ClassIndexOption,
    ClassNameOption,
    FactsFormat,
    FormatOption,
    ImageArgument,
    LayerOption,
    StageOption,
    Subject,
    WeightsOption,
    choose_network,
    computing,
    look_at,
    require_in_range,
)
from explorer.cli.options.network_options import NetworkOptions, network_options
from explorer.cli.options.told_options import HeadOption, LabelsOption, PoolingOption, PreprocessingOption, told
from explorer.cli.output.explanation_table import explanation_lines, from_here
from explorer.cli.output.output_folder import check_folder, folder_named, write_together
from explorer.errors import ConfigError
from explorer.figures.badge import badge_of
from explorer.figures.maps.colour_maps import symmetric_limits
from explorer.figures.maps.overlay import overlay, png_bytes
from explorer.vision.checks.faithfulness import faithfulness_passes
from explorer.vision.checks.judgement import judge
from explorer.vision.checks.sanity import CHECKED
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.table import METHODS
from explorer.vision.methods.target import Target
from explorer.vision.methods.upscaling import upscaled
from explorer.vision.reports.evidence import FACTS_FILE, explanation_facts, exported_map, facts_bytes, npy_bytes

MAP_FILE, OVERLAY_FILE = "map.npy", "overlay.png"

_LEAST_PX, _MOST_PX = 320, 640
"""The overlay's longer side: smaller pictures are enlarged, so that a badge on them can be read."""

_OPACITY = 0.75


@network_options
@np.errstate(over="ignore", invalid="ignore")  # what overflows is refused below, in words
def explain(
    options: NetworkOptions,
    context: typer.Context,
    image: ImageArgument,
    layer: LayerOption = None,
    stage: StageOption = None,
    method: Annotated[str, typer.Option(metavar="|".join(METHODS), help="How the map is made.")] = "grad-cam",
    class_index: ClassIndexOption = None,
    class_name: ClassNameOption = None,
    against: Annotated[
        int | None, typer.Option(metavar="N", help="Ask what tells the class from this other one, by its index.")
    ] = None,
    weights: WeightsOption = None,
    preprocessing: PreprocessingOption = None,
    pooling: PoolingOption = None,
    head: HeadOption = None,
    labels: LabelsOption = None,
    signed: Annotated[
        bool, typer.Option("--signed", help="Keep what speaks against the class, below 0, in the map.")
    ] = False,
    scores: Annotated[
        bool,
        typer.Option(
            help=f"Test the map too: deletion and insertion ({faithfulness_passes()} passes) and, where the method "
            "allows it, the same map with random weights above the layer."
        ),
    ] = True,
    folder: Annotated[
        Path,
        typer.Option(
            "--output",
            metavar="DIR",
            parser=folder_named,
            help=f"Where to write {MAP_FILE}, {OVERLAY_FILE} and {FACTS_FILE}.",
        ),
    ] = Path("explanation"),
    output: FormatOption = FactsFormat.TABLE,
) -> None:
    """Explains what a network saw: a heat map of the places of a picture that spoke for a class."""
    from explorer.compute import answers

    chosen_method = _method(method, has_place=(layer or stage) is not None, signed=signed)
    check_folder(folder, (MAP_FILE, OVERLAY_FILE, FACTS_FILE))
    network = choose_network(computing(context), options, weights, told(options, preprocessing, pooling, head, labels))
    network.require_head("explain")
    tap = network.tap(layer, stage) if METHODS[chosen_method].layered else None
    index = network.class_index(class_index, class_name)
    network.check_target(index, against)
    subject = look_at(network, image)
    target = Target(int(subject.of_pass.logits.argmax()) if index is None else index, against)

    title = METHODS[chosen_method].title
    heat_map = subject.ask_long(title, answers.heat_map, chosen_method, tap, target)
    judgement = judge(heat_map)
    require_in_range(heat_map.signed, "the map's cells", subject.of_pass.provenance)
    tests: dict[str, Any] = {}
    if tap is not None:
        tests["branch_share"] = subject.ask(answers.branch_share, tap, target)
    if scores:
        tests["faithfulness"] = subject.ask_long("Deletion and insertion", answers.faithfulness, heat_map)
    if scores and chosen_method in CHECKED:
        tests["sanity_check"] = subject.ask(answers.sanity_check, heat_map)
    facts = explanation_facts(subject.circumstances, subject.of_pass, heat_map, judgement, signed=signed, **tests)
    files = {
        MAP_FILE: npy_bytes(exported_map(heat_map, signed)),
        OVERLAY_FILE: _overlay(subject, heat_map, signed),
        FACTS_FILE: facts_bytes(facts),
    }
    write_together(folder, files)
    if output is FactsFormat.JSON:
        typer.echo(json.dumps(facts, indent=1))
    else:
        again = from_here(facts["command"], image, network.source)
        for line in explanation_lines(facts, [folder / name for name in files], again):
            typer.echo(line)


def _method(name: str, *, has_place: bool, signed: bool) -> str:
    """The method of that name, if it can do what else was asked for.

    Raises:
        ConfigError: If there is none, or it cannot; names the nearest.
    """
    name = {_plain(known): known for known in METHODS}.get(_plain(name), name)
    if name not in METHODS:
        near = get_close_matches(name.lower(), METHODS, n=2, cutoff=0.4)
        hint = f"; the nearest {'are' if len(near) > 1 else 'is'} {', '.join(near)}" if near else ""
        raise ConfigError(f"--method must be one of {', '.join(METHODS)}, got {name!r}{hint}")
    facts = METHODS[name]
    if has_place and not facts.layered:
        raise ConfigError(f"{facts.title} looks at the picture itself: leave --layer and --stage out")
    if signed and not facts.signed:
        raise ConfigError(f"{facts.title} has no values below 0: leave --signed out")
    return name


def _plain(name: str) -> str:
    """A name as people type it: gradcam, Grad-CAM and GRAD_CAM are one."""
    return re.sub(r"[-_ ]", "", name).lower()


def _overlay(subject: Subject, heat_map: HeatMap, signed: bool) -> bytes:
    """The map over the picture, as PNG: in all the colours there are between 0 and its maximum."""
    width, height = subject.image.size
    scale = min(max(max(width, height), _LEAST_PX), _MOST_PX) / max(width, height)
    width, height = (max(1, round(side * scale)) for side in (width, height))
    values = exported_map(heat_map, signed)
    low, high = symmetric_limits(values) if signed else (0.0, float(values.max()))
    picture = overlay(
        np.asarray(subject.image.resize((width, height), Image.Resampling.LANCZOS)),
        upscaled(values, heat_map.field, heat_map.input_size, height, width),
        colour_map="balance" if signed else "viridis",
        low=low,
        high=high,
        opacity=_OPACITY,
        badge=badge_of(heat_map.provenance.state),
    )
    return png_bytes(picture)
