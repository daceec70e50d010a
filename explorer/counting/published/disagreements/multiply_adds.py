"""Multiply-adds and FLOPs that papers and tools print of the same networks."""

from math import prod

from explorer.arch.ops import Add, BatchNorm, GlobalAveragePool, MaxPool
from explorer.arch.sources import TIMM_BENCHMARK, TORCHVISION
from explorer.configuration.registry import NETWORKS, graph_of, network
from explorer.counting.published.disagreements.batch_normalization import normalized_channels, normalized_outputs
from explorer.counting.published.disagreements.disagreement import Disagreement, Rows, printed
from explorer.counting.tally import Tally, tally
from explorer.quantities import exact

_STRIDE_IN_THE_SECOND = ("resnet50", "resnet152")
"""Networks of which the libraries for PyTorch stride in the second convolution of a module, Keras in the first."""


def of_the_two_units() -> Disagreement:
    """One operation or two."""
    counted = _counted("xception")
    return Disagreement(
        "Xception takes some 8.4, or some 16.7, billion operations for one image.",
        "texts and tools that print the one or the other; the paper prints neither",
        f"{exact(counted.macs)} MACs at {counted.graph.input_shape[0]} px",
        (f"2 × {exact(counted.macs)} MACs = {exact(counted.flops)} FLOPs",),
        "Both are right. A multiply-add (MAC) is one multiplication and one addition. Sources that print the smaller "
        "number count multiply-adds, even where they call them FLOPs.",
    )


def of_timm() -> Disagreement:
    """Two more for each normalized value."""
    rows = []
    for name, each in NETWORKS.items():
        for figure in printed(name, "MACs", TIMM_BENCHMARK):
            counted = _counted(name)
            macs, outputs = counted.macs, normalized_outputs(counted)
            if name in _STRIDE_IN_THE_SECOND:
                macs, outputs = macs + _macs_by_stride(counted), outputs + _outputs_by_stride(counted)
            rows.append(
                (each.title, exact(macs), exact(outputs), exact(macs + 2 * outputs), f"{figure.value / 1e9:.2f}")
            )
    xception = _counted("xception")
    outputs = normalized_outputs(xception)
    return Disagreement(
        "Xception takes 8.40 GMACs.",
        TIMM_BENCHMARK,
        f"{exact(xception.macs)} MACs",
        (f"{exact(xception.macs)} + 2 × {exact(outputs)} = {exact(xception.macs + 2 * outputs)}",),
        "timm's number has two operations more for each value that comes out of batch normalization. The same rule "
        f"gives all {len(rows)} numbers that it prints of networks that are here. Those of the ResNets are of networks "
        "that stride in the 3 x 3 convolution, and are counted so.",
        rows=Rows(("Network", "MACs", "Normalized values", "MACs + 2 × values", "timm prints, G"), tuple(rows)),
    )


def of_torchvision() -> Disagreement:
    """GFLOPS that are multiply-adds."""
    rows = []
    for name, each in NETWORKS.items():
        for figure in printed(name, "MACs", TORCHVISION):
            counted = tally(graph_of(figure.config or each.config()))
            macs = counted.macs + (_macs_by_stride(counted) if name in _STRIDE_IN_THE_SECOND else 0)
            rows.append((each.title, exact(macs), f"{figure.value / 1e9:.2f}"))
    resnet = _counted("resnet50")
    more = _macs_by_stride(resnet)
    return Disagreement(
        "ResNet-50 takes 4.09 GFLOPS.",
        "torchvision, table of weights",
        f"{exact(resnet.macs)} MACs, as Keras has the network",
        (f"{exact(resnet.macs)} + {exact(more)} = {exact(resnet.macs + more)}",),
        "What torchvision calls GFLOPS are multiply-adds of convolutions and dense layers. Its ResNets differ from "
        "Keras' and the paper's: a stage strides in its first 3 x 3 convolution, so the 1 x 1 convolution before it "
        "works on a map of four times the size.",
        rows=Rows(("Network", "MACs", "torchvision prints, G"), tuple(rows)),
    )


def of_resnets_paper() -> Disagreement:
    """A number that is cut off, not rounded."""
    counted = _counted("resnet50")
    (figure,) = printed("resnet50", "MACs", "arXiv:1512.03385")
    return Disagreement(
        f"ResNet-50 takes {figure.value / 1e9:.1f} × 10⁹ FLOPs.",
        figure.source,
        f"{exact(counted.macs)} MACs",
        (f"{exact(counted.macs)} / 10⁹ = {counted.macs / 1e9:.3f}, rounded {counted.macs / 1e9:.1f}",),
        "The paper's FLOPs are multiply-adds. Cut off after one digit the count is the paper's number; rounded it is "
        "not. Whether it was cut off is unknown.",
        "partly unknown",
    )


def of_the_profiler() -> Disagreement:
    """TensorFlow's profiler counts nearly everything."""
    counted = _counted("xception")
    lines = profiler_terms(counted)
    total = sum(lines.values())
    return Disagreement(
        f"Xception takes {exact(total)} float operations.",
        "TensorFlow 2.21, profiler (float_operation) on Keras' network, batch of one",
        f"{exact(counted.flops)} FLOPs of convolutions and dense layers",
        (
            *(f"{exact(value):>14}  {what}" for what, value in lines.items()),
            f"{exact(total):>14}  in all",
        ),
        f"The profiler also counts what the convention here leaves out: together "
        f"{100 * (total - counted.flops) / counted.flops:.2f} % more. It counts no ReLU. With the batch normalization "
        "folded into the convolutions most of it is gone.",
    )


def profiler_terms(counted: Tally) -> dict[str, int]:
    """What TensorFlow's profiler adds up for a network of these operations that ends in logits and a softmax.

    Its operations outside convolutions were read from a profile of Keras' Xception.
    """
    values: dict[type, int] = {}
    for layer in counted.layers:
        if isinstance(layer.node.op, MaxPool):
            per_value = prod(layer.node.op.pool)
        elif isinstance(layer.node.op, GlobalAveragePool):
            per_value = prod(layer.input_shapes[0]) // prod(layer.output_shape)
        else:
            per_value = 1
        kind = type(layer.node.op)
        values[kind] = values.get(kind, 0) + per_value * prod(layer.output_shape)
    channels, classes = normalized_channels(counted), counted.layers[-1].output_shape[-1]
    return {
        "convolutions and dense layers: 2 × MACs": counted.flops,
        "batch normalization: 2 for each value": 2 * values.get(BatchNorm, 0),
        "batch normalization: 6 for each channel": 6 * channels,
        "max pooling: the window's size for each value": values.get(MaxPool, 0),
        "additions of shortcuts: 1 for each value": values.get(Add, 0),
        "global average pooling: 1 for each value read": values.get(GlobalAveragePool, 0),
        "bias and softmax: 6 for each class": 6 * classes,
    }


def _counted(name: str) -> Tally:
    return tally(graph_of(network(name).config()))


def _firsts(counted: Tally) -> list[str]:
    """The first convolutions of the stages that stride."""
    return [f"conv{stage}_block1_1_conv" for stage in (3, 4, 5)]


def _macs_by_stride(counted: Tally) -> int:
    """MACs that are added where the second convolution strides: the first then has a map of four times the size."""
    return 3 * sum(counted.by_name[name].macs for name in _firsts(counted))


def _outputs_by_stride(counted: Tally) -> int:
    """Batch-normalized values that are added likewise."""
    return 3 * sum(prod(counted.by_name[name].output_shape) for name in _firsts(counted))
