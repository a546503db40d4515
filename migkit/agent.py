"""Does one job in a process of its own and tells how it goes: started by delegate.py, here or inside a service.

The job is one line of JSON on standard input, which then stays open: its end means that nobody listens any more, and
the process puts away what it made and goes. What it tells are lines of JSON on standard output; what code of the
user's prints is told as lines of a log.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from migkit import wire
from migkit.address import masked_text
from migkit.errors import MigkitError, ServerError
from migkit.model import Event

if TYPE_CHECKING:
    from migkit.jobs import Compare, Judge, Look, Merge, Move, Print, Reach, Rehearse, Take, Write

    Tell = Callable[[Event], None]

_PATIENCE = 10
_SAYING = threading.Lock()
_SERVERS = ("pymysql", "psycopg", "sqlite3")  # the drivers of the kit's own connections


def main() -> None:
    """Do the job; the exit code is 0 where there is an answer, or an error that was told."""
    order = json.loads(sys.stdin.readline())
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        with _retold(out):
            told = _outcome(order, lambda event: _say(out, {"event": wire.encoded(event)}))
        _say(out, told)
    os._exit(0)  # threads of an application must not keep what is done


def _outcome(order: dict[str, Any], tell: Tell) -> dict[str, Any]:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    threading.Thread(target=_listen, daemon=True).start()
    try:
        return {"answer": wire.encoded(_done(order, tell))}
    except MigkitError as error:
        return {"error": wire.told(error)}
    except KeyboardInterrupt:
        return {"error": {"kind": "interrupted", "message": "interrupted"}}
    except Exception as error:
        if type(error).__module__.partition(".")[0] in _SERVERS:
            return {"error": wire.told(_died(error))}
        return {"crash": masked_text(traceback.format_exc())}


def _died(error: Exception) -> ServerError:
    return ServerError(
        masked_text(f"the database server failed in the middle: {error}"),
        remedy="run it again; if it dies again, its log is above",
    )


def _done(order: dict[str, Any], tell: Tell) -> object:
    from migkit import jobs
    from migkit.foreign import fitted

    kind: Any = getattr(jobs, order["job"])
    job = wire.decoded(kind, order["with"])
    job = fitted(job) if order["foreign"] else job
    doing: dict[str, Callable[[Any, Tell], object]] = {
        "Compare": _compare,
        "Judge": _judge,
        "Look": _look,
        "Print": _print,
        "Reach": _reach,
        "Rehearse": _rehearse,
        "Take": _take,
        "Merge": _merge,
        "Move": _move,
        "Write": _write,
    }
    return doing[order["job"]](job, tell)


def _compare(job: Compare, tell: Tell) -> object:
    from migkit.comparing import compared

    return compared(job.schema, job.database, job.title, job.style, tell)


def _judge(job: Judge, tell: Tell) -> object:
    from migkit.judging import judged

    return judged(job.schema, job.database, job.choice, tell, job.rows, job.prove)


def _rehearse(job: Rehearse, tell: Tell) -> object:
    from migkit.rehearsal import rehearsed

    return rehearsed(job.schema, job.database, job.order, tell)


def _print(job: Print, tell: Tell) -> object:
    from migkit.printing import printed

    return printed(job.schema, job.database, job.order, job.apart, tell)


def _write(job: Write, _tell: Tell) -> object:
    from migkit.writing import written

    return written(job.schema, job.title, job.upgrade, job.downgrade)


def _merge(job: Merge, _tell: Tell) -> object:
    from migkit.merging import merged

    return merged(job.schema, write=job.write)


def _move(job: Move, tell: Tell) -> object:
    from migkit.development import moved

    return moved(job.schema, job.direction, job.to, job.targets, tell)


def _reach(job: Reach, tell: Tell) -> object:
    from migkit.footing import reached

    return reached(job.schema, job.database, job.before, tell)


def _take(job: Take, _tell: Tell) -> object:
    from migkit.footing import taken

    taken(job.schema, job.database, job.revision, job.direction, job.source)
    return True


def _look(job: Look, _tell: Tell) -> object:
    from migkit.development import seen

    return seen(job.schema, job.targets)


def _listen() -> None:
    """Wait for the end of the input, then end the work as Ctrl-C would; a second time for good."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGINT)
    threading.Event().wait(_PATIENCE)
    os._exit(130)


@contextlib.contextmanager
def _retold(out: TextIO) -> Iterator[None]:
    """Tell on `out` whatever is written to standard output and error, by a child too: all of it stays in its order."""
    error, (reading, writing) = os.dup(2), os.pipe()
    os.dup2(writing, 1)
    os.dup2(writing, 2)
    os.close(writing)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # it is the interpreter's own
    reader = threading.Thread(target=_retell, args=(reading, out), daemon=True)
    reader.start()
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(error, 1)
        os.dup2(error, 2)
        reader.join(1)  # a process that was left running may hold the other end


def _retell(reading: int, out: TextIO) -> None:
    with os.fdopen(reading, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            _say(out, {"event": wire.encoded(Event("log", masked_text(line.rstrip())))})


def _say(out: TextIO, value: dict[str, Any]) -> None:
    with _SAYING, contextlib.suppress(BrokenPipeError, ValueError):  # the last: closed, and nobody hears it
        out.write(json.dumps({"migkit": 1, **value}) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
