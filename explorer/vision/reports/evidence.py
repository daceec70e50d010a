"""An explanation as evidence: every fact about it as plain data, and a zip that holds all that belongs to it."""

import io
import json
import math
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np

from explorer.counting.report import field_data
from explorer.model.gradients.activations import Pass
from explorer.vision.checks.faithfulness import Curve, Faithfulness
from explorer.vision.checks.judgement import BranchShare, Judgement
from explorer.vision.checks.sanity import SanityCheck
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.table import METHODS
from explorer.vision.reports.circumstances import Circumstances, tap_data, tap_options, target_data, target_options

FACTS_FILE, README_FILE = "explanation.json", "README.txt"

CONVENTIONS = {
    "score": "of the target, before softmax: the logit of the class, or its logit less that of the other class",
    "probability": "softmax over all classes, of the class; top: the most probable ones",
    "map": "cells of the layer before any scaling; min, max and sum: of what speaks for the target, the rest being 0; "
    "signed_*: before what speaks against it is cut off",
    "shape": "of the layer's output: height, width, channels",
    "receptive_field": "of a cell, in pixels of what the network saw; start: the first pixel of cell 0, in the padding "
    "if negative; [rows, columns] where the two differ; without a layer, the pixel or the square that a cell is about",
    "tensor": "what the network saw: 1 x height x width x RGB in [-1, 1]; sha256 of its float32 values in this order, "
    "little-endian",
    "branch_share": "evidence: gradient x value, summed over the module's addition, of what the branch adds and of "
    "what comes by the shortcut; share: the branch's, of both sizes without their signs",
    "areas": "under the probability of the class over the share of changed pixels, 0 to 1; deletion is better small, "
    "insertion large, each against the mean of random orders",
    "rank_correlation": "Spearman's, of the signed map's cells with those of the same map by random weights above the "
    "layer, or everywhere without one; near 1 or -1 the map does not depend on what was learnt there; null: one of "
    "them is flat",
    "command": "to be run where the picture, and a weights file, lie",
}
"""What the facts mean."""

_NAMED = {
    "map": "the heat map: how much each cell of the layer speaks for the target, before any scaling",
    "map_signed": "the heat map before what speaks against the target, below 0, is cut off",
    "tensor": "exactly what the network saw: RGB in [-1, 1]",
    "overlay.png": "the heat map in colours over the picture",
    "map.png": "the heat map in colours",
    "seen.png": "the picture as the network saw it",
}
"""Arrays and files whose names say what they are."""

# The oldest time that a zip can hold: the same evidence is the same bytes, whenever it is packed.
_TIME = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o644 << 16
_UNIX = 3


def explanation_facts(
    circumstances: Circumstances,
    of_pass: Pass,
    heat_map: HeatMap,
    judgement: Judgement,
    *,
    branch_share: BranchShare | None = None,
    faithfulness: Faithfulness | None = None,
    sanity_check: SanityCheck | None = None,
    signed: bool = False,
) -> dict[str, Any]:
    """All facts of an explanation, ready for JSON; what was not computed is None.

    Args:
        circumstances: Network, weights and picture.
        of_pass: What the picture's pass left.
        heat_map: The explanation.
        judgement: What there is to say about it.
        branch_share: Of the evidence, where the layer is inside a residual module.
        faithfulness: Deletion and insertion.
        sanity_check: The map's likeness to that of random weights.
        signed: Whether the exported map is the signed one.
    """
    method, tap, target = METHODS[heat_map.method], heat_map.tap, heat_map.target
    extra = {"--signed": signed, "--no-scores": faithfulness is None and sanity_check is None}
    options = [
        *tap_options(tap),
        *("--method", heat_map.method),
        *target_options(target),
        *(option for option, is_wanted in extra.items() if is_wanted),
    ]
    return {
        **circumstances.data(of_pass),
        **tap_data(tap),
        "receptive_field": field_data(heat_map.field),
        **target_data(target, circumstances, of_pass),
        "score": heat_map.score,
        "score_kind": "logit" if target.against is None else "difference of two logits",
        "method": {
            "name": heat_map.method,
            "title": method.title,
            "source": method.source,
            "settings": dict(heat_map.settings),
        },
        "map": _map_data(heat_map, signed),
        "judgement": {"kind": judgement.kind, "sentences": list(judgement.sentences)},
        "branch_share": None if branch_share is None else _branch_data(branch_share),
        "faithfulness": None if faithfulness is None else _faithfulness_data(faithfulness),
        "sanity_check": None if sanity_check is None else _sanity_data(sanity_check),
        "seconds": {"pass": of_pass.seconds, "map": heat_map.seconds},
        "command": circumstances.command("explain", options),
        "conventions": CONVENTIONS,
    }


