"""What the numbers count, and how to get the same ones: in the app and by commands."""

from collections.abc import Mapping
from shlex import join
from urllib.parse import urlencode

from explorer.arch.knobs import Config
from explorer.configuration.link import NETWORK, to_query
from explorer.configuration.named import name_of
from explorer.configuration.options import to_options
from explorer.configuration.registry import network_of
from explorer.configuration.token import to_token
from explorer.counting.report import CONVENTIONS
from explorer.export.markup import facts, text

_TITLES = {
    "params": "Parameters",
    "macs": "Multiply-adds (MACs)",
    "flops": "FLOPs",
    "bytes": "Bytes",
    "conv_layers": "Convolutional layers",
    "receptive_field": "Receptive field",
}
_PROGRAM = ("python", "-m", "explorer")


def conventions() -> str:
    """What each number counts."""
    return facts({_TITLES[name]: said[0].upper() + said[1:] + "." for name, said in CONVENTIONS.items()})


def reproduction(configs: Mapping[str, Config]) -> str:
    """Links, to be put behind the app's address, and commands."""
    only = next(iter(configs.values())) if len(configs) == 1 else None
    links = link(only) if only else compared_link(tuple(configs.values()))
    names = [name_of(config) for config in configs.values()]
    commands = [tally_command(config) for config in configs.values()]
    if only is None:
        commands.insert(0, join((*_PROGRAM, "compare", *names)))
    commands.append(join((*_PROGRAM, "export", *names, "--output", "page.html")))
    written = "\n".join(commands)
    return (
        f"<p>In the app: its address, with this behind it.</p><pre><code>{text(links)}</code></pre>"
        f"<p>On the command line, where the program is installed.</p><pre><code>{text(written)}</code></pre>"
    )


def link(config: Config) -> str:
    """Path and query of the app's page with that network."""
    return f"/?{urlencode({NETWORK: network_of(config).name, **to_query(config)})}"


def compared_link(configs: tuple[Config, ...]) -> str:
    """Path and query of the app's page that compares these."""
    return f"/compare?{urlencode({'compare': ' '.join(map(to_token, configs))}, safe='~')}"


def tally_command(config: Config) -> str:
    """The command that counts the network."""
    options = to_options(config, type(config)())
    # Of the network that is meant without a name the name is said, too.
    named = [] if options[:1] == ["--network"] else ["--network", network_of(config).name]
    return join((*_PROGRAM, "tally", *named, *options))
