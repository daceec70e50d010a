"""Under which circumstances something was found in a network: all that it takes to find it again."""

import platform
import shlex
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np

import explorer
from explorer.arch.knobs import Config
from explorer.arch.places.taps import Tap
from explorer.configuration.brought import usual_config
from explorer.configuration.options import to_options
from explorer.configuration.registry import network_of
from explorer.model.gradients.activations import Pass
from explorer.model.weights.arrays import Provenance
from explorer.model.weights.asked_weights import AskedWeights, asked_weights
from explorer.model.weights.trained_networks import TrainedFacts
from explorer.vision.look import Look
from explorer.vision.methods.target import Target
from explorer.vision.results import probabilities

SCHEMA_VERSION = 1
"""Raised when a key changes its name or meaning; new keys alone do not raise it."""

_TOP = 5
_LIBRARIES = {
    "tensorflow": ("tensorflow", "tensorflow-cpu"),
    "keras": ("keras",),
    "openvino": ("openvino",),
    "tf-keras-vis": ("tf-keras-vis",),
    "numpy": ("numpy",),
    "pillow": ("pillow",),
}
"""Each library under the names by which it may be installed."""


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture file.

    Attributes:
        name: Without its folder, which is nobody's business.
        sha256: Of its bytes, in hexadecimal.
        width: Of the upright picture, px.
        height: Likewise.
    """

    name: str
    sha256: str
    width: int
    height: int

    def __post_init__(self) -> None:
        name = PureWindowsPath(PurePosixPath(self.name).name).name
        plain = "".join(c if c.isprintable() else "_" for c in name)
        object.__setattr__(self, "name", "picture" if plain in ("", "..") else plain)


@dataclass(frozen=True, slots=True, eq=False)
class Circumstances:
    """A picture in a network.

    Attributes:
        look: The picture and the network.
        weights: The weights that were asked for.
        picture: The picture's file.
        tensor: (1, size, size, 3): exactly what the network was given.
        labels: What the classes are called; None where nobody knows, or the weights are random.
    """

    look: Look
    weights: AskedWeights
    picture: PictureFile
    tensor: np.ndarray
    labels: Sequence[str] | None

    @property
    def config(self) -> Config:
        """The network."""
        return self.look.config

    def command(self, name: str, options: Sequence[str]) -> str:
        """The command line that finds the same again, run where the picture, and a weights file, lie.

        Args:
            name: Of the command: "explain".
            options: Its own; weights and knobs are added.
        """
        usual = usual_config(type(self.config), self.weights.trained)
        picture = f"./{self.picture.name}" if self.picture.name.startswith("-") else self.picture.name
        weights = ["--weights", self.weights.name, *self.weights.options]
        words = [name, picture, *options, *weights, *to_options(self.config, usual)]
        return shlex.join(["python", "-m", "explorer", *words])

    def class_data(self, index: int) -> dict[str, Any]:
        """A class, ready for JSON."""
        return {"index": index, "label": self.labels[index] if self.labels else None}

    def data(self, of_pass: Pass) -> dict[str, Any]:
        """The circumstances and what the network answered, ready for JSON."""
        found = probabilities(of_pass.logits, of_pass.provenance)
        # Features are no classes.
        best = () if of_pass.provenance.output == "features" else np.argsort(-found, kind="stable")[:_TOP]
        return {
            "schema_version": SCHEMA_VERSION,
            "network": network_of(self.config).name,
            "config": {name: _as_list(value) for name, value in asdict(self.config).items()},
            "weights": self._weights_data(of_pass.provenance),
            "picture": asdict(self.picture),
            "tensor": {
                "shape": list(self.tensor.shape),
                "dtype": str(self.tensor.dtype),
                "sha256": sha256(np.ascontiguousarray(self.tensor).tobytes()).hexdigest(),
            },
            "top": [{**self.class_data(int(i)), "probability": float(found[i])} for i in best],
            "engine": of_pass.engine,
            "versions": versions(),
        }

    def _weights_data(self, provenance: Provenance) -> dict[str, Any]:
        is_random = provenance.state == "random"
        return {
            "name": provenance.source,
            "asked_for": self.weights.name,
            "state": provenance.state,
            "changes": list(provenance.changes),
            "caution": provenance.caution or None,
            "story": provenance.story,
            "sha256": None if is_random else self.weights.sha256,
        }


def circumstances(
    look: Look, trained: TrainedFacts | None, size: tuple[int, int], tensor: np.ndarray, labels: Sequence[str] | None
) -> Circumstances:
    """How something is found in `look`.

    Args:
        look: The picture in the network.
        trained: What its weights were read as; None for random ones.
        size: Width and height of the upright picture, px.
        tensor: What the network was given.
        labels: What its classes are called.

    Raises:
        WeightsError: If the weights' file is not there any more.
    """
    picture = PictureFile(look.picture.file_name, look.picture.digest, *size)
    return Circumstances(look, asked_weights(look.weights, trained), picture, tensor, labels)


def _as_list(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def tap_data(tap: Tap | None) -> dict[str, Any]:
    """Where somebody looked, ready for JSON; null if at the picture itself."""
    if tap is None:
        return dict.fromkeys(("layer", "stage", "stage_title", "node", "shape"))
    return {
        "layer": tap.layer,
        "stage": tap.stage,
        "stage_title": tap.stage_title,
        "node": tap.node,
        "shape": list(tap.shape),
    }


def target_data(target: Target, circumstances: Circumstances, of_pass: Pass) -> dict[str, Any]:
    """What was asked about, ready for JSON."""
    against = target.against
    return {
        "class": circumstances.class_data(target.index),
        "against": None if against is None else circumstances.class_data(against),
        "target": target.words(circumstances.labels),
        "probability": float(probabilities(of_pass.logits, of_pass.provenance)[target.index]),
    }


def tap_options(tap: Tap | None) -> list[str]:
    """The options that choose a tap."""
    return [] if tap is None else ["--layer", tap.layer, "--stage", tap.stage]


def target_options(target: Target) -> list[str]:
    """The options that choose a target."""
    against = [] if target.against is None else ["--against", str(target.against)]
    return ["--class-index", str(target.index), *against]


def versions() -> dict[str, str | None]:
    """Of everything that has a part in the numbers; None for what is not installed. Imports none of it."""
    found: dict[str, str | None] = {"python": platform.python_version(), "explorer": explorer.__version__}
    return found | {name: _version(names) for name, names in _LIBRARIES.items()}


def _version(names: Sequence[str]) -> str | None:
    for name in names:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return None
