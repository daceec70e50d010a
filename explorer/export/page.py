"""The whole page: one network, or up to four compared, with everything that is counted of them."""

from collections.abc import Mapping
from datetime import date

from explorer.arch.knobs import Config
from explorer.configuration.registry import graph_of, network_of
from explorer.counting.tally import tally
from explorer.errors import ConfigError
from explorer.export.closing import conventions, reproduction
from explorer.export.comparison import stages_table, totals_table
from explorer.export.document import document, section
from explorer.export.markup import listed, text
from explorer.export.network import network_parts, story
from explorer.figures.theme import NETWORK_COLOURS

MOST = len(NETWORK_COLOURS)
"""Networks in one file: each has a colour of its own."""


def page(configs: Mapping[str, Config], made: date) -> str:
    """The file's text. The same configurations, date and version of the program give the same text.

    Args:
        configs: What is shown, by title; the others are held against the first.
        made: Stands in the file.

    Raises:
        ConfigError: If there are none, or more than `MOST`.
    """
    if not 1 <= len(configs) <= MOST:
        raise ConfigError(f"a page shows 1 to {MOST} networks, got {len(configs)}")
    return _of_one(*next(iter(configs.items())), made) if len(configs) == 1 else _of_several(configs, made)


def file_name(configs: Mapping[str, Config]) -> str:
    """What a download is called: "xception.html", "xception-mobilenet.html"."""
    return "-".join(dict.fromkeys(network_of(config).name for config in configs.values())) + ".html"


def _of_one(title: str, config: Config, made: date) -> str:
    parts = network_parts(title, tally(graph_of(config)), key="1")
    body = "".join(section(heading, html) for heading, html in parts.items())
    return document(
        title,
        f"<h1>{text(title)}</h1>{story(config)}",
        f'<div class="network">{body}</div>{_closing({title: config})}',
        made,
    )


def _of_several(configs: Mapping[str, Config], made: date) -> str:
    tallies = {title: tally(graph_of(config)) for title, config in configs.items()}
    networks = []
    for number, (title, config) in enumerate(configs.items(), 1):
        parts = network_parts(title, tallies[title], key=str(number))
        body = "".join(f"<h3>{text(heading)}</h3>{html}" for heading, html in parts.items())
        colour = NETWORK_COLOURS[number - 1]
        networks.append(
            f'<section class="network" id="network-{number}" style="--network:{colour}">'
            f'<h2 class="of-network">{text(title)}</h2>{story(config)}{body}</section>'
        )
    links = "".join(f'<a href="#network-{number}">{text(title)}</a>' for number, title in enumerate(configs, 1))
    heading = (
        f"<h1>{text(listed(tuple(configs)))}</h1><p>Counted from the same kind of description; ratios are to the first."
        f'</p><nav aria-label="Networks on this page">{links}</nav>'
    )
    compared = section("Totals", totals_table(tallies)) + section("By stage", stages_table(tallies))
    return document(" · ".join(configs), heading, f"{compared}{''.join(networks)}{_closing(configs)}", made)


def _closing(configs: Mapping[str, Config]) -> str:
    return section("What is counted", conventions()) + section("The same numbers again", reproduction(configs))
