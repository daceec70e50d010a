"""What was found in a weights file, and what had to be assumed of it, in sentences."""

from dataclasses import dataclass

from explorer.arch.head import Head
from explorer.arch.knobs import Config
from explorer.arch.preprocessing import Preprocessing
from explorer.configuration.registry import network_of
from explorer.model.recognition.told import Told
from explorer.model.weights.arrays import Weights

STORY = "From a file. What it was trained on, and with what success, the file does not say."
"""What is known of weights in a file."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundNetwork:
    """A file's network; see `explorer.model.weights.trained_networks.TrainedNetwork`."""

    config: Config
    untold: Config
    weights: Weights
    head: Head | None
    told_preprocessing: bool
    told_size: bool


def usual_preprocessing(config: Config, told: Told) -> Preprocessing:
    """The preprocessing that a person told, or that weights of the network usually expect."""
    return told.preprocessing or network_of(config).preprocessing


def assumed_preprocessing(config: Config) -> str:
    """What is assumed of the scale of pixels, in a sentence."""
    return (
        f"The file does not tell how pixels are scaled: {network_of(config).preprocessing.name} is assumed; "
        "--preprocessing chooses another."
    )


def assumed_normalization(layer: str) -> str:
    """What is assumed where weights alone hold the statistics of a normalization, in a sentence."""
    return (
        f"The file does not tell how pixels are scaled: by the mean and variance in its layer {layer}, and nothing "
        "else, is assumed; --preprocessing chooses another."
    )


def assumed_size(config: Config) -> str:
    """What is assumed of the input size, in a sentence."""
    return (
        f"The file does not tell at which input size it was trained: {config.input_size} px is assumed; "
        "--input-size chooses another."
    )
