"""The colours of a drawing as they were asked for: counted, measured, or of a photograph."""

from collections.abc import Mapping

from explorer.arch.knobs import Config
from explorer.figures.heat.counted import COLOURINGS
from explorer.figures.heat.energies import ENERGY
from explorer.figures.heat.timed import TIME
from explorer.ui.colours.colours import FLOW_COLOURS, Colours
from explorer.ui.colours.time_colours import time_colours
from explorer.ui.session.error_boundary import explained
from explorer.vision.pictures.picture import Picture


def asked_colours(name: str, configs: Mapping[str, Config], chosen: Picture | None) -> Colours:
    """What the colours of these networks say; those of the flows, with a word why, as long as it is not known.

    Args:
        name: As `choose_colouring` gives it.
        configs: The networks by title.
        chosen: The picture, if it was asked for and is there.
    """
    if name == ENERGY and chosen is not None:
        # Imported here: who wants no photograph does not wait for what pictures need.
        from explorer.ui.colours.energy_colours import energy_colours

        return energy_colours(configs, chosen)
    if name == TIME:
        with explained():
            return time_colours(configs)
    return Colours(COLOURINGS[name]) if name in COLOURINGS else FLOW_COLOURS
