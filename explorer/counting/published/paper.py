"""What the paper reports: its tables, and how its networks were trained. Source: arXiv:1610.02357v3, section 4."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from explorer.assets import ASSETS

_REPORTED = ASSETS / "paper" / "xception_paper.json"
_XCEPTION, _INCEPTION = "Xception", "Inception V3"
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table of the paper.

    Attributes:
        title: Its number and what it shows.
        columns: Headings; the first is that of the row names.
        rows: Cells as the paper prints them.
        note: What one must know to read it.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


@cache
def _reported() -> dict[str, Any]:
    reported: dict[str, Any] = json.loads(_REPORTED.read_text(encoding="utf-8"))
    return reported


@cache
def paper_tables() -> tuple[PaperTable, ...]:
    """Tables 1, 2 and 3."""
    return _table_1(), _table_2(), _table_3()


def _table_1() -> PaperTable:
    rows = _reported()["table_1_imagenet_single_crop"]
    return PaperTable(
        "Table 1: accuracy on ImageNet",
        ("Network", "Top-1 accuracy", "Top-5 accuracy"),
        tuple((name, f"{row['top1']:.3f}", f"{row['top5']:.3f}") for name, row in rows.items()),
        "One model, one crop of each validation image. Inception V3 without its auxiliary tower.",
    )


def _table_2() -> PaperTable:
    table = _reported()["table_2_jft_fasteval14k_map_at_100"]
    names = [name for name in table if name.startswith((_XCEPTION, _INCEPTION))]
    return PaperTable(
        "Table 2: JFT, measured on FastEval14k",
        ("Network", "MAP@100"),
        tuple((name, f"{table[name]:.2f}") for name in names),
        f"Mean average precision of the first 100 guesses, weighted by class. The fully-connected layers are "
        f"{table['fully_connected_layers']}. The paper calls Xception's gain {table['relative_gain_percent']} % "
        "(with the fully-connected layers).",
    )


def _table_3() -> PaperTable:
    table = _reported()["table_3_size_and_speed"]
    return PaperTable(
        "Table 3: size and training speed",
        ("Network", "Parameters", "Training steps per second"),
        tuple(
            (name, f"{table[name]['parameters']:,}", str(table[name]["steps_per_second"]))
            for name in (_INCEPTION, _XCEPTION)
        ),
        "ImageNet's 1,000 classes, no fully-connected layers; 60 NVIDIA K80 GPUs with synchronous gradient descent.",
    )


@cache
def training_settings() -> PaperTable:
    """How the networks of the tables were trained, on either set of pictures; section 4."""
    training = _reported()["training"]
    columns = [training["imagenet"], training["jft"]]
    decay = training["weight_decay_l2"]
    written: dict[str, Callable[[dict[str, Any]], str]] = {
        "Pictures": lambda on: on["pictures"],
        "Optimizer": lambda on: on["optimizer"],
        "Momentum": lambda on: f"{on['momentum']:g}",
        "Initial learning rate": lambda on: f"{on['initial_learning_rate']:g}",
        "Learning rate times": lambda on: on["decay"],
        "Weight decay (L2), Xception": lambda on: _power_of_ten(decay[_XCEPTION]),
        "Weight decay (L2), Inception V3": lambda on: _power_of_ten(decay[_INCEPTION]),
        "Dropout before the logistic regression": lambda on: f"{on['dropout_before_logistic_regression'] or 'none'}",
        "Gradient descent": lambda on: on["gradient_descent"],
        "Time": lambda on: on["time"],
    }
    return PaperTable(
        "Training settings",
        ("Setting", "ImageNet", "JFT"),
        tuple((setting, *(write(on) for on in columns)) for setting, write in written.items()),
        f"{training['gpus']} for each network. No auxiliary tower; weights averaged over training (Polyak) for all "
        "measurements. Both networks had the same optimizer settings, tuned for Inception V3 alone; its weight decay "
        "was found to be far from the best for Xception. The models on JFT were not trained to the end, "
        f"which would have taken {training['jft']['time_to_convergence']}.",
    )


def _power_of_ten(value: float) -> str:
    """As people write it: a digit times a power of ten."""
    factor, _, power = f"{value:.0e}".partition("e-")
    return f"{factor} × 10⁻{power.lstrip('0').translate(_RAISED)}"
