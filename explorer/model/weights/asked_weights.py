"""The weights that somebody asked for, as evidence names them: whether they are in the network is another question."""

from dataclasses import dataclass

from explorer.arch.knobs import Config
from explorer.model.sources.known import WeightsFile, WeightsSource, find_source
from explorer.model.sources.store import path_of, sha256_of
from explorer.model.weights.trained_networks import TrainedFacts

RANDOM = "random"
"""What random weights are asked for by."""


@dataclass(frozen=True, slots=True)
class AskedWeights:
    """Weights that were asked for.

    Attributes:
        name: A known source's, or of a file without its folder, or `RANDOM`; a file whose name could be taken for one
            of these, or for an option, begins with "./".
        trained: The configuration that they were trained in, as far as the file tells; None for random ones.
        sha256: Of their file, in hexadecimal; None for random ones.
        options: Those of the command line, beside the knobs, that said what the file does not tell.
    """

    name: str
    trained: Config | None
    sha256: str | None
    options: tuple[str, ...] = ()


def asked_weights(source: WeightsSource | None, trained: TrainedFacts | None) -> AskedWeights:
    """What was asked for by `source` and read as `trained`; both None for random weights.

    Raises:
        WeightsError: If the file is not there any more.
    """
    if source is None or trained is None:
        return AskedWeights(RANDOM, None, None)
    if isinstance(source, WeightsFile):
        is_ambiguous = source.name == RANDOM or find_source(source.name) is not None or source.name.startswith("-")
        name = f"./{source.name}" if is_ambiguous else source.name
        return AskedWeights(name, trained.untold, sha256_of(source.path), trained.told)
    path = path_of(source)
    return AskedWeights(source.name, trained.config, sha256_of(path) if path else None)
