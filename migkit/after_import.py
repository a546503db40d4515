"""Calls back when a module is imported for the first time, right after its own code has run."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

OnImport = Callable[[ModuleType], None]


@contextlib.contextmanager
def after_import(names: Collection[str], on_import: OnImport) -> Iterator[None]:
    """Call `on_import` with each module of `names` that is imported while this lasts."""
    finder = _Finder(frozenset(names), on_import)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    def __init__(self, names: frozenset[str], on_import: OnImport) -> None:
        self._names = names
        self._on_import = on_import

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Let the finders behind this one find it, and load it through a loader that calls back.

        Another one of these may stand before it, and asks it in turn.
        """
        if fullname not in self._names:
            return None
        behind = sys.meta_path[sys.meta_path.index(self) + 1 :] if self in sys.meta_path else sys.meta_path
        others = (finder for finder in behind if finder is not self and hasattr(finder, "find_spec"))
        spec = next(filter(None, (finder.find_spec(fullname, path, target) for finder in others)), None)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self._on_import)
        return spec


class _Loader(Loader):
    """Stands before a module's own loader until the module's code has run."""

    def __init__(self, own: Loader, on_import: OnImport) -> None:
        self._own = own
        self._on_import = on_import

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to the module's own loader."""
        return self._own.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module under its own loader, then call back."""
        module.__loader__ = self._own
        if module.__spec__ is not None:
            module.__spec__.loader = self._own
        self._own.exec_module(module)
        self._on_import(module)
