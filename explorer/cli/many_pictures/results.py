"""What the network says about each picture, as plain data; what is wrong with a picture takes the answer's place."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.cli.many_pictures.ahead import Turn, answered_in_order
from explorer.cli.many_pictures.rows import Row, RunIdentity, plain_name
from explorer.cli.options.chosen_network import ASKER, ChosenNetwork
from explorer.cli.options.inputs import read_with_state, state_of
from explorer.compute.answer import Answer
from explorer.compute.question import in_look
from explorer.errors import ComputeError, ImageError, WeightsError
from explorer.vision.look import Look
from explorer.vision.pictures.picture import picture
from explorer.vision.results import Prediction


@dataclass(frozen=True, slots=True)
class Result:
    """A picture's.

    Attributes:
        facts: Ready for JSON: the answer, or an error.
        state: Size in bytes and time of the last change of the file that it is about; None if that was not looked at.
        engine: Engine and version that gave the answer; None if there is none.
    """

    facts: Mapping[str, Any]
    state: tuple[int, str] | None = None
    engine: str | None = None

    @property
    def is_error(self) -> bool:
        """Whether there is no answer."""
        return "error" in self.facts

    def row(self, run: RunIdentity) -> Row:
        """The same with all that tells it apart from those of other pictures, networks and settings."""
        size, modified = self.state or (None, None)
        about = {
            "engine": self.engine,
            "bytes": size,
            "modified": modified,
            "settings": run.settings,
            "run": run.digest,
        }
        return {**self.facts, "image": plain_name(self.facts["image"]), **about}


@dataclass(frozen=True, slots=True)
class _File:
    """A picture's file: read, or why it is not."""

    path: str
    state: tuple[int, str] | None = None
    error: str = ""


def results(network: ChosenNetwork, paths: Sequence[str], unreadable: Mapping[str, str], top: int) -> Iterator[Result]:
    """Of each picture, in their order; those at hand while the next ones are computed.

    Args:
        network: Who is asked.
        paths: Of the pictures.
        unreadable: What is wrong with some, by path.
        top: How many classes to name.

    Raises:
        EngineError: If the network cannot run where it lives.
    """
    with closing(answered_in_order(network.compute, _turns(network, paths, unreadable, top), ASKER)) as answered:
        for file, answer in answered:
            yield _result(network, file, answer)


def _turns(
    network: ChosenNetwork, paths: Sequence[str], unreadable: Mapping[str, str], top: int
) -> Iterator[Turn[_File, Prediction]]:
    from explorer.compute import answers

    for path in paths:
        if path in unreadable:
            yield Turn(_File(path, error=unreadable[path]), None, 0)
            continue
        try:
            data, state = read_with_state(Path(path))
        except ImageError as error:
            yield Turn(_File(path, error=str(error)), None, 0)
            continue
        # Sent as bytes: a path means nothing on another machine, and a picture is at most 20 MB.
        look = Look(picture(path, data), network.config, network.source, network.head)
        question = in_look(look, answers.classification, top, is_one_of_many=True)
        yield Turn(_File(path, state_of(state)), question, len(data))


def _result(network: ChosenNetwork, file: _File, answer: Answer[Prediction] | None) -> Result:
    if answer is None:
        return Result({"image": file.path, "error": file.error})
    try:
        prediction = answer.result()
    except (ImageError, WeightsError) as error:
        return Result({"image": file.path, "error": str(error)}, file.state)
    except ComputeError as error:  # not the picture's fault, perhaps: who goes on with the run asks again
        return Result({"image": file.path, "error": str(error)})
    facts = {
        "image": file.path,
        "weights": network.asked.name,
        "state": prediction.provenance.state,
        "changes": list(prediction.provenance.changes),
        "caution": prediction.provenance.caution or None,
        "input_size": network.graph.input_shape[0],
        "preprocessing": network.classifier.preprocessing.name,
        "output": prediction.provenance.output,
        "top": [{"index": each.index, "label": each.label, "probability": each.probability} for each in prediction.top],
        "entropy_bits": prediction.entropy_bits,
        "max_entropy_bits": prediction.max_entropy_bits,
        "seconds": round(prediction.seconds, 4),
    }
    return Result(facts, file.state, prediction.engine)
