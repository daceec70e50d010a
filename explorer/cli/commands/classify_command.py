"""`classify`: real photographs by real weights."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from explorer.cli.chosen_network import ChosenNetwork, choose_network
from explorer.cli.inputs import read_picture
from explorer.cli.network_options import NetworkOptions, network_options
from explorer.cli.told_options import HeadOption, LabelsOption, PoolingOption, PreprocessingOption, told
from explorer.errors import ExplorerError
from explorer.model.engines.choice import create
from explorer.model.engines.engine import Engine
from explorer.vision.classification import classify as classified
from explorer.vision.pictures.images import decode, network_input
from explorer.vision.results import Prediction


class PredictionFormat(StrEnum):
    """How `classify` prints."""

    TABLE = "table"
    JSON = "json"


@network_options
@np.errstate(over="ignore", invalid="ignore")  # of logits that overflow the result says so
def classify(
    options: NetworkOptions,
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE...", help="Pictures: PNG, JPEG, HEIC, AVIF, ...")],
    weights: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|PATH",
            help="Which weights (see `weights list`), or a Keras .weights.h5, .h5 or .keras file; the first that are "
            "here if left out.",
        ),
    ] = None,
    preprocessing: PreprocessingOption = None,
    pooling: PoolingOption = None,
    head: HeadOption = None,
    labels: LabelsOption = None,
    top: Annotated[int, typer.Option(min=1, help="How many classes to show.")] = 5,
    output: Annotated[PredictionFormat, typer.Option("--format", help="table or json.")] = PredictionFormat.TABLE,
) -> None:
    """Says what is on pictures. Bad pictures are reported, the others classified all the same."""
    network = choose_network(options, weights, told(options, preprocessing, pooling, head, labels), random=False)
    network.require_head("classify")
    engine = create(network.graph, network.weights)
    results = [_result(path, network, engine, top) for path in images]
    if output is PredictionFormat.JSON:
        typer.echo(json.dumps(results, indent=1))
    else:
        for result in results:
            _print(result)
    if any("error" in result for result in results):
        raise typer.Exit(1)


def _result(path: Path, network: ChosenNetwork, engine: Engine, top: int) -> dict[str, Any]:
    size, _, channels = network.graph.input_shape
    try:
        tensor = network_input(decode(read_picture(path)), size, channels)
        prediction = classified(engine, tensor, network.labels, top)
    except ExplorerError as error:
        return {"image": str(path), "error": str(error)}
    return {
        "image": str(path),
        "weights": network.asked.name,
        "state": prediction.provenance.state,
        "changes": list(prediction.provenance.changes),
        "caution": prediction.provenance.caution or None,
        "input_size": size,
        "preprocessing": network.weights.preprocessing.name,
        "output": prediction.provenance.output,
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
    for sentence in (result["caution"], *result["changes"]):
        if sentence:
            typer.echo(f"  ({sentence})")
    for each in result["top"]:
        label = each["label"] or f"output {each['index']}"
        typer.echo(f"  {100 * each['probability']:6.2f} %  {label}")
