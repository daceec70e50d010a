"""Read a file of weights that Keras saved, as data only: no object of Keras is made, no code of the file runs.

What is read, told apart by content and not by name:

- `.keras`, Keras 3's archive: a zip of `config.json` and `model.weights.h5`;
- `.weights.h5`, Keras 3's weights alone;
- `.h5`, the legacy format: a whole model, or its weights alone (Keras Applications' files).

Models inside a model are flattened into one list of layers. Layers without weights, the optimizer's variables and
the states of random generators are left out. `keras3_layout` and `legacy_layout` say how far each format
tells names and order.
"""

import errno
import re
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from explorer.errors import WeightsError
from explorer.model.keras_files.hdf5_tree import read_tree, temporary_folder_failed
from explorer.model.keras_files.keras3_layout import configured_layers, counted_layers
from explorer.model.keras_files.legacy_layout import legacy_layers
from explorer.model.keras_files.saved_config import SavedConfig, parse_config
from explorer.model.keras_files.stored_layers import StoredLayer

_HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
_ZIP_MAGIC = b"PK\x03\x04"
_SAVED_MODEL = "saved_model.pb"
_TENSORFLOW = (
    "{} is what TensorFlow saves, a SavedModel or a checkpoint, and not a file of Keras: load it with Keras and save "
    "it as .keras."
)
_CONFIG = "config.json"
_WEIGHTS = "model.weights.h5"
_MAX_CONFIG_BYTES = 16 << 20
_MAX_WEIGHTS_BYTES = 4 << 30
# Weights hardly compress, a configuration some twenty times.
_MAX_EXPANSION = 100
# Other compressions take memory as they please, and fail in ways of their own. Keras stores, zip programs deflate.
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
# Reading never ends in these.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class WeightFile:
    """What a file holds.

    Attributes:
        path: The file.
        layers: The layers that own weights.
        ordered: Whether the layers of each kind are certain to be in the model's order among themselves. Where there
            is a configuration (`.keras`, whole-model `.h5`), all layers are.
        input_size: Side of the model's square input in pixels, None if the file does not tell.
        config: The model's description, None if the file has none: then it does not tell what the layers compute.
    """

    path: Path
    layers: tuple[StoredLayer, ...]
    ordered: bool
    input_size: int | None
    config: SavedConfig | None = None


def read(path: Path | str) -> WeightFile:
    """The layers and weights in the file at `path`.

    Raises:
        WeightsError: There is no such file, Keras did not save it, it is damaged or hostile, it holds Python code or
            layers that are not Keras' own, or values that are not finite.
    """
    path = Path(path)
    try:
        if _is_tensorflow(path):
            raise WeightsError(_TENSORFLOW.format(path.name))
        if not path.is_file():
            raise WeightsError(f"{path} is not a file. Give a .keras, .weights.h5 or .h5 file that Keras saved.")
        with path.open("rb") as file:
            start = file.read(len(_HDF5_MAGIC))
        if start == _HDF5_MAGIC:
            return _read_hdf5(path)
        if start.startswith(_ZIP_MAGIC):
            return _read_archive(path)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise temporary_folder_failed(path.name, error.strerror or str(error)) from error
        raise WeightsError(f"{path} could not be read: {error.strerror or error}.") from error
    raise WeightsError(
        f"{path.name} is neither HDF5 nor an archive. Give a .keras, .weights.h5 or .h5 file that Keras saved."
    )


def _is_tensorflow(path: Path) -> bool:
    """Whether `path` is what TensorFlow itself saves: a SavedModel or a checkpoint, a folder or a file of one."""
    name = path.name
    if path.is_dir():
        return (path / _SAVED_MODEL).is_file() or (path / "checkpoint").is_file()
    if not path.exists():  # a checkpoint is called by what its files have in common
        return path.with_name(f"{name}.index").is_file()
    return (
        name in (_SAVED_MODEL, "checkpoint")
        or re.search(r"\.data-\d+-of-\d+$", name) is not None
        or path.with_suffix(".index") == path
    )


def _read_hdf5(path: Path) -> WeightFile:
    """A legacy file, or the weights alone of Keras 3."""
    tree = read_tree(path, path.name, ("optimizer", "optimizer_weights"))
    listing = tree.groups.get("model_weights", tree)
    if "layer_names" in listing.texts:
        text = tree.texts.get("model_config")
        config = parse_config(text, path.name) if isinstance(text, str) else None
        layers, ordered = legacy_layers(listing, config.layers if config else (), path.name)
    elif "layers" in tree.groups:
        config = None
        layers, ordered = counted_layers(tree, path.name)
    else:
        raise WeightsError(f"{path.name} is an HDF5 file, but not one of weights that Keras saved: no layers in it.")
    return _weight_file(path, layers, ordered, config)


def _read_archive(path: Path) -> WeightFile:
    """Keras 3's archive. Its two members are read by name; nothing is unpacked under a name from the file."""
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / "weights"
        try:
            with zipfile.ZipFile(path) as archive:
                if any(info.filename.split("/")[-1] == _SAVED_MODEL for info in archive.infolist()):
                    raise WeightsError(_TENSORFLOW.format(path.name))
            with zipfile.ZipFile(path) as archive, unpacked.open("wb") as out:
                with archive.open(_member(archive, _CONFIG, _MAX_CONFIG_BYTES, path.name)) as file:
                    text = file.read()
                with archive.open(_member(archive, _WEIGHTS, _MAX_WEIGHTS_BYTES, path.name)) as file:
                    shutil.copyfileobj(file, out, 1 << 20)
        # What zipfile raises for damage. RuntimeError and ValueError, too, are among it.
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
            raise WeightsError(f"{path.name} is a damaged archive: {error}.") from error
        config = parse_config(text, path.name)
        tree = read_tree(unpacked, path.name, ("optimizer",))
    layers = list(configured_layers(tree, config.layers, path.name))
    return _weight_file(path, layers, True, config)


def _member(archive: zipfile.ZipFile, name: str, limit: int, shown_as: str) -> zipfile.ZipInfo:
    """The one member called `name`, if it is not larger than it can honestly be."""
    found = [info for info in archive.infolist() if info.filename == name]
    if len(found) != 1:
        raise WeightsError(
            f"{shown_as} is an archive with {len(found)} files called {name}, expected one, as Keras 3 saves a model."
        )
    if found[0].flag_bits & _ENCRYPTED:
        raise WeightsError(f"{shown_as} is an encrypted archive: unpack it with its password, and pack it without one.")
    if found[0].compress_type not in _COMPRESSIONS:
        raise WeightsError(f"{shown_as} cannot be used: {name} in it is neither stored nor deflated. Pack it anew.")
    size, stored = found[0].file_size, found[0].compress_size
    if size > limit or size > _MAX_EXPANSION * stored:
        raise WeightsError(f"{shown_as} cannot be used: {name} would unpack from {stored:,} to {size:,} bytes.")
    return found[0]


def _weight_file(path: Path, layers: list[StoredLayer], ordered: bool, config: SavedConfig | None) -> WeightFile:
    """The result, if there are any weights."""
    if not layers:
        raise WeightsError(f"{path.name} holds no weights.")
    return WeightFile(path, tuple(layers), ordered, config.input_size if config else None, config)
