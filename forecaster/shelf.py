"""Shelves: a folder of files, each exposing one constant, found without a register.

A new source, family or job is one new file. A shelf refuses a file without its constant and a
repeated id, and names the file.
"""

import importlib
import pkgutil
from types import ModuleType
from typing import Protocol

from forecaster.errors import NotFoundError, PluginError


class Plugin(Protocol):
    """Anything kept on a shelf: a frozen value with an id."""

    @property
    def id(self) -> str:
        """The name by which a person asks for it."""
        ...


def load_shelf[P: Plugin](package: ModuleType, *, constant: str, kind: type[P]) -> dict[str, P]:
    """Import every module of `package` and return its plug-ins by id, in order of id.

    Raises:
        PluginError: a file lacks `constant`, holds another type there, or repeats an id.
    """
    found: dict[str, P] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda item: item.name):
        name = f"{package.__name__}.{info.name}"
        plugin = getattr(importlib.import_module(name), constant, None)
        if not isinstance(plugin, kind):
            raise PluginError(
                f"{name} must expose {constant} of type {kind.__name__}, got {plugin!r}"
            )
        if plugin.id in found:
            raise PluginError(f"{name} repeats the id {plugin.id!r}: give it an id of its own")
        found[plugin.id] = plugin
    return dict(sorted(found.items()))


def pick[P: Plugin](shelf: dict[str, P], id: str, *, what: str) -> P:
    """Return the plug-in called `id`.

    Raises:
        NotFoundError: no such plug-in; the message lists the ids there are.
    """
    if id not in shelf:
        raise NotFoundError(f"no {what} is called {id!r}; there are: {', '.join(shelf)}")
    return shelf[id]
