"""The samples as small pictures, of which one is chosen."""

from collections.abc import Sequence

import streamlit as st

from explorer.arch.trained_weights import TrainedWeights
from explorer.model.sources.known import WeightsSource
from explorer.model.sources.labels import labels
from explorer.ui.links.linked import choose
from explorer.ui.links.opening_link import SAMPLE
from explorer.ui.pictures.known_truth import truth_note
from explorer.ui.session import cache
from explorer.vision.pictures.samples import SAMPLES, Sample, samples_of

TILE_PX = 104


def samples_in_order(weights: WeightsSource | None) -> tuple[Sample, ...]:
    """Those that came with `weights`, then everybody's."""
    return (*samples_of(weights), *SAMPLES)


def show_sample_tiles(weights: WeightsSource | None, chosen: Sample, place: str) -> None:
    """A tile for each sample, and who made them.

    Args:
        weights: Which weights run.
        chosen: The sample that is shown.
        place: Tells apart tiles that are shown twice.
    """
    labelled = samples_of(weights)
    row = st.container(horizontal=True, gap="small")
    for sample in (*labelled, *SAMPLES):
        with row.container(width=TILE_PX, gap="xsmall"):
            st.image(cache.sample_preview(sample), width="stretch", output_format="JPEG", alt=sample.alt)
            st.button(
                sample.title,
                key=f"{place} sample {sample.name}",
                icon=":material/check:" if sample == chosen else None,
                width="stretch",
                wrap=True,
                on_click=choose,
                args=(SAMPLE, sample.name, SAMPLES[0].name),
            )
            if labelled and sample not in labelled and (note := truth_note(sample, weights)):
                st.caption(note)
    credit = (f"{sample.title}: {sample.credit}, {sample.licence}" for sample in SAMPLES)
    about = _about_labelled(weights, labelled) if labelled and isinstance(weights, TrainedWeights) else ""
    st.caption(f"{about} {' · '.join(credit)}.")


def _about_labelled(weights: TrainedWeights, labelled: Sequence[Sample]) -> str:
    known = {label for sample in labelled for label in sample.classes_of(weights.labels) or ()}
    missing = [label.name for label in labels(weights.labels) if label.name not in known]
    return (
        f"The first {len(labelled)} came with these weights, labelled by their makers"
        f"{f', none of them {_alternatives(missing)}' if missing else ''}. Pictures {labelled[0].credit}; "
        f"{labelled[0].licence}: to look at, not to pass on."
    )


def _alternatives(names: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
