"""What commands are given to read: weights and pictures."""

from pathlib import Path

from explorer.errors import ConfigError, ImageError, WeightsError
from explorer.model.weight_sources import SOURCES, WeightSource
from explorer.model.weight_store import available
from explorer.vision.images import MAX_BYTES


def weights_asked_for(text: str | None, others: tuple[str, ...] = ()) -> WeightSource | Path:
    """The weights of that name or in that file; the first that are here if nothing was said.

    Args:
        text: What was said.
        others: What else the command takes, for the message.

    Raises:
        ConfigError: If there is neither such a name nor such a file.
        WeightsError: If nothing was said and none are here.
    """
    if text is None:
        here = available()
        if not here:
            raise WeightsError("There are no weights here yet: fetch some by `python -m explorer weights fetch`.")
        return here[0]
    if text in SOURCES:
        return SOURCES[text]
    if not Path(text).is_file():
        raise ConfigError(
            f"--weights must be one of {', '.join((*SOURCES, *others))} or the path of a file, got {text!r}"
        )
    return Path(text)


def read_picture(path: Path) -> bytes:
    """The bytes of a file, no more of them than a picture may have and one to tell that there are more.

    Raises:
        ImageError: If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ImageError(f"The file could not be read: {error.strerror or error}.") from error
