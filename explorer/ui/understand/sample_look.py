"""The shipped photograph in the trained network that is here, for chapters that look inside."""

from dataclasses import replace

from explorer.arch.knobs import Config
from explorer.arch.trained_weights import TrainedWeights
from explorer.configuration.registry import DEFAULT_NETWORK
from explorer.errors import WeightsError
from explorer.model.sources.store import available
from explorer.networks.xception import XceptionConfig
from explorer.ui.session import cache
from explorer.vision.look import Look
from explorer.vision.pictures.picture import picture
from explorer.vision.pictures.samples import SAMPLES


def sample_weights() -> TrainedWeights | None:
    """Weights that know things as they lie on a table; none that answer with a caution, as the medical ones do."""
    return next((each for each in available(DEFAULT_NETWORK) if not each.caution), None)


def sample_look(**turned: object) -> Look:
    """The coffee cup in the first trained Xception that is here, some of its knobs turned.

    Raises:
        WeightsError: If none is here.
    """
    source = sample_weights()
    if source is None:
        raise WeightsError("There are no trained weights of Xception here: fetch them on Classify")
    config: Config = cache.config_of(source)
    assert isinstance(config, XceptionConfig)
    sample = SAMPLES[0]
    shown = picture(sample.title, sample.file.read_bytes(), sample.alt, sample.file.name)
    return cache.look_at(shown, replace(config, **turned), source)  # type: ignore[arg-type]
