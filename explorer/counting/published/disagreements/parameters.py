"""Parameters that the Xception paper, Keras and the libraries for PyTorch print of the same networks."""

from explorer.arch.network import Network
from explorer.arch.sources import TORCHVISION
from explorer.configuration.registry import graph_of, network
from explorer.counting.published.disagreements.batch_normalization import normalized_channels
from explorer.counting.published.disagreements.disagreement import Disagreement, Rows, the_printed
from explorer.counting.tally import Tally, tally
from explorer.quantities import exact

_PAPER = "arXiv:1610.02357"
_TABLE_3 = f"{_PAPER}, table 3"
_TIMM = "timm"


def _counted(name: str) -> Tally:
    return tally(graph_of(network(name).config()))


def of_xception() -> Disagreement:
    """The paper counts what is trained."""
    counted, paper = _counted("xception"), the_printed("xception", "parameters", _PAPER)
    channels = normalized_channels(counted)
    return Disagreement(
        f"Xception has {exact(paper)} parameters.",
        _TABLE_3,
        f"{exact(counted.params)} parameters, as Keras prints them",
        (
            f"{exact(counted.params)} = {exact(counted.trainable_params)} trainable "
            f"+ {exact(counted.non_trainable_params)} not",
            f"{exact(counted.non_trainable_params)} = 2 × {exact(channels)} batch-normalized channels",
        ),
        "The paper's number is the trainable part. The rest are the moving means and variances of batch "
        "normalization: they are stored with the weights and used at inference, but no gradient changes them.",
    )


def of_inception_v3() -> Disagreement:
    """The paper's Inception V3 is none that anybody has."""
    counted, paper = _counted("inception-v3"), the_printed("inception-v3", "parameters", _PAPER)
    weights = _weights(counted)
    return Disagreement(
        f"Inception V3 has {exact(paper)} parameters.",
        _TABLE_3,
        f"{exact(counted.params)} parameters, {exact(counted.trainable_params)} of them trainable",
        (
            f"{exact(counted.params)} − {exact(paper)} = {exact(counted.params - paper)}",
            f"{exact(counted.trainable_params)} − {exact(paper)} = {exact(counted.trainable_params - paper)}",
            f"{exact(weights)} − {exact(paper)} = {exact(weights - paper)}, without any batch normalization",
        ),
        "Unknown. No count of the network as Keras has it gives this number. It is even smaller than the weights of "
        "convolutions and dense layer alone. The paper does not say how its network differed.",
        "unknown",
    )


def of_their_distance() -> Disagreement:
    """On the paper's remark that the two networks are of one size.

    A distance is given in percent of the larger network, the smaller way to put it.
    """
    xception, inception = _counted("xception"), _counted("inception-v3")
    pairs = {
        "as printed": [the_printed(name, "parameters", _PAPER) for name in ("xception", "inception-v3")],
        "all parameters": [xception.params, inception.params],
        "trainable ones": [xception.trainable_params, inception.trainable_params],
    }
    return Disagreement(
        "The sizes of Xception and Inception V3 are within 3.5 % of each other.",
        f"{_PAPER}, section 4.5.2",
        f"{exact(inception.params - xception.params)} parameters apart",
        tuple(
            f"({exact(larger)} − {exact(smaller)}) / {exact(larger)} "
            f"= {100 * (larger - smaller) / larger:.2f} %, {what}"
            for what, (smaller, larger) in pairs.items()
        ),
        "It holds for the paper's own numbers, not for Keras' networks: the difference is that of Inception V3, which "
        "is unknown. In every count Xception is the smaller one.",
        "partly unknown",
    )


def of_the_summaries() -> Disagreement:
    """Two summaries of the paper count in units that cannot be meant."""
    told = {"inception-v3": 23, "xception": 6}
    counted = {name: _counted(name).params for name in told}
    return Disagreement(
        "Inception V3 has 23, and Xception 6, in units of ten thousand parameters.",
        "two summaries of the paper, quoted at second hand",
        " and ".join(f"{exact(counted[name])}" for name in told),
        tuple(
            f"{exact(counted[name])} / ({number} × {exact(unit)}) = {counted[name] / (number * unit):.2f}, "
            f"{network(name).title}"
            for name, number in told.items()
            for unit in (10_000, 1_000_000)
        ),
        "In millions, which must be meant, 23 is Inception V3. What the 6 counts is unknown: Xception has nearly four "
        "times as many.",
        "partly unknown",
    )


def of_inception_v3_elsewhere() -> Disagreement:
    """Keras and timm have the same weights and other batch normalization."""
    counted, timm = _counted("inception-v3"), the_printed("inception-v3", "parameters", _TIMM)
    weights, channels = _weights(counted), normalized_channels(counted)
    return Disagreement(
        f"Inception V3 has {exact(counted.params)} parameters in Keras and {exact(timm)} in timm.",
        "Keras 3.15, count_params; timm 1.0.29",
        f"{exact(weights)} weights of convolutions and dense layer, {exact(channels)} batch-normalized channels",
        (
            f"{exact(weights)} + 3 × {exact(channels)} = {exact(weights + 3 * channels)} in Keras",
            f"{exact(weights)} + 2 × {exact(channels)} = {exact(weights + 2 * channels)} in timm",
        ),
        "Keras' batch normalization has no scale here: a shift and two moving statistics for each channel. timm's has "
        "a scale and a shift, and PyTorch does not count the statistics, which are buffers.",
    )


def of_resnets() -> Disagreement:
    """Keras' ResNets have biases that batch normalization undoes."""
    names = ("resnet50", "resnet152")
    networks = {network(name): _counted(name) for name in names}
    rows = tuple(_resnet(each, counted) for each, counted in networks.items())
    fewest = next(iter(networks.values()))
    torchvision = the_printed(names[0], "parameters", TORCHVISION)
    channels = normalized_channels(fewest)
    return Disagreement(
        f"ResNet-50 has {exact(fewest.params)} parameters in Keras and {exact(torchvision)} in torchvision.",
        "Keras 3.15, count_params; torchvision, weights V1",
        f"{exact(channels)} batch-normalized channels",
        (f"{exact(fewest.params)} − 3 × {exact(channels)} = {exact(fewest.params - 3 * channels)} in torchvision",),
        "Keras counts three numbers more for each channel: the bias of the convolution, which batch normalization "
        "undoes, and the two moving statistics. ResNet-152 differs by the same rule.",
        rows=Rows(("Network", "Keras", "Channels", "Keras − 3 × channels", "torchvision prints"), rows),
    )


def _resnet(each: Network, counted: Tally) -> tuple[str, ...]:
    channels = normalized_channels(counted)
    numbers = (
        counted.params,
        channels,
        counted.params - 3 * channels,
        the_printed(each.name, "parameters", TORCHVISION),
    )
    return each.title, *map(exact, numbers)


def _weights(counted: Tally) -> int:
    """Parameters without those of batch normalization."""
    return counted.params - counted.kind("normalization").params
