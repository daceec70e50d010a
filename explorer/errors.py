"""Everything that a person, and not a bug, can cause.

ExplorerError
├── ConfigError      a knob, preset or network name that is not in range
├── BudgetError      a network that would not fit into the memory budget
├── ImageError       a file that is not a usable picture
├── WeightsError     a weights file that is missing, unreadable or does not fit the network
│   └── FetchError   weights that could not be downloaded
├── EngineError      an inference engine that is unknown or not installed
├── ComputeError     an answer that did not come: the process that computed it died, or took too long
├── ChapterError     a chapter's file that is not as it must be
├── ServingError     something that serving several web processes needs is missing or taken
└── OutputError      a folder or file that cannot be written

Each message says what was expected, what came, and what to do. Anything else that is raised is a bug.
"""


class ExplorerError(Exception):
    """Base of all errors whose message is meant for the person at the screen."""


class ConfigError(ExplorerError):
    """A knob, preset or network name that is not in range."""


class BudgetError(ExplorerError):
    """A network that would not fit into the memory budget."""


class ImageError(ExplorerError):
    """A file that is not a usable picture."""


class WeightsError(ExplorerError):
    """A weights file that is missing, unreadable or does not fit the network."""


class FetchError(WeightsError):
    """Weights that could not be downloaded."""


class EngineError(ExplorerError):
    """An inference engine that is unknown or not installed."""


class ComputeError(ExplorerError):
    """An answer that did not come: the process that computed it died, or took too long."""


class ChapterError(ExplorerError):
    """A chapter's file that is not as it must be."""


class ServingError(ExplorerError):
    """Something that serving several web processes needs is missing or taken."""


class OutputError(ExplorerError):
    """A folder or file that cannot be written."""
