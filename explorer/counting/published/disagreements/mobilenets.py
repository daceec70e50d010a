"""The multiply-adds that three sources print of MobileNet V1, size by size."""

from explorer.configuration.registry import graph_of
from explorer.counting.published.disagreements.disagreement import Disagreement, Rows, printed
from explorer.counting.tally import tally
from explorer.networks.mobilenet import KERAS_DOCUMENTATION, PAPER, SLIM, MobileNetConfig
from explorer.quantities import exact

_MILLION = 10**6


def follows(millions: float, macs: int) -> bool:
    """Whether `macs` are the printed `millions`, rounded to either side."""
    return abs(macs - millions * _MILLION) < _MILLION


def of_slim() -> Disagreement:
    """Five of sixteen do not follow."""
    figures = _figures(SLIM)
    wrong = {config for config, millions in figures.items() if not follows(millions, _macs(config))}
    example = MobileNetConfig(alpha=0.75)
    macs, millions = _macs(example), figures[example]
    last = MobileNetConfig(input_size=192, alpha=0.25)
    of_last, printed_of_last = _macs(last), figures[last]
    return Disagreement(
        f"MobileNet V1 of alpha 0.75 takes {millions} million MACs at 224 px.",
        f"{SLIM}, which prints {len(figures)} such numbers",
        f"{exact(macs)} MACs",
        (
            f"{exact(macs)} − {millions},000,000 = {exact(macs - millions * _MILLION)}",
            f"{printed_of_last},000,000 − {exact(of_last)} = {exact(printed_of_last * _MILLION - of_last)}, "
            "alpha 0.25 at 192 px",
        ),
        f"Unknown. {len(figures) - len(wrong)} of the {len(figures)} numbers follow from the network to the million, "
        f"{len(wrong)} do not: all four of alpha 0.75, and that of alpha 0.25 at 192 px. The paper prints "
        f"{_figures(PAPER)[example]} million for alpha 0.75 at 224 px, which follows.",
        "unknown",
        Rows(
            ("Alpha, input", "Counted here", "slim prints, million", "Follows"),
            tuple(
                (
                    f"{config.alpha:g}, {config.input_size} px",
                    exact(_macs(config)),
                    str(millions),
                    "no" if config in wrong else "yes",
                )
                for config, millions in figures.items()
            ),
        ),
    )


def of_keras() -> Disagreement:
    """One number for four sizes."""
    figures, paper = _figures(KERAS_DOCUMENTATION), _figures(PAPER)
    whole = MobileNetConfig()
    sizes = [config for config in figures if config.alpha == whole.alpha]
    return Disagreement(
        f"MobileNet V1 takes {figures[whole]} million multiply-adds, at every input size.",
        KERAS_DOCUMENTATION,
        f"{exact(_macs(whole))} at {whole.input_size} px",
        tuple(
            f"{exact(_macs(config))} at {config.input_size} px: the paper prints {paper[config]} million, "
            f"the documentation {figures[config]}"
            for config in sizes
        ),
        f"The paper has {paper[whole]} at 224 px, so a digit is wrong. The same number cannot hold at the three "
        "smaller sizes: multiply-adds grow with the square of the size. The documentation's numbers for the smaller "
        "alphas are the paper's. How it came about is unknown.",
        "partly unknown",
    )


def _figures(source: str) -> dict[MobileNetConfig, int]:
    """Millions of multiply-adds as printed, by configuration."""
    return {
        figure.config: round(figure.value / _MILLION)
        for figure in printed("mobilenet", "MACs", source)
        if isinstance(figure.config, MobileNetConfig)
    }


def _macs(config: MobileNetConfig) -> int:
    return tally(graph_of(config)).macs
