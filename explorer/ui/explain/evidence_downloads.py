"""An explanation as files: pictures, the raw map, and all of it together with the facts."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from explorer.figures.maps.overlay import png_bytes
from explorer.ui.explain.question import Question
from explorer.ui.session import cache
from explorer.vision.checks.judgement import judge
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.reports.circumstances import circumstances
from explorer.vision.reports.evidence import evidence_bundle, explanation_facts, exported_map, npy_bytes


def show_downloads(question: Question, heat_map: HeatMap, signed: bool, cells: np.ndarray, overlay: np.ndarray) -> None:
    """Buttons; each file is made when its button is pressed.

    Args:
        question: What was asked.
        heat_map: The answer.
        signed: Whether the map is exported with what speaks against the target.
        cells: (h, w, 3): the map in colours, as it is seen.
        overlay: (h, w, 3): the same over the picture.
    """
    name = "-".join([question.method.replace("+", "p"), *([question.tap.name] if question.tap else [])])
    pictures = {"overlay.png": overlay, "map.png": cells}
    files = (
        ("Overlay (PNG)", ":material/image:", f"{name}-overlay.png", "image/png", lambda: png_bytes(overlay)),
        ("Map (PNG)", ":material/grid_on:", f"{name}-map.png", "image/png", lambda: png_bytes(cells)),
        (
            "Raw map (NumPy)",
            ":material/data_array:",
            f"{name}.npy",
            "application/octet-stream",
            lambda: npy_bytes(exported_map(heat_map, signed)),
        ),
        (
            "Evidence bundle (zip)",
            ":material/folder_zip:",
            f"{name}-evidence.zip",
            "application/zip",
            lambda: bundle(question, heat_map, signed, pictures),
        ),
    )
    for label, icon, file_name, mime, make in files:
        st.download_button(
            label, make, file_name, mime, icon=icon, on_click="ignore", width="stretch", key=f"take {label}"
        )
    st.caption(
        "Pictures as they are seen; the raw map in the layer's own resolution. The bundle holds them and all facts: "
        "network, weights and picture with their hashes, scores, versions, and the command line that finds the same "
        "again."
    )


def bundle(question: Question, heat_map: HeatMap, signed: bool, pictures: Mapping[str, np.ndarray]) -> bytes:
    """The evidence as a zip; scores are in it if they were computed."""
    subject = question.subject
    seen, weights = subject.seen, subject.look.weights
    trained = cache.trained(weights) if weights else None
    found = circumstances(subject.look, trained, (seen.width, seen.height), seen.tensor, subject.labels)
    facts = explanation_facts(
        found,
        subject.of_pass,
        heat_map,
        judge(heat_map),
        branch_share=question.branch_share,
        faithfulness=question.faithfulness,
        sanity_check=question.sanity_check,
        signed=signed,
    )
    arrays = {"map": heat_map.values, "map_signed": heat_map.signed, "tensor": seen.tensor}
    files = {name: png_bytes(array) for name, array in pictures.items()}
    files |= {"seen.png": seen.as_seen, f"picture/{found.picture.name}": subject.picture.data}
    return evidence_bundle(facts, arrays, files)
