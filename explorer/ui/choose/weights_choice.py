"""Which weights: the choice, fetching those that are not here, and the badge that says what state they are in."""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import streamlit as st

from explorer.arch.knobs import Config
from explorer.arch.network import Network
from explorer.arch.preprocessing import PREPROCESSINGS
from explorer.arch.trained_weights import TrainedWeights
from explorer.configuration.link import NETWORK
from explorer.configuration.registry import DEFAULT_NETWORK, NETWORKS, network_of
from explorer.errors import ExplorerError, FetchError
from explorer.model.sources.class_names import typed_names
from explorer.model.sources.known import WeightsFile, WeightsSource, find_source, size_in_words
from explorer.model.sources.labels import labels
from explorer.model.sources.own_folder import own_files
from explorer.model.sources.store import available, fetch
from explorer.quantities import memory
from explorer.ui.choose.knob_widgets import set_knobs
from explorer.ui.links.opening_link import WEIGHTS
from explorer.ui.session import cache, state
from explorer.ui.session.error_boundary import explained
from explorer.ui.session.uploads import MOST_BYTES, MOST_TOGETHER, keep_upload
from explorer.ui.widgets.plain_words import plain

if TYPE_CHECKING:
    from explorer.model.weights.trained_networks import TrainedNetwork

_KEPT = f"All sessions together may keep {memory(MOST_TOGETHER)}."
_BADGES: dict[str, tuple[Literal["green", "orange", "blue", "gray"], str]] = {
    "pretrained": ("green", ":material/verified:"),
    "altered": ("orange", ":material/build:"),
    "trained here": ("blue", ":material/model_training:"),
    "random": ("gray", ":material/casino:"),
}


OWN_FILE = "own file"
_NONE = "random"
_NO_FILE = "none of them"
_FILE, _SAID, _UPLOADER = "own_weights_file", "own_weights_said", "own_weights_uploader"


@dataclass(frozen=True, slots=True)
class InForce:
    """The weights that the pages run.

    Attributes:
        name: What they are called.
        config: The configuration that they were trained in.
    """

    name: str
    config: Config


_OPTION_HINT = re.compile(r"; --[\w-]+( and its options)? chooses? (another|others)\.$")


def weights_in_force() -> InForce | None:
    """The weights that the pages run: those that were chosen last, if they are here; None if there are none.

    Known before the page that asks for them is drawn, so that the knobs beside it can show what they bring.
    """
    network = NETWORKS.get(st.session_state.get(NETWORK) or st.query_params.get(NETWORK, ""), DEFAULT_NETWORK)
    asked = st.session_state.get(WEIGHTS) or st.query_params.get(WEIGHTS)
    if asked == OWN_FILE:
        return _file_in_force(network)
    here = available(network)
    source = find_source(asked, network) if asked else None
    chosen = source if source in here else here[0] if here and not asked else None
    return None if chosen is None else InForce(chosen.name, chosen.config)


def _file_in_force(network: Network) -> InForce | None:
    file: WeightsFile | None = st.session_state.get(_FILE)
    try:
        config = None if file is None else cache.config_of(file)
    except ExplorerError:  # the page says why
        return None
    return InForce(file.name, config) if file and config and isinstance(config, network.config) else None


def choose_weights() -> WeightsSource | None:
    """Asks for weights; None as long as the chosen ones are not here, with a way to get them, or for random ones."""
    network = network_of(state.config())
    here = available(network)
    known = tuple(source.short_name for source in network.trained) or (_NONE,)
    name = st.segmented_control(
        "Weights",
        (*known, OWN_FILE),
        default=here[0].short_name if here else known[0],
        required=True,
        key=WEIGHTS,
        bind="query-params",
        help="Pretrained weights lie in your cache directory; they are fetched once and verified by their hash. Your "
        "own file is one that Keras saved.",
    )
    if name == OWN_FILE:
        return _own_file(network)
    source = find_source(name, network)
    if source is None:
        st.caption(f"Nobody published weights of {network.title} that can be used here: it has random ones.")
        return None
    if source in here:
        st.caption(
            f"{source.story} These weights bring their own input size ({source.config.input_size} px) and head "
            f"({source.config.classes} classes); all other knobs are yours."
        )
        return source
    _offer(source)
    return None


def _own_file(network: Network) -> WeightsFile | None:
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
        key="own_weights_on_server",
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
    st.rerun()


def _ask_what_is_not_told(file: WeightsFile, trained: "TrainedNetwork") -> WeightsFile:
    """The file with what a person says of it: names of classes, and the scale of pixels if it does not tell."""
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
    return replace(file, class_names=class_names, preprocessing=preprocessing)


def _remove() -> None:
    st.session_state.pop(_FILE, None)
    st.session_state.pop("own_weights_on_server", None)


def _open(config: Config) -> None:
    set_knobs(config)
    st.session_state[WEIGHTS] = OWN_FILE


def _offer(source: TrainedWeights) -> None:
    st.info(f"The weights of {source.name} are not here yet. {source.story}", icon=":material/download:")
    if not st.button(f"Fetch {source.name} ({size_in_words(source)})", icon=":material/download:"):
        return
    bar = st.progress(0.0, f"Fetching {source.name} …")

    def show(received: int, total: int | None) -> None:
        whole = total or source.file_bytes
        words = f"{memory(received)} of {memory(whole)}" if whole else memory(received)
        bar.progress(min(1.0, received / whole) if whole else 0.0, f"Fetching {source.name}: {words}")

    try:
        fetch(source, show)
    except FetchError as error:
        bar.empty()
        st.error(str(error), icon=":material/cloud_off:")
    else:
        st.rerun()


def show_badge(state: str, words: str, changes: tuple[str, ...] = ()) -> None:
    """What state the weights are in, and what was done to them or stands in their way."""
    colour, icon = _BADGES[state]
    st.badge(words, icon=icon, color=colour)
    for change in changes:
        # How to say otherwise on the command line is no help here.
        st.caption(_OPTION_HINT.sub(".", plain(change)))