def exported_map(heat_map: HeatMap, signed: bool = False) -> np.ndarray:
    """(rows, columns), float32: the map as it is written to a file."""
    return np.asarray(heat_map.signed if signed else heat_map.values, np.float32)


def facts_bytes(facts: Mapping[str, Any]) -> bytes:
    """Facts as a JSON file."""
    return f"{json.dumps(facts, indent=1, allow_nan=False)}\n".encode()


def npy_bytes(array: np.ndarray) -> bytes:
    """`array` as a .npy file, which is read without pickle.

    Raises:
        ValueError: If it holds Python objects.
    """
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def evidence_bundle(facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray], files: Mapping[str, bytes]) -> bytes:
    """A zip of all that belongs to an explanation; the same evidence is the same bytes.

    Args:
        facts: As `explanation_facts` gives them.
        arrays: By name without ending: "map" becomes map.npy.
        files: Pictures, by file name; in a folder if the name says so: "picture/coffee.jpg".

    Raises:
        ValueError: If two things have one name, a name would lead out of the zip, or an array holds Python objects.
    """
    members = {**{f"{name}.npy": npy_bytes(array) for name, array in arrays.items()}, FACTS_FILE: facts_bytes(facts)}
    members[README_FILE] = _readme(facts, arrays, files).encode()
    if clashing := {name.lower() for name in members} & {name.lower() for name in files}:
        raise ValueError(f"two things in one bundle are called {', '.join(sorted(clashing))}")
    members |= files
    for name in members:
        _check_name(name)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = _UNIX
            info.external_attr = _PLAIN_FILE
            archive.writestr(info, members[name])
    return packed.getvalue()


def _check_name(name: str) -> None:
    parts = PurePosixPath(name).parts
    is_plain = bool(parts) and "/".join(parts) == name and ".." not in parts and "\\" not in name and name.isprintable()
    if not is_plain or PureWindowsPath(name).drive:
        raise ValueError(f"expected the name of a file inside a zip, got {name!r}")


def _readme(facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray], files: Mapping[str, bytes]) -> str:
    """A few plain sentences on the explanation and on each file."""
    weights, method = facts["weights"], facts["method"]
    place = f"at {facts['layer']}, stage {facts['stage']}" if facts["layer"] else "at the picture itself"
    about = {FACTS_FILE: "all facts: network, weights, picture, layer, class, method, scores, versions; what they mean"}
    about |= {f"{name}.npy": _about_array(name, array) for name, array in arrays.items()}
    about |= {name: _NAMED.get(name, "the picture's file" if "/" in name else "a picture") for name in files}
    return "\n".join(
        [
            "Evidence of Xception Explorer",
            "",
            f"Why {facts['picture']['name']} was seen as it was: {method['title']} of {facts['target']}, {place}.",
            f"The weights are {weights['state']}: {weights['name']}. {weights['story']}",
            *weights["changes"],
            *facts["judgement"]["sentences"],
            "",
            *(f"{name}: {about[name]}." for name in sorted(about)),
            "",
            "The arrays are read by numpy.load. Found again, in a folder with the picture's file, by:",
            f"    {facts['command']}",
            "",
        ]
    )


def _about_array(name: str, array: np.ndarray) -> str:
    what = _NAMED.get(name, "an array")
    return f"{what} ({array.dtype}, {' x '.join(map(str, array.shape))})"


def _map_data(heat_map: HeatMap, signed: bool) -> dict[str, Any]:
    numbers = {
        f"{prefix}{name}": float(getattr(values.astype(np.float64), name)())
        for prefix, values in (("", heat_map.values), ("signed_", heat_map.signed))
        for name in ("min", "max", "sum")
    }
    return {"shape": list(heat_map.signed.shape), "exported": "signed" if signed else "cut off at 0", **numbers}


def _branch_data(share: BranchShare) -> dict[str, Any]:
    return {
        "branch": share.branch,
        "shortcut": share.shortcut,
        "share": _finite(share.share),
        "sentence": share.sentence,
    }


def _faithfulness_data(scores: Faithfulness) -> dict[str, Any]:
    def curve(of: Curve) -> dict[str, Any]:
        return {
            "map_area": of.map_area,
            "random_area": of.random_area,
            "random_areas": list(of.random_areas),
            "fractions": of.fractions.tolist(),
            "map": of.map.tolist(),
            "random": of.random.tolist(),
        }

    return {
        "deletion": curve(scores.deletion),
        "insertion": curve(scores.insertion),
        "steps": scores.steps,
        "seed": scores.seed,
        "seconds": scores.seconds,
    }


def _sanity_data(check: SanityCheck) -> dict[str, Any]:
    return {"rank_correlation": _finite(check.rank_correlation), "seed": check.seed}


def _finite(value: float) -> float | None:
    """What JSON can hold: it knows no NaN."""
    return value if math.isfinite(value) else None
