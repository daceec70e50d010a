"""Build and verify: the network built with Keras, and the tally held against it line by line."""

from typing import Any

import pandas as pd
import streamlit as st

from explorer.arch.knobs import Config
from explorer.model.keras_model.verify import Counts, Verification
from explorer.quantities import exact, shape
from explorer.ui.session import cache
from explorer.ui.session.error_boundary import explained

_ASKED = "verification_asked"


def show_verification(config: Config) -> None:
    """The button, and once pressed for this configuration, the proof."""
    if st.button("Build and verify", icon=":material/fact_check:", help="Builds it with Keras. Takes seconds."):
        st.session_state[_ASKED] = config
    if st.session_state.get(_ASKED) != config:
        st.caption(
            "Nothing above was built: it is arithmetic on the description. Press to have Keras build this very network "
            "and compare every layer."
        )
        return
    with explained():
        _show(cache.verification(config))


def _show(result: Verification) -> None:
    total, agreeing = result.total.ours, sum(row.agrees for row in result.rows)
    told = (
        f" TensorFlow's profiler counts {exact(result.profiler_macs)} MACs." if result.profiler_macs is not None else ""
    )
    words = (
        f"{agreeing} of {len(result.rows)} layers agree in output shape, parameters, trainable parameters and MACs; "
        f"in total {exact(total.params)} parameters and {exact(total.macs)} MACs.{told} "
        f"Built with Keras {result.keras_version} in {result.seconds:.1f} s, with random weights."
    )
    if result.agrees:
        st.success(f"Keras agrees. {words}", icon=":material/check_circle:")
    else:
        st.error(f"Keras does not agree: this is a fault of the explorer; please report it. {words}")
    st.dataframe(
        pd.DataFrame([_row(row.name, row.ours, row.keras, row.agrees) for row in (result.total, *result.rows)]),
        hide_index=True,
        height=320,
        alt="Each layer's output shape, parameters and multiply-adds by the tally and by Keras.",
        column_config={
            name: st.column_config.NumberColumn(name, format="localized")
            for name in ("Parameters", "Parameters, Keras", "MACs", "MACs, Keras")
        },
    )


def _row(name: str, ours: Counts, keras: Counts | None, agrees: bool) -> dict[str, Any]:
    return {
        "Agrees": "yes" if agrees else "NO",
        "Layer": name,
        "Output": shape(ours.output_shape),
        "Output, Keras": shape(keras.output_shape) if keras else "not built",
        "Parameters": ours.params,
        "Parameters, Keras": keras.params if keras else None,
        "MACs": ours.macs,
        "MACs, Keras": keras.macs if keras else None,
    }
