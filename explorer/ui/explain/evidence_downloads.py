"""An explanation as files: pictures as they are seen, the raw map, and all of it together with the facts."""

from functools import partial

import streamlit as st

from explorer.figures.maps.overlay import png_bytes
from explorer.ui.explain.appearance import usual_appearance
from explorer.ui.explain.painted_map import painted_map
from explorer.ui.explain.question import Question
from explorer.ui.painted.map_display import map_files
from explorer.ui.painted.painting import own_range
from explorer.ui.session import cache
from explorer.vision.checks.judgement import judge
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.reports.circumstances import circumstances
from explorer.vision.reports.evidence import evidence_bundle, explanation_facts, exported_map, npy_bytes


def show_downloads(question: Question, heat_map: HeatMap, signed: bool) -> None:
    """Buttons; each file is made when its button is pressed.

    Args:
        question: What was asked.
        heat_map: The answer.
        signed: Whether the map is exported with what speaks against the target.
    """
    exported, name = exported_map(heat_map, signed), question.file_name
    map_files(painted=bool(exported.any()), key="map_files")
    st.download_button(
        "Raw map (NumPy)",
        partial(npy_bytes, exported),
        f"{name}.npy",
        "application/octet-stream",
        icon=":material/data_array:",
        on_click="ignore",
        width="stretch",
    )
    st.download_button(
        "Evidence bundle (zip)",
        partial(bundle, question, heat_map, signed),
        f"{name}-evidence.zip",
        "application/zip",
        icon=":material/folder_zip:",
        on_click="ignore",
        width="stretch",
    )
    st.caption(
        "Overlay and map are saved as you see them; the raw map is in the layer's own resolution. The bundle holds "
        "all three, the pictures in the usual look (75 % opacity, the map's own range), and all facts: network, "
        "weights and picture with their hashes, scores, versions, and the command line that finds the same again."
    )


def bundle(question: Question, heat_map: HeatMap, signed: bool) -> bytes:
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
    painted = painted_map(question, heat_map, usual_appearance(signed, own_range(heat_map.signed, signed)))
    files = {"overlay.png": png_bytes(painted.overlay), "map.png": png_bytes(painted.cells), "seen.png": seen.as_seen}
    files[f"picture/{found.picture.name}"] = subject.picture.data
    return evidence_bundle(facts, arrays, files)
