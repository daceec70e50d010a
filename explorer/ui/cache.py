"""All caches of the app: bounded, shared by the sessions, keyed by frozen values, holding only immutable ones.

A picture is known by the hash of its bytes: only who has the bytes can ask for what was made of them.
"""

import gc
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.arch.knobs import Config
from explorer.arch.networks import graph_of
from explorer.arch.tally import Tally
from explorer.arch.tally import tally as tally_of
from explorer.model.weight_sources import WeightSource
from explorer.vision.samples import SAMPLES, Sample

# Everything else is imported where it is first needed: counting, the first thing a person sees, waits for neither
# NumPy nor an engine.
if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

    from explorer.model.engine import Engine
    from explorer.model.trained_networks import TrainedNetwork
    from explorer.model.verify import Verification
    from explorer.vision.results import Prediction

PREVIEW_PX = 640


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A picture as people and as a network see it.

    Attributes:
        width: Of the upright original, px.
        height: Likewise.
        preview: The upright picture as JPEG, at most `PREVIEW_PX` on a side.
        tensor: (1, size, size, 3), float32 in [-1, 1], read-only: exactly what the network gets.
        as_seen: The tensor as PNG, pixel for pixel.
    """

    width: int
    height: int
    preview: bytes
    tensor: "np.ndarray"
    as_seen: bytes


@st.cache_resource(max_entries=64, show_spinner=False)
def tally(config: Config) -> Tally:
    """The tally of a configuration."""
    return tally_of(graph_of(config))


@st.cache_resource(max_entries=16, show_spinner="Building with Keras and comparing every layer …")
def verification(config: Config) -> "Verification":
    """The tally held against the model that Keras builds."""
    from explorer.model.verify import verify

    return verify(graph_of(config), profile=True)


@st.cache_resource(max_entries=2, show_spinner="Reading the weights …")
def trained(source: WeightSource) -> "TrainedNetwork":
    """Pretrained weights and the configuration that they were trained in."""
    from explorer.model.trained_networks import load_trained

    return load_trained(source)


@st.cache_resource(max_entries=64, show_spinner=False)
def obstacles(config: Config, source: WeightSource) -> tuple[str, ...]:
    """What keeps the weights of `source` out of the network `config`; nothing if they fit."""
    from explorer.model.transplant import obstacles

    known = trained(source)
    return obstacles(config, known.config, known.weights)


@st.cache_resource(
    max_entries=3,
    show_spinner="Putting the weights into the network …",
    on_release=lambda _: gc.collect(),  # a Keras model sits in reference cycles
)
def engine(config: Config, source: WeightSource) -> "Engine":
    """The network `config` with the weights of `source`, which fit it, ready to run."""
    from explorer.model.engine import create
    from explorer.model.transplant import transplant

    known = trained(source)
    return create(graph_of(config), transplant(config, known.config, known.weights))


@st.cache_resource(max_entries=1, show_spinner=False)
def engine_remark() -> str:
    """Why another engine than the default runs; nothing if it does not."""
    from explorer.model.engine import chosen_engine

    return chosen_engine().remark


@st.cache_resource(max_entries=64, show_spinner="Reading the picture …")
def seen(digest: str, size: int, _data: bytes) -> Seen:
    """The picture with the bytes `_data`, and what a network of `size` px sees of it."""
    from explorer.vision.images import as_seen, decode, network_input

    image = decode(_data)
    tensor = network_input(image, size)
    tensor.flags.writeable = False
    width, height = image.size
    image.thumbnail((PREVIEW_PX, PREVIEW_PX))
    return Seen(width, height, _bytes(image, "JPEG", quality=90), tensor, _bytes(as_seen(tensor), "PNG"))


@st.cache_resource(max_entries=len(SAMPLES), show_spinner=False)
def sample_preview(sample: Sample) -> bytes:
    """A sample cut to 3 : 2, so that the samples stand in a row."""
    from PIL import ImageOps

    from explorer.vision.images import decode

    return _bytes(ImageOps.fit(decode(sample.file.read_bytes()), (360, 240), centering=(0.5, 0.25)), "JPEG", quality=90)


@st.cache_resource(max_entries=256, show_spinner="Classifying …")
def prediction(digest: str, config: Config, source: WeightSource, _tensor: "np.ndarray") -> "Prediction":
    """What the network says about a picture, the classes by name."""
    from explorer.model.labels import labels
    from explorer.vision.classify import classify

    names = [label.name for label in labels(source.labels)]
    return classify(engine(config, source), _tensor, names, top=10)


def _bytes(image: "Image.Image", form: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()
