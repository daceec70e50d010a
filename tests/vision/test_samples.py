"""What is said to be in a sample is a class by that name, or its makers' own label."""

from explorer.model.sources.labels import LABEL_SETS, labels
from explorer.networks.xception import KITCHENWARE
from explorer.ui.pictures.known_truth import truth_note, truth_words
from explorer.ui.pictures.sample_tiles import samples_in_order
from explorer.vision.pictures.samples import SAMPLES, samples_of

COFFEE, CHELSEA, ASTRONAUT, ROCKET = SAMPLES


def test_what_samples_show_are_names_of_classes():
    for sample in (*SAMPLES, *samples_of(KITCHENWARE)):
        for label_set, names in sample.shows:
            assert label_set in LABEL_SETS
            assert set(names) <= {label.name for label in labels(label_set)}, (sample.name, label_set)
    assert all({label_set for label_set, _ in sample.shows} == set(LABEL_SETS) for sample in SAMPLES)


def test_samples_of_the_weights_come_first_each_with_its_label_and_a_title_of_its_own():
    labelled = samples_of(KITCHENWARE)
    assert labelled, "fetch them: python -m explorer weights fetch kitchenware"
    assert samples_in_order(KITCHENWARE) == (*labelled, *SAMPLES)
    assert {sample.classes_of("kitchenware") for sample in labelled} == {
        (name,) for name in ("cup", "fork", "knife", "plate", "spoon")
    }
    assert len({sample.title for sample in labelled}) == len(labelled)
    assert truth_words(labelled[0], KITCHENWARE, 6) == "Its makers labelled this picture **plate**."


def test_before_the_network_guesses_it_is_said_what_the_picture_shows():
    several = truth_words(COFFEE, KITCHENWARE, 6)
    assert "Several of the 6 classes" in several and "**cup** and **spoon**" in several
    for sample in (CHELSEA, ASTRONAUT, ROCKET):
        assert "None of the 6 classes is in this picture" in truth_words(sample, KITCHENWARE, 6)
        assert truth_note(sample, KITCHENWARE) == "none of its classes"
    assert truth_words(None, KITCHENWARE, 6) == truth_words(COFFEE, None, 6) == ""
