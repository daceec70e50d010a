"""`classify`: real photographs by real weights."""

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from explorer.cli.inputs import read_picture, weights_asked_for
from explorer.cli.options import turned
from explorer.configuration.registry import graph_of
from explorer.errors import ExplorerError
from explorer.model.engines.choice import chosen_engine, create
from explorer.model.engines.engine import Engine
from explorer.model.weights.labels import labels as labels_of
from explorer.model.weights.sources import SOURCES
from explorer.model.weights.trained_networks import load_trained
from explorer.model.weights.transplant import transplant
from explorer.vision.classify import classify as classified
from explorer.vision.pictures.images import decode, network_input
from explorer.vision.results import Prediction


class PredictionFormat(StrEnum):
    """How `classify` prints."""

    TABLE = "table"
    JSON = "json"


@np.errstate(over="ignore", invalid="ignore")  # of logits that overflow the result says so
def classify(
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE...", help="Pictures: PNG, JPEG, WebP, HEIC, ...")],
    weights: Annotated[
        str | None,
        typer.Option(
            metavar=f"{'|'.join(SOURCES)}|PATH",
            help="Which weights, or a Keras .weights.h5, .h5 or .keras file; the first that are here if left out.",
        ),
    ] = None,
    middle_repeats: Annotated[
        str | None, typer.Option(metavar="N", help="Modules of the middle flow, of which the weights know eight.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many classes to show.")] = 5,
    output: Annotated[PredictionFormat, typer.Option("--format", help="table or json.")] = PredictionFormat.TABLE,
) -> None:
    """Says what is on pictures. Bad pictures are reported, the others classified all the same."""
    if remark := chosen_engine().remark:
        typer.echo(remark, err=True)
    source = weights_asked_for(weights)
    name, trained = weights or source.name, load_trained(source)
    config = trained.config
    if middle_repeats is not None:
        config = turned(config, {"middle_repeats": middle_repeats})
    engine = create(graph_of(config), transplant(config, trained.config, trained.weights))
    labels = [label.name for label in labels_of(trained.labels)] if trained.labels else None

    results = [_result(path, name, engine, config.input_size, labels, top) for path in images]
    if output is PredictionFormat.JSON:
        typer.echo(json.dumps(results, indent=1))
    else:
        for result in results:
            _print(result)
    if any("error" in result for result in results):
        raise typer.Exit(1)


def _result(
    path: Path, weights: str, engine: Engine, input_size: int, labels: Sequence[str] | None, top: int
) -> dict[str, Any]:
    try:
        prediction = classified(engine, network_input(decode(read_picture(path)), input_size), labels, top)
    except ExplorerError as error:
        return {"image": str(path), "error": str(error)}
    return {
        "image": str(path),
        "weights": weights,
        "state": prediction.provenance.state,
        "changes": list(prediction.provenance.changes),
        "input_size": input_size,
        "top": [{"index": each.index, "label": each.label, "probability": each.probability} for each in prediction.top],
        **_certainty(prediction),
        "seconds": round(prediction.seconds, 4),
    }


def _certainty(prediction: Prediction) -> dict[str, float]:
    return {"entropy_bits": prediction.entropy_bits, "max_entropy_bits": prediction.max_entropy_bits}


def _print(result: dict[str, Any]) -> None:
    if "error" in result:
        typer.echo(f"{result['image']}\n  {result['error']}", err=True)
        return
    typer.echo(
        f"{result['image']}  [{result['state']} weights: {result['weights']}]  "
        f"{result['seconds'] * 1000:.0f} ms, entropy {result['entropy_bits']:.2f} of "
        f"{result['max_entropy_bits']:.2f} bits"
    )
    for change in result["changes"]:
        typer.echo(f"  ({change})")
    for each in result["top"]:
        label = each["label"] or f"output {each['index']}"
        typer.echo(f"  {100 * each['probability']:6.2f} %  {label}")
