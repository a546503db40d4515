"""What the lines of a journal say of its runs: who ran what, on which server, and which texts were applied (pure)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta

from migkit.model.release import Entry, Kind, Run
from migkit.values import dataclass

_FORM = "%Y%m%dT%H%M%S.%fZ"
_RUN = tuple(field.name for field in fields(Run))


@dataclass(frozen=True, slots=True)
class Ran:
    """A run, when its first and its last line were written, and what it said of its end ("" where it never did)."""

    run: Run
    began: str
    last: str
    ended: str = ""


def new_id(entries: Sequence[Entry], now: datetime | None = None) -> str:
    """Give the id of a new run: it sorts after those of all runs that are known, whatever the clock says."""
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    for known in {entry.run for entry in entries}:
        moment = max(moment, _moment(known) + timedelta(microseconds=1))
    return f"{moment.strftime(_FORM)}-{secrets.token_hex(3)}"


def _moment(run: str) -> datetime:
    try:
        return datetime.strptime(run.rpartition("-")[0], _FORM).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def runs(entries: Iterable[Entry]) -> tuple[Ran, ...]:
    """Give the runs of a journal, the oldest first."""
    found: dict[str, Ran] = {}
    for entry in entries:
        if entry.kind is Kind.run:
            run = Run(**(dict.fromkeys(_RUN, "") | {name: entry.facts.get(name, "") for name in _RUN}))
            found[entry.run] = Ran(run, entry.at, entry.at)
        elif entry.run in found:
            ended = entry.message if entry.kind is Kind.ended else found[entry.run].ended
            found[entry.run] = Ran(found[entry.run].run, found[entry.run].began, entry.at, ended)
    return tuple(found.values())


def known_server(entries: Iterable[Entry]) -> str:
    """Give the server's id that the first release recorded; "" where none did."""
    return next((one.run.server for one in runs(entries) if one.run.server), "")


def applied_texts(entries: Iterable[Entry]) -> dict[str, str]:
    """Give the hash of the file of each revision that a release has applied and none has taken back since."""
    texts: dict[str, str] = {}
    begun: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        key = (entry.run, entry.revision)
        if entry.kind is Kind.revision:
            begun[key] = entry
        elif entry.kind is Kind.committed and key in begun:
            if begun[key].facts.get("direction") == "downgrade":
                texts.pop(entry.revision, None)
            else:
                texts[entry.revision] = str(begun[key].facts.get("text", ""))
    return texts
