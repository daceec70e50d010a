"""A weights file of one's own: uploaded, or from the server's folder, and what a person says where it tells nothing."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from explorer.arch.knobs import INPUT_SIZE, Config, WholeNumber, knobs
from explorer.arch.network import Network
from explorer.arch.preprocessing import PREPROCESSINGS
from explorer.configuration.registry import network_of
from explorer.errors import ExplorerError
from explorer.model.sources.class_names import typed_names
from explorer.model.sources.known import WeightsFile, WeightsSource
from explorer.model.sources.labels import labels
from explorer.model.sources.own_folder import own_files
from explorer.quantities import memory
from explorer.ui.knobs.fixed import Setters
from explorer.ui.knobs.turning import set_knobs
from explorer.ui.links.opening_link import OWN_FILE, WEIGHTS
from explorer.ui.session import cache
from explorer.ui.session.error_boundary import explained
from explorer.ui.uploads.upload_room import taken_over
from explorer.ui.uploads.uploads import MOST_BYTES, MOST_TOGETHER, keep_upload
from explorer.ui.widgets.plain_words import plain

if TYPE_CHECKING:
    from explorer.model.weights.trained_networks import TrainedFacts

_NO_FILE = "none of them"
_FILE, _UPLOADER, _ON_SERVER = "own_weights_file", "own_weights_uploader", "own_weights_on_server"
_KEPT = f"All sessions together may keep {memory(MOST_TOGETHER)}."


@dataclass(frozen=True, slots=True)
class InForce:
    """The weights that the pages run.

    Attributes:
        source: Where they come from.
        config: The configuration that they were trained in.
    """

    source: WeightsSource
    config: Config

    @property
    def name(self) -> str:
        """What they are called."""
        return self.source.name

    @property
    def short_name(self) -> str:
        """The same among the weights of one network."""
        return self.source.name if isinstance(self.source, WeightsFile) else self.source.short_name

    @property
    def setters(self) -> Setters:
        """What they set of the knobs."""
        head = cache.trained(self.source).head if isinstance(self.source, WeightsFile) else None
        return Setters(self.short_name, self.config, head)


def file_in_force(network: Network) -> InForce | None:
    """The session's own file, if it is one of that network's."""
    file: WeightsFile | None = st.session_state.get(_FILE)
    try:
        config = None if file is None else cache.config_of(file)
    except ExplorerError:  # the page says why
        return None
    return InForce(file, config) if file and config and isinstance(config, network.config) else None


def own_file(network: Network) -> WeightsFile | None:
    """Asks for a file and for what it does not tell; None without a file that this network can use."""
    with explained():
        _offer_folder()
        _take_upload()
        file: WeightsFile | None = st.session_state.get(_FILE)
        if file is None:
            st.info(
                "Choose a file that Keras saved: .keras, .weights.h5 or .h5, of any of the networks here, fine-tuned "
                f"or not. It is read as data, no code in it runs, and it is gone with this session. {_KEPT}"
            )
            return None
        st.button(f"Remove {plain(file.name)}", icon=":material/delete:", on_click=_remove)
        trained = cache.trained(file)
        said = _ask_what_is_not_told(file, trained)
        if said != file:
            st.session_state[_FILE] = said
            st.rerun()
        if not isinstance(trained.config, network.config):
            title = network_of(trained.config).title
            st.info(f"{plain(file.name)} holds the weights of {title}, and the knobs are those of {network.title}.")
            st.button(f"Open {title}", on_click=_open, args=(trained.config,), type="primary")
            return None
        return file
    return None


def _offer_folder() -> None:
    """Offers the files in the folder that was named when the app was started, if one was."""
    files = {path.name: path for path in own_files()}
    if not files:
        return
    file: WeightsFile | None = st.session_state.get(_FILE)
    name = st.selectbox(
        "A weights file on this server",
        (_NO_FILE, *files),
        index=(_NO_FILE, *files).index(file.name) if file is not None and file.path in files.values() else 0,
        key=_ON_SERVER,
        filter_mode="contains",
    )
    if name != _NO_FILE and (file is None or file.path != files[name]):
        st.session_state[_FILE] = WeightsFile(files[name])


def _take_upload() -> None:
    """Puts an uploaded file into the session's folder. The uploader begins anew, so that it lets go of its copy."""
    count = st.session_state.setdefault(_UPLOADER, 0)
    uploaded = st.file_uploader(
        f"A weights file that Keras saved (at most {memory(MOST_BYTES)})",
        type=("keras", "h5", "hdf5"),
        max_upload_size=MOST_BYTES // 2**20,
        key=f"weights file {count}",
    )
    if uploaded is None:
        return
    st.session_state[_UPLOADER] = count + 1
    st.session_state[_FILE] = WeightsFile(keep_upload(uploaded.name, uploaded.getvalue()))
    taken_over([uploaded])
    st.rerun()


def _ask_what_is_not_told(file: WeightsFile, trained: "TrainedFacts") -> WeightsFile:
    """The file with what a person says of it: names of classes; if it does not tell, scale of pixels and size."""
    names, pixels = st.columns(2)
    imagenet = tuple(label.name for label in labels("imagenet"))
    typed = "" if file.class_names in (None, imagenet) else ", ".join(file.class_names or ())
    text = names.text_input(
        f"Names of its {trained.config.classes} classes, in order" if trained.is_classifier else "Names of classes",
        typed,
        placeholder="cat, dog, ...",
        disabled=not trained.is_classifier,
        key="own_class_names",
        persist_state="session",
        help="Separated by commas. Without names the classes are numbered.",
    )
    class_names = typed_names(text) if text.strip() else None
    if trained.config.classes == len(imagenet) and not class_names:
        is_imagenet = names.toggle(
            "These are ImageNet's 1,000 classes, in Keras' order",
            file.class_names == imagenet,
            key="own_imagenet",
            persist_state="session",
        )
        class_names = imagenet if is_imagenet else None
    preprocessing = file.preprocessing
    if preprocessing is not None or not trained.told_preprocessing:
        choice = pixels.selectbox(
            "Pixels are scaled to",
            tuple(PREPROCESSINGS),
            index=tuple(PREPROCESSINGS).index(trained.preprocessing.name),
            key="own_preprocessing",
            persist_state="session",
            help="The file does not tell. Ask whoever trained it: with the wrong scale the answers are wrong.",
        )
        if choice != trained.preprocessing.name:
            preprocessing = PREPROCESSINGS[choice]
    input_size = file.input_size
    if input_size is not None or not trained.told_size:
        knob = knobs(type(trained.config))[INPUT_SIZE]
        assert isinstance(knob, WholeNumber)
        size = pixels.number_input(
            "Trained on pictures of (px)",
            knob.low,
            knob.high,
            trained.config.input_size,
            step=1,
            key=f"own_input_size {file.path}",
            help="Side of the square. The file does not tell. At another size the answers are less sure.",
        )
        if size != trained.config.input_size:
            input_size = int(size)
    return replace(file, class_names=class_names, preprocessing=preprocessing, input_size=input_size)


def _remove() -> None:
    st.session_state.pop(_FILE, None)
    st.session_state.pop(_ON_SERVER, None)


def _open(config: Config) -> None:
    set_knobs(config)
    st.session_state[WEIGHTS] = OWN_FILE
