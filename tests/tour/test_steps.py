from pathlib import Path

from explorer.tour.markdown import as_markdown
from explorer.tour.steps import COUNT, steps

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_has_the_steps_of_the_tour():
    assert as_markdown() in README.read_text(encoding="utf-8")
    assert len(steps()) == COUNT


def test_steps_count_what_they_say():
    told = " ".join(step.see for step in steps())
    # By hand: eight modules of three separable convolutions of 728 channels, with their batch normalization.
    module = 3 * (3 * 3 * 728 + 728 * 728 + 4 * 728)
    assert f"{22_910_480 - 8 * module:,}" in told
    # A depthwise kernel has 9 weights for each channel, a regular one 9 for each pair of channels.
    entry = (64, 128, 128, 256, 256, 728)
    channels = (*entry, *[728] * 24, 728, 728, 1024, 1536)
    assert f"{22_910_480 + sum(9 * (count * count - count) for count in channels):,}" in told
