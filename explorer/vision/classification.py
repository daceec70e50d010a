"""The most probable classes of a picture."""

from collections.abc import Sequence
from time import perf_counter

import numpy as np

from explorer.errors import WeightsError
from explorer.model.engines.engine import Engine
from explorer.model.weights.arrays import Provenance
from explorer.vision.results import ClassProbability, Prediction, entropy_bits, probabilities


def classify(engine: Engine, image: np.ndarray, labels: Sequence[str] | None, top: int = 5) -> Prediction:
    """What the network says about one picture.

    Args:
        engine: The network with its weights.
        image: (1, height, width, 3), as `explorer.vision.pictures.images.network_input` makes it.
        labels: What the classes are called, in order; None if nobody knows. Not used with random weights, of
            which no class means anything.
        top: How many classes to list; all if there are fewer.

    Raises:
        WeightsError: If the weights are so large that the logits overflow.
        ValueError: If there are not as many labels as classes, or `image` has another shape.
    """
    start = perf_counter()
    logits = finite_logits(engine, image)
    seconds = perf_counter() - start
    if labels is not None and len(labels) != logits.size:
        raise ValueError(f"the network has {logits.size} classes, got {len(labels)} labels")
    if engine.provenance.state == "random":
        labels = None
    logits.flags.writeable = False
    found = probabilities(logits, engine.provenance)
    best = np.argsort(-found, kind="stable")[:top]
    return Prediction(
        provenance=engine.provenance,
        engine=f"{engine.name} {engine.version}",
        logits=logits,
        top=tuple(ClassProbability(int(i), labels[i] if labels else None, float(found[i])) for i in best),
        entropy_bits=entropy_bits(logits, engine.provenance),
        seconds=seconds,
    )


def finite_logits(engine: Engine, image: np.ndarray) -> np.ndarray:
    """(classes,): the logits of one picture, (1, height, width, 3).

    Raises:
        WeightsError: If the weights are so large that the logits overflow.
    """
    (logits,) = engine.run(image).logits
    require_finite(logits, engine.provenance)
    return logits


def require_finite(logits: np.ndarray, provenance: Provenance) -> None:
    """Makes sure that logits computed with such weights can be used.

    Raises:
        WeightsError: If the weights are so large that they overflowed.
    """
    if not np.isfinite(logits).all():
        raise WeightsError(
            f"With the weights of {provenance.source} the logits are not finite numbers: is the file damaged?"
        )
