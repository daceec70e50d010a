"""Networks side by side in the colours of what is measured, and of what a picture does in them."""

import json
from dataclasses import replace

from streamlit.testing.v1 import AppTest

from explorer.compute import answers
from explorer.compute.loaded_networks import LoadedNetworks
from explorer.figures.real_numbers import significant
from explorer.model.budget import BUDGET_VARIABLE
from explorer.model.engines.choice import ENGINE_VARIABLE
from explorer.networks.mobilenet import MobileNetConfig
from explorer.networks.xception import KITCHENWARE, XceptionConfig
from explorer.quantities import milliseconds
from explorer.ui.timed.measuring import timing_of
from explorer.vision.look import Look
from explorer.vision.pictures.picture import picture
from explorer.vision.pictures.samples import SAMPLES
from tests.quick_rates import quicken

SMALL = {
    "Small": XceptionConfig(input_size=79, width=0.25, middle_repeats=0, classes=11),
    "Other": MobileNetConfig(input_size=64, alpha=0.25, classes=11),
}


def page(configs) -> None:
    from explorer.ui.compare.diagrams_panel import show_diagrams

    show_diagrams(configs)


def opened(heat: str, configs=SMALL) -> AppTest:
    app = AppTest.from_function(page, kwargs={"configs": configs}, default_timeout=60)
    app.query_params["heat"] = heat
    app.run()
    assert not app.exception and not app.error
    return app


def words(app: AppTest) -> str:
    return " ".join(each.value for each in (*app.markdown, *app.caption, *app.info, *app.get("html")))


def drawn(app: AppTest) -> list[str]:
    """The drawing of each network."""
    (told,) = (json.loads(each.proto.json) for each in app.get("bidi_component"))
    return [column["svg"] for column in told["columns"]]


def starts(app: AppTest) -> list:
    return [button for button in app.button if button.label == "Start"]


def test_times_are_offered_in_a_flow_coloured_drawing_and_colour_it_once_measured(monkeypatch):
    quicken(monkeypatch)
    app = opened("time")
    assert "Timing each layer of 2 networks" in words(app) and "Measured time" not in words(app)
    assert not any("hot" in svg.partition("</style>")[2] for svg in drawn(app))
    (start,) = starts(app)
    app = start.click().run()
    assert not app.exception and not app.error
    assert not starts(app)
    said = words(app)
    assert "Measured time, logarithmic" in said and "it runs in the step of another layer" in said
    for title, svg in zip(SMALL, drawn(app), strict=True):
        timing = timing_of(SMALL[title])
        assert f"{title} {milliseconds(timing.profiled_s)}, of which {milliseconds(timing.between_s)}" in said
        assert timing.moment in said and timing.machine.cpu in said
        assert "of the measured pass" in svg and "hot" in svg.partition("</style>")[2]
    # Another drawing of the same networks has nothing to measure any more; one of others has.
    assert not starts(opened("time"))
    assert starts(opened("time", {"Third": replace(SMALL["Small"], classes=12)}))


def test_an_engine_without_a_record_of_layers_says_so(monkeypatch):
    monkeypatch.setenv(ENGINE_VARIABLE, "tensorflow")
    app = opened("time")
    assert "does not tell what each layer takes" in words(app) and not starts(app)


def test_energies_are_those_of_the_picture_by_trained_weights_where_they_are_and_it_is_said_where_not():
    trained = replace(KITCHENWARE.config, input_size=79, middle_repeats=1)
    app = opened("energy", {"Trained": trained, "Other head": replace(trained, classes=9), "Random": SMALL["Other"]})
    said = words(app)
    sample = SAMPLES[0]
    assert f"for *{sample.title}*" in said and "√(Σ x² / n)" in said
    altered = "weights xception/kitchenware (altered)"
    assert f"Trained: {altered}. Other head: {altered}, with their own head" in said
    assert "Random: **random weights**" in said
    look = Look(picture(sample.title, sample.file.read_bytes(), sample.alt, sample.file.name), trained, KITCHENWARE)
    energies = {each.layer: each.rms for each in answers.energies(LoadedNetworks(), look)}
    with_head, without_head, _ = drawn(app)
    for svg in (with_head, without_head):
        assert f"root mean square {significant(energies['block2_add'])}" in svg
    logits = f"root mean square {significant(energies['predictions'])}"
    assert logits in with_head and logits not in without_head
    before = drawn(app)
    app.selectbox(key="choice-sample").set_value(SAMPLES[1].name).run()
    assert not app.exception
    assert drawn(app) != before and f"for *{SAMPLES[1].title}*" in words(app)


def test_a_network_that_does_not_fit_is_refused_by_name_and_the_others_are_coloured(monkeypatch):
    monkeypatch.setenv(BUDGET_VARIABLE, "120 MiB")
    app = AppTest.from_function(page, kwargs={"configs": SMALL | {"Large": XceptionConfig(classes=11)}})
    app.query_params["heat"] = "energy"
    app.run(timeout=60)
    assert not app.exception
    (error,) = app.error
    assert error.value.startswith("Large\\: Looking into every layer")
    assert ["root mean square" in svg for svg in drawn(app)] == [True, True, False]
