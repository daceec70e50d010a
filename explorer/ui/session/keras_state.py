"""Keras' state outlives the run of a page: all sessions share it.

Streamlit ends every run with `keras.backend.clear_session()` if Keras is loaded, so that scripts which build a model on
each run do not pile them up. Here it does harm: it resets the counters that Keras names tensors by while another
session builds, which then fails with "The name ... is used 2 times in the model", and it holds the interpreter for half
a second after every click. Models are built once and kept in bounded caches, which collect what they release
(`explorer.ui.session.cache`); nothing is left for Streamlit to clear.
"""

from streamlit.runtime.scriptrunner import script_runner


def keep_keras_state() -> None:
    """From now on Streamlit leaves Keras alone, in all sessions. There is no setting for it in Streamlit 1.67."""
    script_runner._clean_problem_modules = _leave_alone


def _leave_alone() -> None:
    """What Streamlit calls at the end of a run: Matplotlib, its other concern, is not used here."""
