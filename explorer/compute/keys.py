"""What keys of caches are about."""

from collections.abc import Hashable
from pathlib import Path

from explorer.model.sources.known import WeightsFile


def mentions(key: Hashable, part: Hashable) -> bool:
    """Whether `part` is the key or stands in it; of a folder, whether a weights file in it does."""
    if isinstance(key, tuple) and any(mentions(each, part) for each in key):
        return True
    return key == part or (isinstance(key, WeightsFile) and isinstance(part, Path) and key.path.is_relative_to(part))


def brought_parts(key: Hashable) -> set[Hashable]:
    """What stands in a key that a session may have brought: hashes of pictures, and weights files."""
    if isinstance(key, tuple):
        return set[Hashable]().union(*map(brought_parts, key))
    return {key} if isinstance(key, str | WeightsFile) else set()
