"""Dataclasses that cost little to define: every command defines hundreds of them, and makes instances of few.

The standard library's compiles six functions for a frozen one, 0.4 ms each time that a process starts (Python 3.11).
Here one is compiled, when the first instance is made; the others are shared. What type checkers see, and what `fields`,
`replace`, `asdict`, `match`, `copy` and `pickle` do, is the same (tests/test_values.py).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True):
        """Define a class as `dataclasses.dataclass` does, with those of its options that the kit uses."""
        if cls is None:
            return partial(dataclass, frozen=frozen, slots=slots, eq=eq)
        if not (frozen and slots):
            return dataclasses.dataclass(cls, frozen=frozen, slots=slots, eq=eq)
        cls.__doc__ = cls.__doc__ or cls.__name__  # else a signature is worked out to have one
        own = frozenset(vars(cls))
        made = dataclasses.dataclass(cls, init=False, repr=False, eq=False, slots=True)
        for name, function in _functions(made, eq=eq).items():
            if name not in own:
                setattr(made, name, function)
        return made


def _functions(cls: type[Any], *, eq: bool) -> dict[str, Callable[..., Any]]:
    """Give the methods of a frozen class by their names."""

    def initialize(self: Any, *values: Any, **named: Any) -> None:
        cls.__init__ = written = _initializer(cls)
        written(self, *values, **named)

    return {"__init__": initialize, **_SHARED, **(_comparing(dataclasses.fields(cls)) if eq else {})}


def _initializer(cls: type[Any]) -> Callable[..., None]:
    """Compile the function that sets the fields of an instance."""
    names: dict[str, Any] = {"set_": object.__setattr__, "missing_": dataclasses.MISSING}
    taken, lines = ["self"], ["pass"]
    for field in dataclasses.fields(cls):
        name, value, default = field.name, field.name, ""
        if field.default is not dataclasses.MISSING:
            names[f"default_{name}"], default = field.default, f"=default_{name}"
        elif field.default_factory is not dataclasses.MISSING:
            names[f"make_{name}"], default = field.default_factory, "=missing_"
            value = f"make_{name}() if {name} is missing_ else {name}"
        taken.append(name + default)
        lines.append(f"set_(self, {name!r}, {value})")
    exec(f"def __init__({', '.join(taken)}):\n " + "\n ".join(lines), names)  # noqa: S102  # of names in the kit's own source
    made: Callable[..., None] = names["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _comparing(fields: tuple[dataclasses.Field[Any], ...]) -> dict[str, Callable[..., Any]]:
    compared = _getter([field.name for field in fields if field.compare])
    counted = _getter([field.name for field in fields if (field.compare if field.hash is None else field.hash)])

    def equal(self: Any, other: object) -> Any:
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: Any) -> int:
        return hash(counted(self))

    return {"__eq__": equal, "__hash__": hashed}


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Give what gives the values of fields: attrgetter gives a tuple of several alone."""
    return attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names)


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_set(_self: Any, name: str, _value: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(_self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


_SHARED: dict[str, Callable[..., Any]] = {
    "__repr__": _repr,
    "__setattr__": _refuse_set,
    "__delattr__": _refuse_delete,
    "__getstate__": _state,
    "__setstate__": _set_state,
}
